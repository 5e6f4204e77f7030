import Testing

@testable import Formats

@Suite("Encoded values of the TelescopeState")
struct TelescopeValueTests {
    /// A text or bytes in hexadecimal, and the value they encode.
    struct Sample: Sendable {
        let text: String
        let value: PythonValue

        init(_ text: String, _ value: PythonValue) {
            self.text = text
            self.value = value
        }

        var bytes: [UInt8] {
            let digits = [UInt8](text.utf8).filter { $0 != 10 }
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: digits.count - 1, by: 2) {
                bytes.append(
                    UInt8(String(decoding: digits[start...start + 1], as: UTF8.self), radix: 16) ?? 0)
            }
            return bytes
        }
    }

    private static let one: PythonValue = .map(["k": .list([.integer(1)])])
    private static let numbers: PythonValue = .list([
        .integer(1), .integer(-5), .integer(300), .integer(70000), .integer(1_099_511_627_776),
    ])
    private static let mixed: PythonValue = .list([
        .real(2.5), .text("é"), .integer(2_147_483_648), .integer(-1), one, .truth(true), PythonValue.none,
    ])
    private static let plain: PythonValue = .list([
        .text("a"), .real(1.5), .integer(2_147_483_648), .integer(-1), one, .truth(true),
    ])
    private static let parameters: PythonValue = .map([
        "ants": .text("m000,m001"), "x": .list([.real(1.5), .list([.integer(2)])]),
    ])

    static let samples: [Sample] = [
        Sample("ffd8023ff00000000000004000000000000000", .complex(1, 2)),
        Sample("ffc70c04a33c66380000000000000c40", .real(3.5)),
        Sample("ffc70604a33c6932feff", .integer(-2)),
        Sample("ffc3", .truth(true)),
        Sample("ffc0", PythonValue.none),
        Sample("ffc70d019301cb4004000000000000a178", .list([.integer(1), .real(2.5), .text("x")])),
        Sample("ff81a1619501fbcd012cce00011170cf0000010000000000", .map(["a": numbers])),
        Sample("ffc40378797a", .bytes([120, 121, 122])),
        Sample(
            """
            80027d7100285804000000616e7473710158090000006d3030302c6d30303171025801000000787103473ff800000000000
            05d71044b0261867105752e
            """, parameters),
        Sample(
            """
            80025d710028636e756d70792e636f72652e6d756c746961727261790a7363616c61720a7101636e756d70790a647479706
            50a71025802000000663871038988877104527105284b0358010000003c71064e4e4e4affffffff4affffffff4b00747107
            62635f636f646563730a656e636f64650a7108580800000000000000000004407109580600
            00006c6174696e31710a86710b52710c86710d52710e5802000000c3a9710f8a0500000080004affffffff7d71105801
            0000006b71114b0185711273884e652e
            """, mixed),
        Sample(
            """
            286c70300a56610a70310a6146312e350a614c323134373438333634384c0a61492d310a61286470320a566b0a70330a284
            9310a7470340a73614930310a612e
            """, plain),
    ]

    @Test("decodes what katsdptelstate and Python's pickle encode", arguments: samples)
    func decodes(_ sample: Sample) throws {
        #expect(try TelescopeStateCode.decode(sample.bytes) == sample.value)
    }

    @Test("reads labels from a NumPy array of strings", arguments: ["<U5", "|S5"])
    func arrays(_ type: String) throws {
        let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (1, 2), }\n"
        var image: [UInt8] = [0x93]
        image += [UInt8]("NUMPY".utf8)
        image += [1, 0, UInt8(header.utf8.count), 0]
        image += [UInt8](header.utf8)
        for letter in [UInt8]("m000hm001v".utf8) {
            image.append(letter)
            if type == "<U5" { image += [0, 0, 0] }
        }
        let array = try NumPyFile.decode(image[...])
        #expect(array.shape == [1, 2] && array.texts == ["m000h", "m001v"] && array.truths == nil)
        for length in 0..<image.count {
            #expect(throws: EncodedValueError.self) { try NumPyFile.decode(image.prefix(length)) }
        }
    }

    @Test("what is encoded decodes to the same")
    func roundTrip() throws {
        let long: [PythonValue] = (0..<40).map { PythonValue.integer(Int64($0) * 1000 - 7) }
        let array = try NumPyArray(
            type: .plain("<i2"), shape: [3, 1], isFortran: true, bytes: [1, 0, 2, 0, 3, 0])
        let value: PythonValue = .map([
            "a": .list(long), "b": .text(String(repeating: "long ", count: 20)), "c": .real(-0.1),
            "d": .truth(false), "e": .bytes([1, 2]), "f": .complex(1, -2), "g": .array(array),
        ])
        #expect(try TelescopeStateCode.decode(TelescopeStateCode.encode(value)) == value)
    }

    @Test("cut off or changed bytes give an error or another value, never a trap", arguments: samples)
    func damage(_ sample: Sample) {
        let original = sample.bytes
        for length in 0..<original.count {
            _ = try? TelescopeStateCode.decode(Array(original.prefix(length)))
        }
        for place in original.indices {
            for change: UInt8 in [1, 0x40, 0x80, 0xff] {
                var changed = original
                changed[place] ^= change
                _ = try? TelescopeStateCode.decode(changed)
            }
        }
    }

    @Test("what follows a value, and text that is not UTF-8, are errors")
    func strict() {
        let good: [UInt8] = [0xff, 0xd2, 0, 0, 0, 8]
        #expect((try? TelescopeStateCode.decode(good)) == .integer(8))
        #expect(throws: EncodedValueError.self) { try TelescopeStateCode.decode(good + [0]) }
        #expect(throws: EncodedValueError.self) { try TelescopeStateCode.decode([0xff, 0xa2, 0x6d, 0xee]) }
    }

    @Test("absurd lengths and depths are errors")
    func absurd() {
        let long: [UInt8] = [0xff, 0xdb, 0xff, 0xff, 0xff, 0xff]
        #expect(throws: EncodedValueError.self) { try TelescopeStateCode.decode(long) }
        let deep = [0xff] + [UInt8](repeating: 0x91, count: 100)
        #expect(throws: EncodedValueError.self) { try TelescopeStateCode.decode(deep) }
    }
}
