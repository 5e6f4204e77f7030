/// What a pickle has made so far: objects by number, so that those made once and used twice stay one, and neither depth
/// nor circles can hurt.
struct PickleHeap {
    /// An object; containers hold numbers of others.
    enum Object {
        case value(PythonValue)
        /// A string of Python 2: bytes that may be text or not.
        case characters([UInt8])
        case list([Int])
        /// Keys and values in turn.
        case map([Int])
        case callable(String)
        /// A type of NumPy, by its kind and size, and the order of its bytes.
        case type(name: String, order: String)
        /// An array before it has its state.
        case emptyArray
    }

    /// The most objects in a pickle, and in what it decodes to.
    private static let most = 1 << 20
    private static let deepest = 64

    private var objects: [Object] = []

    /// Adds an object.
    mutating func add(_ object: Object) throws(EncodedValueError) -> Int {
        guard objects.count < Self.most else {
            throw EncodedValueError("a pickle of more than \(Self.most) objects")
        }
        objects.append(object)
        return objects.count - 1
    }

    /// Adds items to a list.
    mutating func append(_ items: [Int], to list: Int) throws(EncodedValueError) {
        guard case .list(var values) = objects[list] else {
            throw EncodedValueError("a pickle that appends to what is no list")
        }
        // Taken out first, so that the list grows in place.
        objects[list] = .emptyArray
        values += items
        objects[list] = .list(values)
    }

    /// Adds keys and values in turn to a map.
    mutating func set(_ items: [Int], in map: Int) throws(EncodedValueError) {
        guard case .map(var values) = objects[map] else {
            throw EncodedValueError("a pickle that sets an entry of what is no dict")
        }
        objects[map] = .emptyArray
        values += items
        objects[map] = .map(values)
    }

    /// The text that an object is.
    func text(of item: Int) throws(EncodedValueError) -> String {
        guard let text = try value(of: item).string else {
            throw EncodedValueError("a pickle with a name that is no text")
        }
        return text
    }

    /// The plain value of an object and all in it.
    ///
    /// - Throws: `EncodedValueError` when it is nested too deeply (or in itself) or grows beyond all bounds.
    func value(of item: Int) throws(EncodedValueError) -> PythonValue {
        var left = Self.most
        return try value(of: item, depth: 0, left: &left)
    }

    private func value(of item: Int, depth: Int, left: inout Int) throws(EncodedValueError) -> PythonValue {
        left -= 1
        guard depth < Self.deepest, left >= 0 else {
            throw EncodedValueError("a pickle that is nested too deeply or unfolds to too much")
        }
        switch objects[item] {
        case .value(let value): return value
        case .characters(let bytes):
            return String(validating: bytes, as: UTF8.self).map(PythonValue.text) ?? .bytes(bytes)
        case .list(let items):
            var values: [PythonValue] = []
            for item in items { values.append(try value(of: item, depth: depth + 1, left: &left)) }
            return .list(values)
        case .map(let items):
            guard items.count.isMultiple(of: 2) else {
                throw EncodedValueError("a pickle of half a dict entry")
            }
            var values: [String: PythonValue] = [:]
            for index in stride(from: 0, to: items.count, by: 2) {
                let key = try value(of: items[index], depth: depth + 1, left: &left)
                let entry = try value(of: items[index + 1], depth: depth + 1, left: &left)
                if let name = key.string { values[name] = entry }
            }
            return .map(values)
        case .callable(let name): throw EncodedValueError("a pickle of '\(name)', which is no plain value")
        case .type(let name, _):
            throw EncodedValueError("a pickle of NumPy's type '\(name)', which is no value")
        case .emptyArray: throw EncodedValueError("a pickled NumPy array without its elements")
        }
    }
}

