extension Optional: ParameterValue where Wrapped: ParameterValue {
    /// Bounds of what it may hold.
    public typealias Bound = Wrapped.Bound
    /// As what it may hold.
    public static var typeName: String { Wrapped.typeName }
    /// As what it may hold.
    public static var choices: [String] { Wrapped.choices }
    /// As what it may hold.
    public static var role: PathRole? { Wrapped.role }
    /// As what it may hold.
    public static var isRepeated: Bool { Wrapped.isRepeated }
    /// Nothing, so that it is never required.
    public static var absent: Wrapped?? { .some(nil) }
    /// As what it may hold.
    public static func accepts(_ dimension: Dimension?) -> Bool { Wrapped.accepts(dimension) }

    /// Reads what it may hold.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        self = .some(try Wrapped(text, dimension))
    }
    /// Reads what it may hold.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        self = .some(try Wrapped(list: list, dimension))
    }

    /// The text of what it holds, empty without.
    public func text(_ dimension: Dimension?) -> String { self?.text(dimension) ?? "" }
    /// What it holds.
    public var bounded: [Wrapped.Bound] { self?.bounded ?? [] }
    /// As what it may hold.
    public static func text(ofBound bound: Wrapped.Bound, _ dimension: Dimension?) -> String {
        Wrapped.text(ofBound: bound, dimension)
    }
}

extension Array: ParameterValue where Element: ParameterValue {
    /// Bounds of each element.
    public typealias Bound = Element.Bound
    /// As its elements.
    public static var typeName: String { Element.typeName }
    /// As its elements.
    public static var choices: [String] { Element.choices }
    /// As its elements.
    public static var role: PathRole? { Element.role }
    /// Several values.
    public static var isRepeated: Bool { true }
    /// As its elements.
    public static func accepts(_ dimension: Dimension?) -> Bool { Element.accepts(dimension) }

    /// Reads the elements between commas; a path is one element whatever its letters.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        guard Element.role == nil else {
            try self.init(list: [text], dimension)
            return
        }
        let parts = text.text.split(separator: ",", omittingEmptySubsequences: false)
        try self.init(list: parts.map { RawText(String(trimmed($0)), text.origin) }, dimension)
    }

    /// Reads an element from each text; throws on none.
    public init(list: [RawText], _ dimension: Dimension?) throws(ValueError) {
        guard !list.isEmpty else { throw ValueError("takes at least one value, not none") }
        self = []
        reserveCapacity(list.count)
        for text in list { append(try Element(text, dimension)) }
    }

    /// The elements with commas between.
    public func text(_ dimension: Dimension?) -> String {
        map { $0.text(dimension) }.joined(separator: ",")
    }
    /// The bounds of all elements.
    public var bounded: [Element.Bound] { flatMap(\.bounded) }
    /// As its elements.
    public static func text(ofBound bound: Element.Bound, _ dimension: Dimension?) -> String {
        Element.text(ofBound: bound, dimension)
    }
}

/// A text without the blanks around it.
func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
}
