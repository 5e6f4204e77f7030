import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite("Pickles") struct PythonPickleTests {
    /// Decodes a pickle whose bytes are the characters of a text.
    private func decode(_ text: String) throws -> PythonValue {
        try PythonPickle.decode(try #require(text.latin1)[...])
    }

    /// What Python 2 wrote for numpy.array([True, False, False, True]) with protocol 0.
    static let ancient = #"""
        cnumpy.core.multiarray
        _reconstruct
        p0
        (cnumpy
        ndarray
        p1
        (I0
        tp2
        S'b'
        p3
        tp4
        Rp5
        (I1
        (I4
        tp6
        cnumpy
        dtype
        p7
        (S'b1'
        p8
        I0
        I1
        tp9
        Rp10
        (I3
        S'|'
        p11
        NNNI-1
        I-1
        I0
        tp12
        bI00
        S'\x01\x00\x00\x01'
        p13
        tp14
        b.
        """#

    @Test("of Python 2 hold NumPy's arrays")
    func ancientArray() throws {
        guard case .array(let array) = try decode(Self.ancient) else {
            Issue.record("no array")
            return
        }
        #expect(array.shape == [4] && array.truths == [true, false, false, true])
    }

    @Test(
        "of NumPy decode to what Python put in, by every protocol",
        .enabled(if: Peers.modern != nil, "no Python"), arguments: 0...5)
    func realArrays(version: Int) throws {
        let scratch = try Scratch()
        let script = """
            import numpy as np, pickle, sys
            shared = ['x']
            value = {'mask': np.arange(300) % 7 == 0, 'big': np.arange(6, dtype='>i2').reshape(2, 3),
                'fortran': np.asfortranarray(np.ones((2, 3), '<f4')), 'scalar': np.float64(2.5),
                'other': np.dtype('>i4').type(-3).astype('>i4'), 'truth': np.bool_(True), 'names': np.array(['m000h', 'm001v']),
                'bytes': bytes(range(256)), 'none': b'', 'text': 'é€😀\\n\\\\', 'long': -2**40, 'twice': (shared, shared),
                'set': {5}, 'small': 3, 'large': 70000, 'real': 1e300, 'flag': False}
            shared.append('y')
            with open(sys.argv[1], 'wb') as file: pickle.dump(value, file, protocol=\(version))
            """
        #expect(try Peers.run(Peers.modern, ["-c", script, scratch["p"]], withErrors: true).status == 0)
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: scratch["p"])))
        // Sets of the first protocols are calls of a class.
        if version < 4 {
            #expect(throws: EncodedValueError.self) { try PythonPickle.decode(bytes[...]) }
        }
        let map = try #require(try Self.decoded(script, version, scratch).map)
        func array(_ name: String) throws -> NumPyArray {
            guard case .array(let array) = map[name] else { throw EncodedValueError("no array \(name)") }
            return array
        }
        #expect(try array("mask").truths == (0..<300).map { $0 % 7 == 0 })
        #expect(try array("big").type == .plain(">i2") && array("big").shape == [2, 3])
        #expect(try array("big").bytes == [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5])
        #expect(try array("fortran").isFortran && array("fortran").count == 6)
        #expect(try array("names").texts == ["m000h", "m001v"])
        #expect(map["scalar"] == .real(2.5) && map["other"] == .integer(-3) && map["truth"] == .truth(true))
        #expect(map["bytes"] == .bytes((0...255).map { $0 }) && map["none"] == .bytes([]))
        #expect(map["text"] == .text("é€😀\n\\") && map["long"] == .integer(-1_099_511_627_776))
        let pair: PythonValue = .list([.text("x"), .text("y")])
        #expect(map["twice"] == .list([pair, pair]) && map["real"] == .real(1e300))
        #expect(
            map["small"] == .integer(3) && map["large"] == .integer(70000) && map["flag"] == .truth(false))
    }

    /// The same without the set.
    private static func decoded(_ script: String, _ version: Int, _ scratch: Scratch) throws -> PythonValue {
        let plain = script.replacing("'set': {5}, ", with: "")
        try Peers.run(Peers.modern, ["-c", plain, scratch["q"]])
        return try PythonPickle.decode([UInt8](Data(contentsOf: URL(filePath: scratch["q"])))[...])
    }

    @Test("keep what was made once and used twice one, also when it grows in between")
    func sharing() throws {
        let value = try decode("(lp0\n(lp1\nI1\naag1\na.")
        #expect(value == .list([.list([.integer(1)]), .list([.integer(1)])]))
        #expect(try decode("]q\u{1}K\u{1}a0h\u{1}.") == .list([.integer(1)]))
        #expect(try decode("]2K\u{1}a0.") == .list([.integer(1)]))
    }

    static let hostile = [
        "cos\nsystem\n(S'touch PATH'\ntR.", "(S'touch PATH'\nios\nsystem\n.",
        "(cos\nsystem\nS'touch PATH'\no.",
        "cbuiltins\neval\n(Vopen('PATH','w')\ntR.", "c__builtin__\nexec\n(S'1'\ntR.", "cos\nsystem\n)\u{81}.",
        "cnumpy\nload\n(S'PATH'\ntR.", "cnumpy.core.multiarray\nfromfile\n(S'PATH'\ntR.", "cos\nsystem\n.",
        "cposix\nsystem\nS'touch PATH'\n\u{85}R.", "\u{82}\u{1}.", "P12\n.", "S'PATH'\nQ.",
        "\u{80}\u{4}\u{8c}\u{2}os\u{8c}\u{6}system\u{93}\u{8c}\u{1}x\u{85}R.",
        "cnumpy\ndtype\n(cos\nsystem\ntR.", "cnumpy\ndtype\n(S'O8'\ntR(I3\nS'|'\nNNNtb.",
    ]

    @Test("that would run something are refused, and nothing is run", arguments: hostile)
    func refused(text: String) throws {
        let scratch = try Scratch()
        let bytes = try #require(text.replacing("PATH", with: scratch["made"]).latin1)
        let error = #expect(throws: EncodedValueError.self) { try PythonPickle.decode(bytes[...]) }
        #expect(error?.description.isEmpty == false)
        #expect(try scratch.names.isEmpty)
    }

    @Test(
        "that Python itself would have run are refused", .enabled(if: Peers.modern != nil, "no Python"),
        arguments: 0...5)
    func realBomb(version: Int) throws {
        let scratch = try Scratch()
        let script = """
            import os, pickle, sys
            class Bomb:
                def __reduce__(self): return (os.system, ('touch ' + sys.argv[1] + '.made',))
            with open(sys.argv[1], 'wb') as file: pickle.dump([1, Bomb()], file, protocol=\(version))
            """
        #expect(try Peers.run(Peers.modern, ["-c", script, scratch["bomb"]]).status == 0)
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: scratch["bomb"])))
        let error = #expect(throws: EncodedValueError.self) { try PythonPickle.decode(bytes[...]) }
        #expect(
            error?.description.contains("system") == true && error?.description.contains("never run") == true)
        #expect(try scratch.names == ["bomb"])
    }

    static let absurd = [
        "", ".", "0.", "1.", "(.", "((.", "2.", "l.", "a.", "s.", "R.", "b.", "g1\n.", "p0\n.", "gx\n.",
        "I\n.", "Ix\n.",
        "L123456789012345678901234567890L\n.", "(I1\nd.", "}(I1\nu.", "I1\nI1\na.", "]I1\nI1\ns.",
        "S'open\n.",
        "V\\u12\n.", "V\\UFFFFFFFF\n.", "T\u{ff}\u{ff}\u{ff}\u{ff}x.", "B\u{ff}\u{ff}\u{ff}\u{7f}.",
        "\u{8d}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}.", "\u{8b}\u{ff}\u{ff}\u{ff}\u{ff}.",
        "\u{8a}\u{9}123456789.",
        "]q\u{1}h\u{1}a.", "}q\u{1}S'a'\nh\u{1}s.", "I1\nI2\n.", "\u{0}.", "\u{99}.",
    ]

    @Test("that make no sense are errors", arguments: absurd)
    func senseless(text: String) throws {
        let bytes = try #require(text.latin1)
        #expect(throws: EncodedValueError.self) { try PythonPickle.decode(bytes[...]) }
    }

    @Test("that are deep, or unfold to more than fits, are errors in no time")
    func bombs() throws {
        let deep =
            [UInt8](repeating: UInt8(ascii: "("), count: 100_000)
            + [UInt8](repeating: UInt8(ascii: "l"), count: 100_000)
        #expect(throws: EncodedValueError.self) { try PythonPickle.decode((deep + [46])[...]) }
        // A list of ten of the list before, forty times.
        var nested = "(lp0\nI1\na"
        for level in 1...40 {
            nested += "(" + String(repeating: "g\(level - 1)\n", count: 10) + "lp\(level)\n"
        }
        #expect(throws: EncodedValueError.self) { try decode("(" + nested + "l.") }
        let many = [UInt8(ascii: "(")] + [UInt8](repeating: UInt8(ascii: "N"), count: 1_100_000)
        #expect(throws: EncodedValueError.self) { try PythonPickle.decode((many + Array("l.".utf8))[...]) }
    }

    @Test("cut off or changed anywhere give an error or another value, never a trap")
    func damage() throws {
        let whole = Array(Self.ancient.utf8)
        for length in 0..<whole.count {
            #expect(throws: EncodedValueError.self) { try PythonPickle.decode(whole.prefix(length)) }
        }
        var random = Seeded(7)
        for _ in 0..<5_000 {
            var changed = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                changed[Int.random(in: 0..<whole.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            if case .array(let array)? = try? PythonPickle.decode(changed[...]) {
                #expect(array.bytes.count == array.count * array.elementSize)
            }
        }
    }
}
