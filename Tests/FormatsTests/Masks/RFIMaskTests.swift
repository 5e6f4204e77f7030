import Flagging
import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("RFI masks")
struct RFIMaskTests {
    let folder: Scratch

    init() throws { folder = try Scratch() }

    private func mask(_ text: String) throws -> [Range<Double>] {
        let path = folder["mask.txt"]
        try Data(text.utf8).write(to: URL(filePath: path))
        return try Self.ranges(path)
    }

    private static func ranges(_ nameOrPath: String) throws -> [Range<Double>] {
        guard case .ranges(let ranges) = try RFIMask.find(nameOrPath).content else { return [] }
        return ranges
    }

    @Test(
        "read ranges with units of their own, of the line, or of a header",
        arguments: [
            "925MHz 960MHz", "925 960 MHz", "# unit: MHz\n925 960",
            "# a list\n\n#unit MHz\r\n 925\t960 # GSM\r\n",
            "0.925GHz 960000kHz", "# unit: GHz\n925MHz 0.96", "925 930 MHz\n950 960 MHz\n930 950 MHz",
        ])
    func ranges(text: String) throws {
        let ranges = try mask(text)
        #expect(ranges.count == 1)
        #expect(abs(ranges[0].lowerBound - 925e6) < 1e-3 && abs(ranges[0].upperBound - 960e6) < 1e-3)
    }

    @Test(
        "name the line that is wrong",
        arguments: [
            ("925 960", 1), ("# unit: MHz\n925 960\n1100", 3), ("1MHz 2MHz\n960MHz 925MHz", 2),
            ("1MHz 2 MHz 3", 1),
            ("\n# unit: parsec\n1 2", 2), ("925MHz nan", 1), ("1MHz 1e999MHz", 1), ("-2MHz 3MHz", 1),
            ("5m 6m", 1),
        ])
    func errors(text: String, line: Int) throws {
        let error = #expect(throws: RFIMaskError.self) { try mask(text) }
        #expect(error?.line == line)
        #expect(error?.description.contains("mask.txt line \(line): ") == true)
    }

    @Test(
        "refuse empty masks, files that are not text or not there, and unknown names",
        arguments: ["", "# nothing"])
    func refusals(text: String) throws {
        #expect(throws: RFIMaskError.self) { try mask(text) }
        let path = folder["binary"]
        try Data([0x93, 0x4E, 0, 0xFF]).write(to: URL(filePath: path))
        #expect(throws: RFIMaskError.self) { try RFIMask.find(path) }
        #expect(throws: RFIMaskError.self) { try RFIMask.find(folder["none"]) }
        #expect(throws: RFIMaskError.self) { try RFIMask.named("meerkat-x") }
    }

    /// A NumPy file of RFIMasker's records.
    static func npy(
        _ flags: [Bool], _ centres: [Double], descr: String = "[('mask', '|b1'), ('chans', '<f8')]"
    ) -> Data {
        let header = "{'descr': \(descr), 'fortran_order': False, 'shape': (2, \(flags.count)), }\n"
        var data = Data(NumPyHeader.magic) + Data([1, 0, UInt8(header.utf8.count), 0]) + Data(header.utf8)
        for row in 0..<2 {
            for (flag, centre) in zip(flags, centres) {
                data.append(row == 0 && flag ? 1 : 0)
                withUnsafeBytes(of: row == 1 ? centre.bitPattern.littleEndian : 0) {
                    data.append(contentsOf: $0)
                }
            }
        }
        return data
    }

    @Test("of RFIMasker become ranges of whole channels")
    func numPy() throws {
        let path = folder["mask.npy"]
        let flags = [true, false, true, true, false]
        try Self.npy(flags, [10, 12, 14, 16, 18]).write(to: URL(filePath: path))
        #expect(try Self.ranges(path) == [9..<11, 13..<17])
        let whole = Self.npy(flags, [10, 12, 14, 16, 18])
        let bad = [
            whole.dropLast(9), whole.prefix(40), whole.prefix(11), Self.npy(flags, [10, 12, 12, 16, 18]),
            Self.npy(flags, [10, 12, .nan, 16, 18]), Self.npy(flags, [10, 12, 14, 16, 18], descr: "'|O'"),
        ]
        for data in bad {
            try Data(data).write(to: URL(filePath: path))
            #expect(throws: RFIMaskError.self) { try RFIMask.find(path) }
        }
    }

    /// What says which channels are masked, without their frequencies, each in a file without a telling name.
    static let channelMasks = ["array", "array of bytes", "pickle", "list"]

