/// An amount of memory or of a file, written with its unit: `2GiB`, `512MiB`.
public struct ByteCount: ParameterValue, Hashable, Comparable {
    /// Amounts are their own bounds.
    public typealias Bound = ByteCount
    /// The bytes.
    public var bytes: Int
    /// `size`.
    public static var typeName: String { "size" }
    /// Bytes, said or not.
    public static func accepts(_ dimension: Dimension?) -> Bool { dimension == nil || dimension == .bytes }

    /// So many bytes.
    public init(bytes: Int) { self.bytes = bytes }
    /// So many KiB.
    public static func kibibytes(_ number: Int) -> ByteCount { ByteCount(bytes: number << 10) }
    /// So many MiB.
    public static func mebibytes(_ number: Int) -> ByteCount { ByteCount(bytes: number << 20) }
    /// So many GiB.
    public static func gibibytes(_ number: Int) -> ByteCount { ByteCount(bytes: number << 30) }

    /// Reads an amount with its unit: whole bytes, at most 8 PiB.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        let value = try Quantity.parse(text.text, .bytes).si
        guard value >= 0, value <= 0x1p53 else {
            throw ValueError("\(quoted(text.text)) is not an amount of bytes", mend: "write 0B to 8192TiB")
        }
        bytes = Int(value.rounded(.down))
    }

    /// The amount in the largest unit that leaves it whole.
    public func text(_ dimension: Dimension?) -> String {
        for (symbol, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)]
        where bytes != 0 && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift)\(symbol)"
        }
        return "\(bytes)B"
    }
    /// Itself.
    public var bounded: [ByteCount] { [self] }
    /// As the values themselves.
    public static func text(ofBound bound: ByteCount, _ dimension: Dimension?) -> String {
        bound.text(.bytes)
    }
    /// By amount.
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
}
