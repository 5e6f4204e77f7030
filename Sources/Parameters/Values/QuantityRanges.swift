/// Ranges of a quantity: `1.2GHz~1.3GHz`, `~100m`, `2klambda~`; one unit behind both ends may be written once, `1.2~1.3GHz`.
///
/// Declared without a unit they are ranges of plain numbers: `~0.1,100~`.
public struct QuantityRanges: ParameterValue, Hashable {
    /// The ranges, in SI (or wavelengths).
    public var ranges: Ranges<Double>
    /// What they measure, nil for plain numbers; uv distances are `.length` or `.wavelengths`, as written.
    public var dimension: Dimension?
    /// Ends are numbers in SI.
    public typealias Bound = Double
    /// `ranges`.
    public static var typeName: String { "ranges" }
    /// Any dimension but bytes, or none.
    public static func accepts(_ dimension: Dimension?) -> Bool { dimension != .bytes }

    /// Ranges of a dimension, or of plain numbers.
    public init(_ ranges: Ranges<Double>, _ dimension: Dimension?) {
        self.ranges = ranges
        self.dimension = dimension
    }

    /// Reads a list of ranges whose ends have units, all metres or all wavelengths for uv distances.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        guard let declared = dimension else {
            ranges = try Ranges(text.text) { (end, _) throws(ValueError) in try Number.double(end) }
            self.dimension = nil
            return
        }
        var used = Set<Dimension>()
        ranges = try Ranges(text.text) { (end, other) throws(ValueError) in
            let (si, unit) = try Quantity.parse(Self.withUnit(end, other), declared)
            if declared == .uvDistance {
                used.insert(Dimension.wavelengths.units.contains(unit) ? .wavelengths : .length)
            }
            return si
        }
        guard used.count <= 1 else {
            throw ValueError(
                "\(quoted(text.text)) mixes metres and wavelengths", mend: "write all ends in one of them")
        }
        self.dimension = used.first ?? declared
    }

    /// Reads lists of ranges as one.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        try self.init(joined(list), dimension)
    }

    /// The lower end with the unit of the upper end, if it has none itself.
    private static func withUnit(_ end: Substring, _ other: Substring?) -> String {
        guard let other, Number.prefix(end.utf8) == end.utf8.count else { return String(end) }
        let unit = other.utf8.index(other.utf8.startIndex, offsetBy: Number.prefix(other.utf8))
        return String(end) + String(other[unit...])
    }

    /// Whether a value in SI (or wavelengths) is in.
    public func contains(_ value: Double) -> Bool { ranges.contains(value) }
    /// Whether any of an extended thing from `first` to `last` (a channel) is in and none of it is out.
    public func overlaps(_ first: Double, _ last: Double) -> Bool { ranges.overlaps(first, last) }

    /// The list as it is written.
    public func text(_ dimension: Dimension?) -> String { ranges.text { $0.text(self.dimension) } }
    /// The ends that are named.
    public var bounded: [Double] {
        (ranges.included + ranges.excluded).flatMap { [$0.lower, $0.upper].compactMap(\.self) }
    }
    /// With the unit that makes it shortest.
    public static func text(ofBound bound: Double, _ dimension: Dimension?) -> String {
        bound.text(dimension)
    }
}
