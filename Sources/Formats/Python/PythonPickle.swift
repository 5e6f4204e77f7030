/// Decodes Python pickles of plain data (protocols 0 to 5), as masks and the telescope state of 2016 to 2018 are stored,
/// after the list of opcodes in CPython's `pickletools`.
///
/// Nothing is executed: a callable is only a name. Of objects only NumPy's arrays, scalars and types are understood
/// (`PickleHeap`); every other is an error that names it.
struct PythonPickle {
    /// A place in the heap.
    typealias Item = Int

    var reader: ByteReader
    var heap = PickleHeap()
    private var stack: [Item] = []
    /// How deep the stack was at each mark.
    private var marks: [Int] = []
    private var memo: [Int: Item] = [:]

    /// Decodes one pickle.
    ///
    /// - Throws: `EncodedValueError` when it is cut off, makes no sense, or holds objects that are not plain data.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(EncodedValueError) -> PythonValue {
        var machine = PythonPickle(reader: ByteReader(bytes))
        while try machine.step() {}
        guard machine.stack.count == 1, machine.marks.isEmpty, let item = machine.stack.last else {
            throw EncodedValueError("a pickle that is not one value")
        }
        return try machine.heap.value(of: item)
    }

    private init(reader: ByteReader) { self.reader = reader }

    mutating func pop() throws(EncodedValueError) -> Item {
        guard stack.count > marks.last ?? 0, let item = stack.popLast() else {
            throw EncodedValueError("a pickle that takes from an empty stack")
        }
        return item
    }

    private func top() throws(EncodedValueError) -> Item {
        guard stack.count > marks.last ?? 0, let item = stack.last else {
            throw EncodedValueError("a pickle that takes from an empty stack")
        }
        return item
    }

    private mutating func popToMark() throws(EncodedValueError) -> [Item] {
        guard let mark = marks.popLast() else {
            throw EncodedValueError("a pickle that looks for a mark that it never set")
        }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    mutating func push(_ item: Item) { stack.append(item) }

    private mutating func make(_ object: PickleHeap.Object) throws(EncodedValueError) {
        stack.append(try heap.add(object))
    }

    private mutating func push(_ value: PythonValue) throws(EncodedValueError) { try make(.value(value)) }

    /// Runs one opcode; false at the end.
    private mutating func step() throws(EncodedValueError) -> Bool {
        let code = try reader.byte()
        switch code {
        case UInt8(ascii: "."): return false
        case 0x80: _ = try reader.byte()
        case 0x95: _ = try reader.take(8)
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"):
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): push(try top())
        case UInt8(ascii: "N"): try push(PythonValue.none)
        case 0x88, 0x89: try push(.truth(code == 0x88))
        case UInt8(ascii: "I"), UInt8(ascii: "L"): try push(try wholeNumber())
        case UInt8(ascii: "F"): try push(try realNumber())
        case UInt8(ascii: "J"):
            try push(.integer(Int64(Int32(truncatingIfNeeded: try reader.unsigned(4, bigEndian: false)))))
        case UInt8(ascii: "K"): try push(.integer(Int64(try reader.byte())))
        case UInt8(ascii: "M"): try push(.integer(Int64(try reader.unsigned(2, bigEndian: false))))
        case 0x8a: try push(try longInteger(1))
        case 0x8b: try push(try longInteger(4))
        case UInt8(ascii: "G"): try push(.real(Double(bitPattern: try reader.unsigned(8))))
        default: try text(code)
        }
        return true
    }

    private mutating func text(_ code: UInt8) throws(EncodedValueError) {
        switch code {
        case UInt8(ascii: "S"): try make(.characters(try quotedText()))
        case UInt8(ascii: "V"): try push(.text(try escapedText()))
        case UInt8(ascii: "U"): try make(.characters(try counted(1)))
        case UInt8(ascii: "T"): try make(.characters(try counted(4)))
        case 0x8c: try push(.text(String(decoding: try counted(1), as: UTF8.self)))
        case UInt8(ascii: "X"): try push(.text(String(decoding: try counted(4), as: UTF8.self)))
        case 0x8d: try push(.text(String(decoding: try counted(8), as: UTF8.self)))
        case UInt8(ascii: "C"): try push(.bytes(try counted(1)))
        case UInt8(ascii: "B"): try push(.bytes(try counted(4)))
        case 0x8e, 0x96: try push(.bytes(try counted(8)))
        default: try container(code)
        }
    }

    private mutating func container(_ code: UInt8) throws(EncodedValueError) {
        switch code {
        case UInt8(ascii: "}"): try make(.map([]))
        case UInt8(ascii: "]"), 0x8f: try make(.list([]))
        case UInt8(ascii: ")"): try make(.list([]))
        case UInt8(ascii: "l"), UInt8(ascii: "t"), 0x91: try make(.list(try popToMark()))
        case UInt8(ascii: "d"): try make(.map(try popToMark()))
        case 0x85, 0x86, 0x87:
            var items: [Item] = []
            for _ in 0..<Int(code - 0x84) { items.insert(try pop(), at: 0) }
            try make(.list(items))
        case UInt8(ascii: "a"):
            let item = try pop()
            try heap.append([item], to: try top())
        case UInt8(ascii: "e"), 0x90:
            let items = try popToMark()
            try heap.append(items, to: try top())
        case UInt8(ascii: "s"):
            let value = try pop()
            let key = try pop()
            try heap.set([key, value], in: try top())
        case UInt8(ascii: "u"):
            let items = try popToMark()
            try heap.set(items, in: try top())
        default: try memoOrObject(code)
        }
    }

    private mutating func memoOrObject(_ code: UInt8) throws(EncodedValueError) {
        switch code {
        case UInt8(ascii: "p"): memo[try lineNumber()] = try top()
        case UInt8(ascii: "q"): memo[Int(try reader.byte())] = try top()
        case UInt8(ascii: "r"): memo[Int(try reader.unsigned(4, bigEndian: false))] = try top()
        case 0x94: memo[memo.count] = try top()
        case UInt8(ascii: "g"): try recall(try lineNumber())
        case UInt8(ascii: "h"): try recall(Int(try reader.byte()))
        case UInt8(ascii: "j"): try recall(Int(try reader.unsigned(4, bigEndian: false)))
        case UInt8(ascii: "c"):
            let module = String(decoding: try reader.line(), as: UTF8.self)
            try make(.callable(module + "." + String(decoding: try reader.line(), as: UTF8.self)))
        case 0x93:
            let name = try heap.text(of: try pop())
            try make(.callable(try heap.text(of: try pop()) + "." + name))
        case UInt8(ascii: "R"):
            let arguments = try pop()
            push(try heap.call(try pop(), arguments))
        case UInt8(ascii: "b"):
            let state = try pop()
            try heap.build(try top(), state)
        default: throw refused(code)
        }
    }

    /// The error of an opcode that makes an object by running code, or that does not exist.
    private func refused(_ code: UInt8) -> EncodedValueError {
        switch code {
        case UInt8(ascii: "i"), UInt8(ascii: "o"), 0x81, 0x92:
            EncodedValueError("a pickle of a Python class, which would have to be run")
        case UInt8(ascii: "P"), UInt8(ascii: "Q"), 0x82, 0x83, 0x84, 0x97, 0x98:
            EncodedValueError("a pickle that points outside itself")
        default: EncodedValueError("pickle opcode \(code) does not exist")
        }
    }

    private mutating func recall(_ index: Int) throws(EncodedValueError) {
        guard let item = memo[index] else {
            throw EncodedValueError("a pickle that recalls what it never stored")
        }
        push(item)
    }
}
