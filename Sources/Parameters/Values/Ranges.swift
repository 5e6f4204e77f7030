/// An interval of a range list: `a~b` with both ends in, `a~` and `~b` open, `a` alone.
public struct Interval<Bound: Comparable & Sendable & Hashable>: Sendable, Hashable {
    /// The first value, nil if it is open below.
    public var lower: Bound?
    /// The last value, nil if it is open above.
    public var upper: Bound?

    /// From `lower` to `upper`, both in.
    public init(_ lower: Bound?, _ upper: Bound?) {
        self.lower = lower
        self.upper = upper
    }

    /// Whether a value lies inside.
    public func contains(_ value: Bound) -> Bool { overlaps(value, value) }

    /// Whether it shares a point with the interval from `first` to `last`, both in.
    public func overlaps(_ first: Bound, _ last: Bound) -> Bool {
        (lower.map { last >= $0 } ?? true) && (upper.map { first <= $0 } ?? true)
    }
}

/// A list of intervals and of excluded ones, `0~10,20,!5`; only excluded ones leave all the rest.
public struct Ranges<Bound: Comparable & Sendable & Hashable>: Sendable, Hashable {
    /// What is in; empty means everything.
    public var included: [Interval<Bound>]
    /// What is out again.
    public var excluded: [Interval<Bound>]

    /// What is in (nothing listed: everything) without what is out.
    public init(_ included: [Interval<Bound>] = [], excluding excluded: [Interval<Bound>] = []) {
        self.included = included
        self.excluded = excluded
    }

    /// Whether a value is in.
    public func contains(_ value: Bound) -> Bool { overlaps(value, value) }

    /// Whether any of an extended thing from `first` to `last` (a channel) is in and none of it is out.
    public func overlaps(_ first: Bound, _ last: Bound) -> Bool {
        (included.isEmpty || included.contains { $0.overlaps(first, last) })
            && !excluded.contains { $0.overlaps(first, last) }
    }

    /// Reads a comma list of intervals; `bound` reads one end, `other` being the text of the end above it.
    public init(
        _ text: String, _ bound: (_ text: Substring, _ other: Substring?) throws(ValueError) -> Bound
    ) throws(ValueError) {
        self.init()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let item = trimmed(part)
            let excludes = item.hasPrefix("!")
            let interval = try Interval(excludes ? trimmed(item.dropFirst()) : item, of: text, bound)
            if excludes { excluded.append(interval) } else { included.append(interval) }
        }
    }

    /// The list as it is written.
    public func text(_ write: (Bound) -> String) -> String {
        (included.map { $0.text(write) } + excluded.map { "!" + $0.text(write) }).joined(separator: ",")
    }
}

extension Interval {
    fileprivate init(
        _ item: Substring, of text: String,
        _ bound: (_ text: Substring, _ other: Substring?) throws(ValueError) -> Bound
    ) throws(ValueError) {
        let ends = item.split(separator: "~", omittingEmptySubsequences: false).map(trimmed)
        guard ends.count <= 2, ends.contains(where: { !$0.isEmpty }) else {
            throw ValueError(
                "\(quoted(text)) is not a list of ranges",
                mend: "write a~b, a~, ~b or a single value, with commas between and ! before what is out")
        }
        if ends.count == 1 {
            let only = try bound(ends[0], nil)
            self.init(only, only)
            return
        }
        self.init(
            ends[0].isEmpty ? nil : try bound(ends[0], ends[1]),
            ends[1].isEmpty ? nil : try bound(ends[1], nil))
        if let lower, let upper, upper < lower {
            throw ValueError("\(quoted(String(item))) runs backwards", mend: "write the smaller end first")
        }
    }

    fileprivate func text(_ write: (Bound) -> String) -> String {
        lower == upper && lower != nil
            ? lower.map(write) ?? "" : (lower.map(write) ?? "") + "~" + (upper.map(write) ?? "")
    }
}
