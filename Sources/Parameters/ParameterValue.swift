/// A type that a parameter may have: how it is read from text, written as text and described.
public protocol ParameterValue: Sendable {
    /// What its range is made of; `Never` for types without order.
    associatedtype Bound: Comparable & Sendable = Never

    /// What help texts call it, such as `whole number`.
    static var typeName: String { get }
    /// The texts it may have, if they can be listed.
    static var choices: [String] { get }
    /// What a path is for, if it is one.
    static var role: PathRole? { get }
    /// Whether it takes several values.
    static var isRepeated: Bool { get }
    /// The value of a parameter that nobody gave and that has no default; nil makes it required.
    static var absent: Self? { get }
    /// Whether it may be declared with this dimension (nil: with none).
    static func accepts(_ dimension: Dimension?) -> Bool

    /// Reads one text. Throws ``ValueError`` on anything it is not.
    init(_ text: RawText, _ dimension: Dimension?) throws(ValueError)
    /// Reads the texts of a list. Throws ``ValueError``; by default on more or fewer than one.
    init(list: [RawText], _ dimension: Dimension?) throws(ValueError)

    /// The shortest text that reads back as this value.
    func text(_ dimension: Dimension?) -> String
    /// What must lie in the declared range.
    var bounded: [Bound] { get }
    /// A bound as help texts and errors print it.
    static func text(ofBound bound: Bound, _ dimension: Dimension?) -> String
}

extension ParameterValue {
    /// No list of choices.
    public static var choices: [String] { [] }
    /// Not a path.
    public static var role: PathRole? { nil }
    /// One value.
    public static var isRepeated: Bool { false }
    /// Required if it has no default.
    public static var absent: Self? { nil }
    /// No dimension.
    public static func accepts(_ dimension: Dimension?) -> Bool { dimension == nil }
    /// Nothing to hold against a range.
    public var bounded: [Bound] { [] }
    /// The bound's own description.
    public static func text(ofBound bound: Bound, _ dimension: Dimension?) -> String { "\(bound)" }

    /// Takes exactly one text.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        guard let only = list.first, list.count == 1 else {
            throw ValueError("takes one value, not \(list.isEmpty ? "none" : "\(list.count)")")
        }
        try self.init(only, dimension)
    }
}

/// What a path is for: how it is resolved, and what a container or a form makes of it.
public enum PathRole: String, Sendable, Hashable, Codable {
    /// Data that are read.
    case input
    /// A result that is written.
    case output
    /// A file of parameters (a mask, a layout), or the name of a ready one.
    case parameters
}

/// What a value must lie in.
public struct Limits<Bound: Comparable> {
    /// The least value, if there is one.
    public var lower: Bound?
    /// The largest value, if there is one.
    public var upper: Bound?
    /// Whether the least value is itself out.
    public var excludesLower = false
    /// Whether the largest value is itself out.
    public var excludesUpper = false

    /// Values larger than this one.
    public static func above(_ bound: Bound) -> Limits {
        Limits(lower: bound, upper: nil, excludesLower: true)
    }

    /// Whether a value lies inside; what has no order (NaN) does not.
    public func contains(_ value: Bound) -> Bool {
        if let lower, !(excludesLower ? value > lower : value >= lower) { return false }
        if let upper, !(excludesUpper ? value < upper : value <= upper) { return false }
        return true
    }

    /// `0 to 512`, `above 0`, `at least 1`.
    func text(_ write: (Bound) -> String) -> String {
        switch (lower, upper) {
        case (let lower?, let upper?):
            (excludesLower ? "above " : "") + write(lower) + " to " + (excludesUpper ? "below " : "")
                + write(upper)
        case (let lower?, nil): (excludesLower ? "above " : "at least ") + write(lower)
        case (nil, let upper?): (excludesUpper ? "below " : "at most ") + write(upper)
        case (nil, nil): "any"
        }
    }
}

/// What a `range:` may be: `0...512`, `1...`, `0..<1`, `Limits.above(0)`.
public protocol LimitsExpression {
    /// What it bounds.
    associatedtype Bound: Comparable
    /// The bounds.
    var limits: Limits<Bound> { get }
}

extension Limits: Sendable where Bound: Sendable {}
extension Limits: LimitsExpression {
    /// Itself.
    public var limits: Limits { self }
}
extension ClosedRange: LimitsExpression {
    /// Both ends in.
    public var limits: Limits<Bound> { Limits(lower: lowerBound, upper: upperBound) }
}
extension Range: LimitsExpression {
    /// The upper end out.
    public var limits: Limits<Bound> { Limits(lower: lowerBound, upper: upperBound, excludesUpper: true) }
}
extension PartialRangeFrom: LimitsExpression {
    /// The lower end in.
    public var limits: Limits<Bound> { Limits(lower: lowerBound, upper: nil) }
}
extension PartialRangeThrough: LimitsExpression {
    /// The upper end in.
    public var limits: Limits<Bound> { Limits(lower: nil, upper: upperBound) }
}
