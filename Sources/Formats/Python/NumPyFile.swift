/// The image of a `.npy` file (NumPy enhancement proposal 1).
enum NumPyFile {
    /// Decodes an image of version 1 to 3.
    ///
    /// - Throws: `EncodedValueError` when it is cut off or holds Python objects.
    static func decode(_ image: ArraySlice<UInt8>) throws(EncodedValueError) -> NumPyArray {
        var reader = ByteReader(image)
        guard try reader.take(NumPyHeader.magic.count).elementsEqual(NumPyHeader.magic) else {
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
        return try NumPyArray(
            type: try Self.type(type), shape: shape, isFortran: isFortran,
            bytes: Array(try reader.take(reader.remaining)))
    }

    /// Encodes an array, as version 1.
    static func encode(_ array: NumPyArray) -> [UInt8] {
        NumPyHeader.bytes(array.type, shape: array.shape, isFortran: array.isFortran) + array.bytes
    }

    /// A type as headers spell it: a name, or for records a list of pairs (name, type).
    private static func type(_ value: PythonValue) throws(EncodedValueError) -> NumPyType {
        if let name = value.string { return .plain(name) }
        // A third part would be the shape of an array in each record.
        guard let members = value.pairs else { throw EncodedValueError.notPlain }
        return .record(members.map { NumPyType.Member(name: $0.0, type: $0.1) })
    }
}
