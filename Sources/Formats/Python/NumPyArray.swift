/// An array of NumPy as it is stored: the type of its elements, its shape and its bytes.
struct NumPyArray: Sendable, Hashable {
    /// How every `.npy` file begins.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Type of an element as NumPy spells it: text such as `<f8`, or for records a list of pairs (name, type).
    let type: PythonValue
    /// Extent along each axis.
    let shape: [Int]
    /// Whether the first axis varies fastest.
    let isFortran: Bool
    /// The elements' bytes, without gaps.
    let bytes: [UInt8]
    /// Elements in the array.
    let count: Int
    /// Bytes of an element.
    let elementSize: Int

    /// An array of so many bytes.
    ///
    /// - Throws: `EncodedValueError` for a type that holds Python objects, or a shape that the bytes do not fill.
    init(
        type: PythonValue, shape: [Int], isFortran: Bool, bytes: [UInt8]
    ) throws(EncodedValueError) {
        guard let size = Self.size(of: type) else {
            throw EncodedValueError("a NumPy array of elements that are not plain numbers or text")
        }
        var count = 1
        for extent in shape {
            let (next, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { throw EncodedValueError("a NumPy array of shape \(shape)") }
            count = next
        }
        let (whole, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, whole == bytes.count else {
            throw EncodedValueError("a NumPy array of shape \(shape) with \(bytes.count) bytes")
        }
        self.type = type
        self.shape = shape
        self.isFortran = isFortran
        self.bytes = bytes
        self.count = count
        elementSize = size
    }

    /// Decodes the image of a `.npy` file (NumPy enhancement proposal 1, versions 1 to 3).
    ///
    /// - Throws: `EncodedValueError` when it is cut off or holds Python objects.
    init(npy image: ArraySlice<UInt8>) throws(EncodedValueError) {
        var reader = ByteReader(image)
        guard try reader.take(Self.magic.count).elementsEqual(Self.magic) else {
            throw EncodedValueError("no .npy image")
        }
        let version = try reader.byte()
        _ = try reader.byte()
        guard (1...3).contains(version) else {
            throw EncodedValueError("an .npy file of unknown version \(version)")
        }
        let length = try reader.count(version == 1 ? 2 : 4, bigEndian: false)
        let header = PythonLiteral.parse(String(decoding: try reader.take(length), as: UTF8.self))?.map
        guard let header, let type = header["descr"], case .truth(let isFortran) = header["fortran_order"],
            case .list(let extents) = header["shape"]
        else { throw EncodedValueError("an .npy file with a header that is not NumPy's") }
        var shape: [Int] = []
        for extent in extents {
            guard case .integer(let extent) = extent else {
                throw EncodedValueError("an .npy file without a shape")
            }
            shape.append(Int(extent))
        }
        try self.init(
            type: type, shape: shape, isFortran: isFortran, bytes: Array(try reader.take(reader.remaining)))
    }

    /// The image of a `.npy` file.
    var npy: [UInt8] {
        NumPyHeader.bytes(descr: Self.literal(type), shape: shape, isFortran: isFortran) + bytes
    }

    /// The elements as true or false: booleans, or whole numbers that are all 0 or 1; nil for others.
    var truths: [Bool]? {
        guard let name = type.string, ["|b1", "?", "|u1", "|i1"].contains(name), bytes.allSatisfy({ $0 < 2 })
        else {
            return nil
        }
        return bytes.map { $0 == 1 }
    }

    /// The elements as texts; nil for others.
    var texts: [String]? {
        guard let name = type.string, let kind = name.dropFirst().first, kind == "U" || kind == "S" else {
            return nil
        }
        return stride(from: 0, to: bytes.count, by: max(elementSize, 1)).map { start in
            (try? NumPyScalar.decode(name, Array(bytes[start..<start + elementSize])))?.string ?? ""
        }
    }

    /// Bytes of an element of a type; nil for Python objects and what is not a type.
    private static func size(of type: PythonValue) -> Int? {
        if let name = type.string { return size(named: name) }
        guard case .list(let fields) = type, !fields.isEmpty else { return nil }
        var sum = 0
        for field in fields {
            // A third member would be the shape of an array in each record.
            guard case .list(let parts) = field, parts.count == 2, let name = parts[1].string,
                let size = size(named: name)
            else { return nil }
            sum += size
        }
        return sum
    }

    private static func size(named name: String) -> Int? {
        if name == "?" { return 1 }
        let plain = name.first.map { "<>|=".contains($0) } == true ? name.dropFirst() : Substring(name)
        guard let kind = plain.first, "biufcSUV".contains(kind), let number = Int(plain.dropFirst()),
            (0...1 << 20).contains(number)
        else { return nil }
        return kind == "U" ? 4 * number : number
    }

    private static func literal(_ type: PythonValue) -> String {
        switch type {
        case .list(let fields):
            "["
                + fields.map { field in
                    guard case .list(let parts) = field else { return literal(field) }
                    return "(" + parts.map(literal).joined(separator: ", ") + ")"
                }.joined(separator: ", ") + "]"
        default: "'\(type.string ?? "")'"
        }
    }
}
