import Parameters

/// Ranges of time: in UTC, `2019-06-15T12:00~2019-06-15T13:30`, or counted from a start, `~10min,2h~3h`.
public struct TimeRanges: ParameterValue, Hashable {
    /// The ranges, seconds: UTC as MJD, or since the start.
    public var ranges: Ranges<Double>
    /// Whether they are in UTC.
    public var isUTC: Bool
    /// `times`.
    public static var typeName: String { "times" }

    /// Ranges in UTC (MJD seconds) or in seconds since a start.
    public init(_ ranges: Ranges<Double>, isUTC: Bool) {
        self.ranges = ranges
        self.isUTC = isUTC
    }

    /// Reads a list of ranges whose ends are all in UTC or all durations with their units.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        var kinds = Set<Bool>()
        ranges = try Ranges(text.text) { (end, _) throws(ValueError) in
            let time = UTC.time(of: String(end))
            kinds.insert(time != nil)
            guard kinds.count == 1 else {
                throw ValueError(
                    "\(quoted(text.text)) mixes UTC and durations", mend: "write all ends as one of them")
            }
            if let time { return time }
            do { return try Quantity.parse(end, .time).si } catch {
                throw ValueError(
                    "\(quoted(String(end))) is neither a time in UTC nor a duration",
                    mend: "write 2019-06-15T12:00:00, or 10min from the start of the first dump")
            }
        }
        isUTC = kinds.contains(true)
    }

    /// Reads lists of ranges as one.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        let joined = list.map(\.text).joined(separator: ",")
        try self.init(RawText(joined, list.first?.origin ?? .program), dimension)
    }

    /// Whether a time (UTC, MJD seconds) is in; `start` is what durations count from.
    public func contains(_ time: Double, start: Double) -> Bool {
        ranges.contains(isUTC ? time : time - start)
    }

    /// Whether any of the span from `first` to `last` (a dump) is in and none of it is out; `start` is what durations
    /// count from.
    public func overlaps(_ first: Double, _ last: Double, start: Double) -> Bool {
        let zero = isUTC ? 0 : start
        return ranges.overlaps(first - zero, last - zero)
    }

    /// The list as it is written.
    public func text(_ dimension: Dimension?) -> String {
        ranges.text { isUTC ? Self.shortest($0) : Quantity.text($0, .time) }
    }

    /// UTC with as many decimals as it takes to read back as the same.
    private static func shortest(_ time: Double) -> String {
        let texts = (0...6).map { UTC.text(time, decimals: $0) }
        return texts.first { UTC.time(of: $0) == time } ?? texts[6]
    }
}
