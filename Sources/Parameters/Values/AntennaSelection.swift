/// Antennas and baselines by name: `m000,m001`, `m000&m001`, `!m003`; only excluded ones leave all the rest.
public struct AntennaSelection: ParameterValue, Hashable {
    /// An antenna, or a baseline in either order.
    public enum Term: Sendable, Hashable {
        /// An antenna.
        case antenna(String)
        /// A baseline between two antennas; the same one twice is its autocorrelation.
        case baseline(String, String)

        var names: [String] {
            switch self {
            case .antenna(let name): [name]
            case .baseline(let a, let b): [a, b]
            }
        }
        var text: String { names.joined(separator: "&") }
    }

    /// What is in; empty means everything.
    public var included: [Term]
    /// What is out again.
    public var excluded: [Term]
    /// `antennas or baselines`.
    public static var typeName: String { "antennas or baselines" }

    /// What is in (nothing listed: everything) without what is out.
    public init(_ included: [Term] = [], excluding excluded: [Term] = []) {
        self.included = included
        self.excluded = excluded
    }

    /// Reads a comma list of names and pairs of names.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        self.init()
        for part in text.text.split(separator: ",", omittingEmptySubsequences: false) {
            let item = trimmed(part)
            let excludes = item.hasPrefix("!")
            let names = (excludes ? item.dropFirst() : item).split(
                separator: "&", omittingEmptySubsequences: false
            )
            .map { String(trimmed($0)) }
            guard names.count <= 2, names.allSatisfy(Self.isName) else {
                throw ValueError(
                    "\(quoted(String(item))) is neither an antenna nor a baseline",
                    mend: "write names such as m000, pairs such as m000&m001, and ! before what is out")
            }
            let term: Term = names.count == 1 ? .antenna(names[0]) : .baseline(names[0], names[1])
            if excludes { excluded.append(term) } else { included.append(term) }
        }
    }

    /// Reads lists of names as one.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        try self.init(joined(list), dimension)
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.contains { $0 == "!" || $0 == "~" || $0.isWhitespace }
    }

    /// Whether an antenna is in, by the antennas that are listed.
    public func contains(_ antenna: String) -> Bool {
        (included.isEmpty || included.contains(.antenna(antenna))) && !excluded.contains(.antenna(antenna))
    }

    /// Whether the baseline of two antennas is in: listed itself, or between two listed antennas; and not excluded
    /// itself or by either antenna.
    public func contains(_ first: String, _ second: String) -> Bool {
        let both = included.contains(.antenna(first)) && included.contains(.antenna(second))
        return (included.isEmpty || both || lists(first, second, in: included)) && !isExcluded(first, second)
    }

    /// Whether the baseline of two antennas is touched: listed itself, or with either antenna listed; and not excluded.
    public func touches(_ first: String, _ second: String) -> Bool {
        let either = included.contains(.antenna(first)) || included.contains(.antenna(second))
        return (included.isEmpty || either || lists(first, second, in: included))
            && !isExcluded(first, second)
    }

    private func isExcluded(_ first: String, _ second: String) -> Bool {
        excluded.contains(.antenna(first)) || excluded.contains(.antenna(second))
            || lists(first, second, in: excluded)
    }

    private func lists(_ first: String, _ second: String, in terms: [Term]) -> Bool {
        terms.contains(.baseline(first, second)) || terms.contains(.baseline(second, first))
    }

    /// Throws ``ValueError`` with the nearest name if an antenna is listed that is not one of `names`.
    public func check(against names: [String]) throws(ValueError) {
        for name in (included + excluded).flatMap(\.names) where !names.contains(name) {
            throw ValueError("there is no antenna \(quoted(name))", mend: Suggestion.mend(name, in: names))
        }
    }

    /// The list as it is written.
    public func text(_ dimension: Dimension?) -> String {
        (included.map(\.text) + excluded.map { "!" + $0.text }).joined(separator: ",")
    }
}
