extension Bool: ParameterValue {
    /// `yes or no`.
    public static var typeName: String { "yes or no" }
    /// Yes and no; `true` and `false` are read too.
    public static var choices: [String] { ["yes", "no"] }

    /// Reads `yes`, `no`, `true`, `false`; nothing else (`on`, `1`) is a truth here.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        switch text.text.lowercased() {
        case "yes", "true": self = true
        case "no", "false": self = false
        default: throw ValueError("\(quoted(text.text)) is neither yes nor no", mend: "write yes or no")
        }
    }

    /// `yes` or `no`.
    public func text(_ dimension: Dimension?) -> String { self ? "yes" : "no" }
}

extension Int: ParameterValue {
    /// Whole numbers are their own bounds.
    public typealias Bound = Int
    /// `whole number`.
    public static var typeName: String { "whole number" }
    /// Counts, or bytes.
    public static func accepts(_ dimension: Dimension?) -> Bool { dimension == nil || dimension == .bytes }

    /// Reads decimal digits, or an amount of bytes with its unit.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        self = dimension == .bytes ? try ByteCount(text, .bytes).bytes : try Number.int(text.text)
    }

    /// The digits, or an amount of bytes with its unit.
    public func text(_ dimension: Dimension?) -> String {
        dimension == .bytes ? ByteCount(bytes: self).text(.bytes) : String(self)
    }
    /// Itself.
    public var bounded: [Int] { [self] }
    /// As the values themselves.
    public static func text(ofBound bound: Int, _ dimension: Dimension?) -> String { bound.text(dimension) }
}

extension Double: ParameterValue {
    /// Numbers are their own bounds, in SI.
    public typealias Bound = Double
    /// `number`.
    public static var typeName: String { "number" }
    /// Any dimension with one SI unit.
    public static func accepts(_ dimension: Dimension?) -> Bool {
        dimension != .uvDistance && dimension != .bytes
    }

    /// Reads a decimal number, with a unit if there is a dimension.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        if let dimension {
            self = try Quantity.parse(text.text, dimension).si
        } else {
            self = try Number.double(text.text)
        }
    }

    /// The number, with the unit that makes it shortest.
    public func text(_ dimension: Dimension?) -> String {
        dimension.map { Quantity.text(self, $0) } ?? Number.text(self)
    }
    /// Itself.
    public var bounded: [Double] { [self] }
    /// As the values themselves.
    public static func text(ofBound bound: Double, _ dimension: Dimension?) -> String {
        bound.text(dimension)
    }
}

extension String: ParameterValue {
    /// `text`.
    public static var typeName: String { "text" }

    /// Takes the text as it is.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) { self = text.text }
    /// Itself.
    public func text(_ dimension: Dimension?) -> String { self }
}

/// A choice among words: an enum of strings needs nothing but this conformance to be a parameter.
public protocol ParameterChoice: ParameterValue, CaseIterable, RawRepresentable where RawValue == String {}

extension ParameterChoice {
    /// `choice`.
    public static var typeName: String { "choice" }
    /// The words.
    public static var choices: [String] { allCases.map(\.rawValue) }

    /// Reads one of the words, `-` and `_` alike.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        let word = canonicalName(text.text)
        guard let choice = Self.allCases.first(where: { canonicalName($0.rawValue) == word }) else {
            let near = Suggestion.nearest(to: word, in: Self.choices).map { "did you mean '\($0)'?" }
            throw ValueError(
                "\(quoted(text.text)) is not one of \(Self.choices.joined(separator: ", "))",
                mend: near ?? "write one of them")
        }
        self = choice
    }

    /// The word.
    public func text(_ dimension: Dimension?) -> String { rawValue }
}
