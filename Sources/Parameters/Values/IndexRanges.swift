/// Ranges of indices, counted from 0: `0~10,20,!5`.
public typealias IndexRanges = Ranges<Int>

extension Ranges: ParameterValue where Bound == Int {
    /// `index ranges`.
    public static var typeName: String { "index ranges" }

    /// Reads a list of ranges of indices.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        try self.init(text.text) { (end, _) throws(ValueError) in
            let index = try Number.int(end)
            guard index >= 0 else {
                throw ValueError("\(quoted(String(end))) is negative", mend: "indices count from 0")
            }
            return index
        }
    }

    /// Reads lists of ranges as one.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        try self.init(joined(list), dimension)
    }

    /// The list as it is written.
    public func text(_ dimension: Dimension?) -> String { text { String($0) } }

    /// The ends that are named.
    public var bounded: [Int] { (included + excluded).flatMap { [$0.lower, $0.upper].compactMap(\.self) } }

    /// The indices below `count` that are in, as runs in ascending order.
    public func runs(count: Int) -> [Range<Int>] {
        // Only the ends of intervals can begin or end a run, so the work does not grow with `count`.
        let edges = Set(
            (included + excluded).flatMap { interval in
                [interval.lower, interval.upper.flatMap { $0 < .max ? $0 + 1 : nil }].compactMap(\.self)
            }
        ).filter { $0 > 0 && $0 < count }
        var runs: [Range<Int>] = []
        var start = 0
        for end in edges.sorted() + [count] where end > start {
            if contains(start) {
                if let last = runs.last, last.upperBound == start {
                    runs[runs.count - 1] = last.lowerBound..<end
                } else {
                    runs.append(start..<end)
                }
            }
            start = end
        }
        return runs
    }

    /// The first named index that is not below `count`, so that a wrong one is an error and not an empty selection.
    public func firstBeyond(count: Int) -> Int? { bounded.first { $0 >= count } }
}

/// The texts of a list as one comma list.
func joined(_ list: [RawText]) -> RawText {
    RawText(list.map(\.text).joined(separator: ","), list.first?.origin ?? .program)
}
