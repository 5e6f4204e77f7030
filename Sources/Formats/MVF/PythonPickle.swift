/// Decodes Python pickles of plain data (protocols 0 to 2 and the framing of 4), as telescope state values of
/// 2016 to 2018 are stored, after the opcode list in CPython's `pickletools`.
///
/// Nothing is executed: a callable is only a name, and only NumPy's scalar and dtype are understood.
struct PythonPickle {
    private enum Item {
        case value(TelescopeValue)
        case mark
        case callable(String)
        case type(String)
        case tuple([Item])
    }

    private var reader: ByteReader
    private var stack: [Item] = []
    private var memo: [Int: Item] = [:]

    /// Decodes one pickle.
    static func decode(_ bytes: [UInt8]) throws(EncodedValueError) -> TelescopeValue {
        var machine = PythonPickle(reader: ByteReader(bytes[...]))
        while try machine.step() {}
        guard machine.stack.count == 1, let item = machine.stack.last else {
            throw EncodedValueError("a pickle that is not one value")
        }
        return plain(item)
    }

    private static func plain(_ item: Item) -> TelescopeValue {
        switch item {
        case .value(let value): value
        case .tuple(let items): .list(items.map(plain))
        case .mark, .callable, .type: .none
        }
    }

    private mutating func pop() throws(EncodedValueError) -> Item {
        guard let item = stack.popLast() else {
            throw EncodedValueError("a pickle that takes from an empty stack")
        }
        return item
    }

    private mutating func popToMark() throws(EncodedValueError) -> [Item] {
        var items: [Item] = []
        while true {
            let item = try pop()
            if case .mark = item { return items.reversed() }
            items.append(item)
        }
    }

    private mutating func push(_ value: TelescopeValue) { stack.append(.value(value)) }