    private func channelMask(_ kind: String, _ flags: [Bool]) throws -> String {
        let elements = flags.map { UInt8($0 ? 1 : 0) }
        let bytes: [UInt8]
        switch kind {
        case "pickle":
            bytes = Array(
                PythonPickleTests.ancient.replacing("(I4\n", with: "(I\(flags.count)\n").replacing(
                    #"S'\x01\x00\x00\x01'"#, with: "S'" + elements.map { "\\x0\($0)" }.joined() + "'"
                ).utf8)
        case "list": bytes = Array(("(lp0\n" + flags.map { $0 ? "I01\na" : "I00\na" }.joined() + ".").utf8)
        default:
            let type = NumPyType.plain(kind == "array" ? "|b1" : "|u1")
            bytes = NumPyFile.encode(
                try NumPyArray(type: type, shape: [flags.count], isFortran: false, bytes: elements))
        }
        let path = folder["mask"]
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// An observation of so many channels, up from a frequency.
    private func observation(
        _ channels: Int, from start: Double, width: Double, band: String = "l", telescope: String = "MeerKAT"
    ) -> Observation {
        Observation(
            telescope: telescope, antennas: [], baselines: [],
            spectralWindows: [
                SpectralWindow(
                    name: band, frequencies: (0..<channels).map { start + Double($0) * width },
                    widths: [Double](repeating: width, count: channels))
            ], polarisations: [.xx], fields: [], schedule: [], integrationTime: 8)
    }

    @Test(
        "without frequencies mask the channels of an observation that has as many, by place",
        arguments: channelMasks)
    func byPlace(kind: String) throws {
        var random = Seeded(3)
        let flags = (0..<150).map { _ in Int.random(in: 0..<3, using: &random) == 0 }
        let mask = try RFIMask.find(try channelMask(kind, flags))
        #expect(mask.content == .channels(flags))
        let observation = self.observation(150, from: 1.3e9, width: 26123.046875, telescope: "GMRT")
        let found = try mask.ranges(for: observation)
        #expect(found.note?.contains("by place") == true)
        let masked = StaticMask(ranges: found.ranges).channels(of: observation.spectralWindows[0])
        #expect(masked == flags)
    }

    @Test(
        "of all of MeerKAT's band mask by frequency what is left of it",
        arguments: [("L", 856e6, 4096), ("U", 544e6, 4096), ("l", 856e6, 1024), ("L", 856e6, 32768)])
    func byBand(band: String, start: Double, count: Int) throws {
        var flags = [Bool](repeating: false, count: count)
        let width = start / Double(count)  // each band is as wide as its lower edge is high
        for channel in count / 2..<count / 2 + 10 { flags[channel] = true }
        let mask = try RFIMask.find(try channelMask("pickle", flags))
        // Sixteen channels of the full resolution, of which the first seven are the last masked ones.
        let part = self.observation(16, from: start + Double(count / 2 + 3) * width, width: width, band: band)
        let found = try mask.ranges(for: part)
        #expect(found.note?.contains("by frequency") == true)
        let masked = StaticMask(ranges: found.ranges).channels(of: part.spectralWindows[0])
        #expect(masked == (0..<16).map { $0 < 7 })
        // Averaged by four: all bins that hold a masked channel.
        let bins = self.observation(
            4, from: start + (Double(count / 2 + 3) + 1.5) * width, width: 4 * width, band: band)
        let coarse = StaticMask(ranges: try mask.ranges(for: bins).ranges).channels(
            of: bins.spectralWindows[0])
        #expect(coarse == [true, true, false, false])
    }

    @Test(
        "of as many channels as all of MeerKAT's band mask by place, averaged or not, named or not",
        arguments: [(4096, 1, "l"), (4096, 4, "L"), (4096, 1, ""), (1024, 1, "0"), (32768, 64, "l")])
    func wholeBand(channels: Int, averaged: Int, name: String) throws {
        let width = 856e6 / Double(channels)
        let count = channels / averaged
        let start = 856e6 + 0.5 * Double(averaged - 1) * width
        let observation = self.observation(count, from: start, width: Double(averaged) * width, band: name)
        let flags = (0..<count).map { $0 % 7 == 3 || (100..<120).contains($0) }
        let found = try RFIMask.find(try channelMask("array", flags)).ranges(for: observation)
        #expect(found.note?.contains("by place: as many channels as MeerKAT's L band") == true)
        let masked = StaticMask(ranges: found.ranges).channels(of: observation.spectralWindows[0])
        #expect(masked == flags)
    }

    @Test(
        "of as many channels as part of MeerKAT's band are refused: they may be of other channels",
        arguments: [
            (1024, 4096, 1.1e9, "l"), (1024, 4096, 1.1e9, ""), (4096, 32768, 6e8, "u"),
            (150, 32768, 1.3e9, "L"),
            (1024, 1024, 856.5e6, "l"),
        ])
    func partOfBand(count: Int, channels: Int, start: Double, name: String) throws {
        let width = (name == "u" ? 544e6 : 856e6) / Double(channels)
        let observation = self.observation(count, from: start, width: width, band: name)
        let mask = try RFIMask.find(try channelMask("array", [Bool](repeating: true, count: count)))
        let error = #expect(throws: RFIMaskError.self) { try mask.ranges(for: observation) }
        #expect(error?.what.contains("of as many that are not all of MeerKAT's") == true)
        #expect(error?.remedy.contains("give their frequencies") == true && error?.fault == .usage)
        // Of a band that is not known nothing can be said.
        let other = self.observation(count, from: start, width: width, band: "s")
        #expect(try mask.ranges(for: other).note == "by place: as many channels as the observation")
    }

    @Test(
        "of another length are errors that name both lengths",
        arguments: [(100, "MeerKAT", "l"), (4096, "VLA", "l"), (4096, "MeerKAT", "s")])
    func wrongLength(count: Int, telescope: String, band: String) throws {
        let mask = try RFIMask.find(try channelMask("array", [Bool](repeating: true, count: count)))
        let observation = self.observation(128, from: 1.3e9, width: 1e6, band: band, telescope: telescope)
        let error = #expect(throws: RFIMaskError.self) { try mask.ranges(for: observation) }
        #expect(
            error?.what.contains("a mask of \(count) channels") == true
                && error?.what.contains("expected 128") == true)
        #expect(error?.path == folder["mask"] && error?.fault == .usage)
        // Outside the band the mask has nothing to say.
        let outside = self.observation(128, from: 0.3e9, width: 1e6)
        #expect(throws: RFIMaskError.self) {
            try RFIMask.find(try channelMask("array", [Bool](repeating: true, count: 4096))).ranges(
                for: outside)
        }
    }

    @Test(
        "that are pickles of something else are refused, and nothing is run",
        arguments: PythonPickleTests.hostile + ["(lp0\nI1\na.", "(lp0\n.", "cx"])
    func otherPickles(text: String) throws {
        let bytes = try #require(text.replacing("PATH", with: folder["made"]).latin1)
        try Data(bytes).write(to: URL(filePath: folder["mask.pickle"]))
        #expect(throws: RFIMaskError.self) { try RFIMask.find(folder["mask.pickle"]) }
        #expect(try folder.names == ["mask.pickle"])
    }

    @Test(
        "of caracal read as their list of ranges says",
        .enabled(if: FileManager.default.fileExists(atPath: caracal + ".npy"), "no shared data"))
    func caracalMask() throws {
        let ranges = try Self.ranges(Self.caracal + ".npy")
        let list = try String(contentsOfFile: Self.caracal + ".ranges.txt", encoding: .utf8)
        let text = "# unit: MHz\n" + list
        let expected = try mask(text)
        #expect(ranges.count == 29 && expected.count == 29)
        for (range, listed) in zip(ranges, expected) {
            #expect(
                abs(range.lowerBound - listed.lowerBound) < 30e3
                    && abs(range.upperBound - listed.upperBound) < 30e3)
        }
    }

    static let caracal = Shared.find("data/mask")?.appending(path: "meerkat.rfimask").path ?? ""

    @Test("of MeerKAT are ready by name, cover known transmitters and leave the spectral lines free")
    func ready() throws {
        #expect(RFIMask.names.allSatisfy { (try? RFIMask.find($0)) != nil })
        func masked(_ name: String, _ megahertz: Double) throws -> Bool {
            try Self.ranges(name).contains { $0.contains(megahertz * 1e6) }
        }
        for transmitter in [942.0, 1176.45, 1227.6, 1278.75, 1381, 1540, 1575.42, 1602, 1620] {
            #expect(try masked("meerkat-l", transmitter))
        }
        for free in [900.0, 1100, 1340, 1420.4, 1450, 1612.2, 1667.4] {
            #expect(try !masked("meerkat-l", free))
        }
        for transmitter in [770.0, 815, 940] { #expect(try masked("meerkat-uhf", transmitter)) }
        for free in [600.0, 850, 1000] { #expect(try !masked("meerkat-uhf", free)) }
    }
}
