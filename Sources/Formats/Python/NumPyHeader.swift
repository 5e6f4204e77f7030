/// How a `.npy` file begins (NumPy enhancement proposal 1, version 1); the elements follow, row by row.
public enum NumPyHeader {
    /// What every `.npy` file begins with.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The header of an array whose last axis varies fastest.
    ///
    /// - Parameters:
    ///   - type: type of the elements as NumPy spells it, such as `<f4`.
    ///   - shape: extent along each axis.
    public static func bytes(type: String, shape: [Int]) -> [UInt8] {
        bytes(.plain(type), shape: shape, isFortran: false)
    }

    /// The header of any array, ending at a multiple of 64 bytes.
    static func bytes(_ type: NumPyType, shape: [Int], isFortran: Bool) -> [UInt8] {
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        let order = isFortran ? "True" : "False"
        let text = Array(
            "{'descr': \(type.literal), 'fortran_order': \(order), 'shape': (\(extents)), }".utf8)
        let start = magic.count + 4
        let length = (start + text.count + 1 + 63) / 64 * 64 - start
        let padding = [UInt8](repeating: 32, count: length - text.count - 1)
        return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8 & 255)] + text + padding + [10]
    }
}
