import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite("RFI masks")
struct RFIMaskTests {
    let folder: Scratch

    init() throws { folder = try Scratch() }

    private func mask(_ text: String) throws -> [Range<Double>] {
        let path = folder["mask.txt"]
        try Data(text.utf8).write(to: URL(filePath: path))
        return try RFIMask(contentsOf: path).ranges
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
        var data = NumPyMask.magic + Data([1, 0, UInt8(header.utf8.count), 0]) + Data(header.utf8)
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
        #expect(try RFIMask.find(path).ranges == [9..<11, 13..<17])
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

    @Test(
        "of caracal read as their list of ranges says",
        .enabled(if: FileManager.default.fileExists(atPath: caracal + ".npy"), "no shared data"))
    func caracalMask() throws {
        let ranges = try RFIMask(contentsOf: Self.caracal + ".npy").ranges
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
            try RFIMask.named(name).ranges.contains { $0.contains(megahertz * 1e6) }
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
