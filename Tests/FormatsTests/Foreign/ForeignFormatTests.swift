import Foundation
import Parameters
import TestSupport
import Testing

@testable import Formats

/// The header of a FITS file: cards of 80 characters, padded to blocks of 2880.
private func header(_ cards: [String]) -> String {
    let text = (cards + ["END"]).map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined()
    return text.padding(toLength: (text.count + 2879) / 2880 * 2880, withPad: " ", startingAt: 0)
}

@Suite("Formats that are known but not read") struct ForeignFormatTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let randomGroups = header([
        "SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    6",
        "NAXIS1  =                    0", "GROUPS  =                    T",
    ])

    /// Makes what is recognised as a format, with nothing in it.
    private func make(_ format: ForeignFormat) throws -> String {
        switch format {
        case .measurementSet:
            return try folder(["table.dat": "", "table.info": "Type = Measurement Set\nSubType = \n"])
        case .asdm: return try folder(["ASDM.xml": ""])
        case .miriad: return try folder(["visdata": "", "header": ""])
        case .msv4: return try folder(["zarr.json": "{}"])
        case .uvfits: return try scratch.write(Self.randomGroups, to: "zen.uvfits")
        case .mvf4: return try scratch.write("REDIS0009", to: "1500000000_sdp_l0.rdb")
        case .mvf1:
            let file = try HDF5File(creating: scratch["1280000000.h5"])
            for name in ["Scans", "Antennas", "Correlator"] { _ = try file.root.makeGroup(name) }
            return file.path
        case .mvf2:
            let file = try HDF5File(creating: scratch["1400000000.h5"])
            try file.root.setAttribute("version", "2.5")
            for name in ["Data", "MetaData", "Markup"] { _ = try file.root.makeGroup(name) }
            return file.path
        }
    }

    private func folder(_ files: [String: String]) throws -> String {
        let path = scratch["zen.2456865.60537"]
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
        }
        return path
    }

    @Test("are named in one line, with a way to convert them", arguments: ForeignFormat.allCases)
    func recognised(_ format: ForeignFormat) throws {
        let path = try make(format)
        let error = try #require(throws: ForeignFormatError.self) { _ = try ObservationFormats.open(path) }
        #expect(error.format == format && error.fault == .usage)
        #expect(error.description.hasPrefix("\(format.rawValue) is recognised but not read: \(path): "))
        #expect(!error.description.contains("\n"))
        let converter =
            switch format {
            case .measurementSet, .uvfits, .miriad: "UVData.from_file('\(path)').write_uvh5("
            case .mvf1, .mvf2, .mvf4: "mvftoms.py -o "
            case .asdm: "importasdm(asdm='\(path)', vis='"
            case .msv4: "the Measurement Set"
            }
        #expect(error.remedy.contains(converter), "\(error.remedy)")
    }

    @Test("are not seen in what only looks like them")
    func lookalikes() throws {
        let image = try scratch.write(
            header([
                "SIMPLE  =                    T", "NAXIS   =                    2",
                "NAXIS1  =                  512",
            ]),
            to: "image.fits")
        #expect(ForeignFormat(at: image) == nil)
        #expect(ForeignFormat(at: try scratch.write("SIMPL", to: "short")) == nil)
        #expect(ForeignFormat(at: try scratch.write("", to: "empty")) == nil)
        #expect(ForeignFormat(at: scratch["missing"]) == nil)
        #expect(ForeignFormat(at: scratch.path) == nil)
        #expect(
            ForeignFormat(at: try folder(["table.dat": "", "table.info": "Type = Calibration\n"])) == nil)
    }

    @Test(
        "give commands that a shell takes whatever the path",
        arguments: ["a'b.ms", "a b.ms", "$(id).ms", "a\"b.ms", "a`b.ms", "-x.ms", "a\nb.ms"])
    func quoting(path: String) {
        let remedy = ForeignFormat.measurementSet.error(path).remedy
        #expect(remedy.contains("from_file('INPUT').write_uvh5('INPUT.uvh5')"), "\(remedy)")
    }

    @Test("are found in real files")
    func real() throws {
        guard let folder = Shared.find("data/uvfits") else { return }
        for name in ["ref_1.1_uniform.uvfits", "zen.2457698.40355.xx.HH.uvcAA.uvfits"] {
            #expect(ForeignFormat(at: folder.appending(path: name).path) == .uvfits)
        }
    }

    @Test(
        "are converted by the command that the error gives",
        .enabled(if: Peers.modern != nil && Shared.find("data/uvfits") != nil, "no pyuvdata or no data"))
    func conversion() throws {
        let data = try #require(Shared.find("data/uvfits/zen.2457698.40355.xx.HH.uvcAA.uvfits"))
        let input = scratch["zen.uvfits"]
        try FileManager.default.copyItem(at: data, to: URL(filePath: input))
        let remedy = ForeignFormat.uvfits.error(input).remedy
        let command = try #require(remedy.firstRange(of: "python -c "))
        let python = try #require(Peers.modern)
        let line = "cd \(scratch.path) && \(python) -W ignore -c \(remedy[command.upperBound...])"
        #expect(try Peers.run("/bin/sh", ["-c", line], withErrors: true).status == 0)
        #expect(try HDF5File(reading: scratch["zen.uvh5"]).root.group("Data")?.contains("visdata") == true)
    }
}