    /// Runs one opcode; false at the end.
    private mutating func step() throws(EncodedValueError) -> Bool {
        let code = try reader.byte()
        switch UInt8(code) {
        case UInt8(ascii: "."): return false
        case 0x80: _ = try reader.byte()
        case 0x95: _ = try reader.take(8)
        case UInt8(ascii: "("): stack.append(.mark)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "N"): push(.none)
        case 0x88, 0x89: push(.truth(code == 0x88))
        case UInt8(ascii: "}"): push(.map([:]))
        case UInt8(ascii: "]"): push(.list([]))
        case UInt8(ascii: ")"): stack.append(.tuple([]))
        case UInt8(ascii: "l"): push(.list(try popToMark().map(Self.plain)))
        case UInt8(ascii: "d"): push(try Self.map(try popToMark()))
        case UInt8(ascii: "t"): stack.append(.tuple(try popToMark()))
        case 0x85, 0x86, 0x87:
            var items: [Item] = []
            for _ in 0..<Int(code - 0x84) { items.insert(try pop(), at: 0) }
            stack.append(.tuple(items))
        default: try scalarOrContainer(code)
        }
        return true
    }

    private mutating func scalarOrContainer(_ code: UInt8) throws(EncodedValueError) {
        switch code {
        case UInt8(ascii: "I"), UInt8(ascii: "L"), UInt8(ascii: "F"): push(try number(try reader.line()))
        case UInt8(ascii: "J"):
            push(.integer(Int64(Int32(truncatingIfNeeded: try reader.unsigned(4, bigEndian: false)))))
        case UInt8(ascii: "K"): push(.integer(Int64(try reader.byte())))
        case UInt8(ascii: "M"): push(.integer(Int64(try reader.unsigned(2, bigEndian: false))))
        case 0x8a: push(try longInteger())
        case UInt8(ascii: "G"): push(.real(Double(bitPattern: try reader.unsigned(8))))
        case UInt8(ascii: "S"), UInt8(ascii: "V"):
            let line = try reader.line()
            let quoted = code == UInt8(ascii: "S") ? PythonLiteral.parse(line) : nil
            push(quoted ?? .text(line))
        case UInt8(ascii: "U"), 0x8c: push(try text(1))
        case UInt8(ascii: "T"), UInt8(ascii: "X"): push(try text(4))
        case UInt8(ascii: "C"): push(.bytes(Array(try reader.take(try reader.count(1, bigEndian: false)))))
        case UInt8(ascii: "B"): push(.bytes(Array(try reader.take(try reader.count(4, bigEndian: false)))))
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "s"), UInt8(ascii: "u"): try fill(code)
        default: try memoOrObject(code)
        }
    }

    /// Adds items to the list or map below them.
    private mutating func fill(_ code: UInt8) throws(EncodedValueError) {
        var items: [Item] = []
        switch code {
        case UInt8(ascii: "a"): items = [try pop()]
        case UInt8(ascii: "s"): let value = try pop(); items = [try pop(), value]
        default: items = try popToMark()
        }
        switch try pop() {
        case .value(.list(let values)): push(.list(values + items.map(Self.plain)))
        case .value(.map(let values)):
            guard case .map(let more) = try Self.map(items) else { return }
            push(.map(values.merging(more) { $1 }))
        default: throw EncodedValueError("a pickle that fills neither a list nor a dict")
        }
    }

    private mutating func memoOrObject(_ code: UInt8) throws(EncodedValueError) {
        switch code {
        case UInt8(ascii: "p"): memo[Int(try reader.line()) ?? -1] = stack.last
        case UInt8(ascii: "q"): memo[Int(try reader.byte())] = stack.last
        case UInt8(ascii: "r"): memo[Int(try reader.unsigned(4, bigEndian: false))] = stack.last
        case 0x94: memo[memo.count] = stack.last
        case UInt8(ascii: "g"): try recall(Int(try reader.line()) ?? -1)
        case UInt8(ascii: "h"): try recall(Int(try reader.byte()))
        case UInt8(ascii: "j"): try recall(Int(try reader.unsigned(4, bigEndian: false)))
        case UInt8(ascii: "c"): stack.append(.callable(try reader.line() + "." + (try reader.line())))
        case 0x93:
            let name = Self.plain(try pop()).string ?? ""
            stack.append(.callable((Self.plain(try pop()).string ?? "") + "." + name))
        case UInt8(ascii: "b"): _ = try pop()
        case UInt8(ascii: "R"): try call()
        default: throw EncodedValueError("pickle opcode \(code) is not understood")
        }
    }

    private mutating func recall(_ index: Int) throws(EncodedValueError) {
        guard let item = memo[index] else {
            throw EncodedValueError("a pickle that recalls what it never stored")
        }
        stack.append(item)
    }

    /// What a call of NumPy's scalar or dtype, or of a codec, stands for.
    private mutating func call() throws(EncodedValueError) {
        guard case .tuple(let arguments) = try pop(), case .callable(let name) = try pop() else {
            throw EncodedValueError("a pickle that calls what is not callable")
        }
        if name.hasSuffix("numpy.dtype") || name == "numpy.dtype", let first = arguments.first {
            stack.append(.type(Self.plain(first).string ?? ""))
        } else if name.hasSuffix("multiarray.scalar"), arguments.count == 2,
            case .type(let type) = arguments[0]
        {
            let value = Self.plain(arguments[1])
            let bytes: [UInt8] =
                switch value {
                case .bytes(let bytes): bytes
                case .text(let text): text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
                default: []
                }
            push(try NumPyScalar.decode(type, bytes))
        } else if name == "_codecs.encode", let text = arguments.first.map({ Self.plain($0) })?.string {
            push(.bytes(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
        } else {
            throw EncodedValueError("a pickle of Python type '\(name)' is not understood")
        }
    }

    private static func map(_ items: [Item]) throws(EncodedValueError) -> TelescopeValue {
        guard items.count.isMultiple(of: 2) else { throw EncodedValueError("a pickle of half a dict entry") }
        var values: [String: TelescopeValue] = [:]
        for index in stride(from: 0, to: items.count, by: 2) {
            if let key = plain(items[index]).string { values[key] = plain(items[index + 1]) }
        }
        return .map(values)
    }

    private mutating func text(_ lengthBytes: Int) throws(EncodedValueError) -> TelescopeValue {
        .text(
            String(decoding: try reader.take(try reader.count(lengthBytes, bigEndian: false)), as: UTF8.self))
    }

    private func number(_ line: String) throws(EncodedValueError) -> TelescopeValue {
        if line == "00" || line == "01" { return .truth(line == "01") }
        guard let value = PythonLiteral.parse(line) else {
            throw EncodedValueError("a pickle with number '\(line)'")
        }
        return value
    }

    private mutating func longInteger() throws(EncodedValueError) -> TelescopeValue {
        let count = try reader.count(1, bigEndian: false)
        guard count <= 8 else { throw EncodedValueError("a pickled integer of \(count) bytes") }
        let bits = try reader.unsigned(count, bigEndian: false)
        let shift = UInt64(64 - 8 * count)
        return .integer(count == 0 ? 0 : Int64(bitPattern: bits << shift) >> Int64(shift))
    }
}