extension PickleHeap {
    /// What a call of NumPy's array, scalar or type, or of a codec, stands for.
    mutating func call(_ callable: Int, _ arguments: Int) throws(EncodedValueError) -> Int {
        guard case .callable(let name) = objects[callable], case .list(let arguments) = objects[arguments]
        else {
            throw EncodedValueError("a pickle that calls what is not callable")
        }
        // NumPy 2 moved its inner modules.
        switch (name.replacing("numpy._core.", with: "numpy.core."), arguments.count) {
        case ("numpy.dtype", 1...): return try add(.type(name: try text(of: arguments[0]), order: "="))
        case ("numpy.core.multiarray.scalar", 2):
            let bytes = try bytes(of: arguments[1])
            return try add(.value(try NumPyScalar.decode(try typeName(of: arguments[0]), bytes)))
        case ("numpy.core.multiarray._reconstruct", 3): return try add(.emptyArray)
        case ("numpy.core.numeric._frombuffer", 4):
            let isFortran = try text(of: arguments[3]) == "F"
            return try add(
                .value(.array(try array(arguments[1], shape: arguments[2], isFortran, arguments[0]))))
        case ("_codecs.encode", 2):
            guard let bytes = try text(of: arguments[0]).latin1 else {
                throw EncodedValueError("a pickle of bytes beyond 255")
            }
            return try add(.value(.bytes(bytes)))
        case ("__builtin__.bytes", 0), ("builtins.bytes", 0): return try add(.value(.bytes([])))
        default:
            throw EncodedValueError(
                "a pickle of Python type '\(name)', which is not understood and never run")
        }
    }

    /// Gives an array or a type the rest of its state.
    mutating func build(_ item: Int, _ state: Int) throws(EncodedValueError) {
        guard case .list(let state) = objects[state] else {
            throw EncodedValueError("a pickle of an object's state that is not understood")
        }
        switch objects[item] {
        case .type(let name, _) where state.count >= 5:
            guard case .value(.none) = objects[state[3]] else {
                throw EncodedValueError("a pickled NumPy array of records: save it with numpy.save")
            }
            objects[item] = .type(name: name, order: try text(of: state[1]))
        case .emptyArray where state.count == 5:
            objects[item] = .value(
                .array(try array(state[2], shape: state[1], try truth(of: state[3]), state[4])))
        default: throw EncodedValueError("a pickle of an object's state that is not understood")
        }
    }

    private func array(
        _ type: Int, shape: Int, _ isFortran: Bool, _ elements: Int
    ) throws(EncodedValueError) -> NumPyArray {
        guard case .list(let extents) = try value(of: shape) else {
            throw EncodedValueError("a pickled NumPy array without a shape")
        }
        var lengths: [Int] = []
        for extent in extents {
            guard case .integer(let length) = extent else {
                throw EncodedValueError("a pickled NumPy array without a shape")
            }
            lengths.append(Int(length))
        }
        return try NumPyArray(
            type: .plain(try typeName(of: type)), shape: lengths, isFortran: isFortran,
            bytes: try bytes(of: elements))
    }

    /// The name of a NumPy type with the order of its bytes, such as `<f8`.
    private func typeName(of item: Int) throws(EncodedValueError) -> String {
        guard case .type(let name, let order) = objects[item] else {
            throw EncodedValueError("a pickled NumPy value without a type")
        }
        return (order == "=" ? "<" : order) + name
    }

    private func truth(of item: Int) throws(EncodedValueError) -> Bool {
        switch objects[item] {
        case .value(.truth(let value)): return value
        case .value(.integer(let value)): return value != 0
        default: throw EncodedValueError("a pickled NumPy array without an order of its axes")
        }
    }

    private func bytes(of item: Int) throws(EncodedValueError) -> [UInt8] {
        switch objects[item] {
        case .characters(let bytes), .value(.bytes(let bytes)): return bytes
        // Pickles of Python 2 that Python 3 wrote again hold bytes as text.
        case .value(.text(let text)):
            if let bytes = text.latin1 { return bytes }
        default: break
        }
        throw EncodedValueError("a pickled NumPy value without its bytes")
    }
}
