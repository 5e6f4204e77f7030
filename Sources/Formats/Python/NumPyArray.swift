/// An array of NumPy as it is stored: the type of its elements, its shape and its bytes.
struct NumPyArray: Sendable, Hashable {
    /// Type of an element.
    let type: NumPyType
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
        type: NumPyType, shape: [Int], isFortran: Bool, bytes: [UInt8]
    ) throws(EncodedValueError) {
        guard let size = type.elementSize else {
            throw EncodedValueError.notPlain
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

    /// The elements as true or false: booleans, or whole numbers that are all 0 or 1; nil for others.
    var truths: [Bool]? {
        guard case .plain(let name) = type, ["|b1", "?", "|u1", "|i1"].contains(name),
            bytes.allSatisfy({ $0 < 2 })
        else { return nil }
        return bytes.map { $0 == 1 }
    }

    /// The elements as texts; nil for others.
    var texts: [String]? {
        guard case .plain(let name) = type, let kind = name.dropFirst().first, kind == "U" || kind == "S"
        else { return nil }
        return stride(from: 0, to: bytes.count, by: max(elementSize, 1)).map { start in
            NumPyType.text(kind: kind, bytes[start..<start + elementSize]) ?? ""
        }
    }
}

extension EncodedValueError {
    /// Elements that hold Python objects, or more than numbers and text.
    static let notPlain = EncodedValueError("a NumPy array of elements that are not plain numbers or text")
}
