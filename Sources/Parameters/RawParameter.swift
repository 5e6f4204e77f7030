/// A text as it was written, and where.
public struct RawText: Sendable, Hashable {
    /// The text, typed by nobody yet.
    public var text: String
    /// Where it was written; input paths in a file are relative to that file.
    public var origin: Origin

    /// A text from a place.
    public init(_ text: String, _ origin: Origin = .program) {
        self.text = text
        self.origin = origin
    }
}

/// A parameter as it was written in a pipeline file or on the command line, before its declaration gives it a type.
public struct RawParameter: Sendable, Hashable {
    /// The name as written (`-` and `_` alike).
    public var name: String
    /// The value: one text, or the texts of a list.
    public var texts: [RawText]
    /// Whether it was written as a list, even of one.
    public var isList: Bool
    /// Where the parameter was written.
    public var origin: Origin

    /// A parameter of one text; `line` is its line in a file whose name is not known.
    public init(_ name: String, _ text: String, line: Int? = nil) {
        self.init(name, text, origin: line.map { .file("", line: $0) } ?? .program)
    }

    /// A parameter of one text from a place.
    public init(_ name: String, _ text: String, origin: Origin) {
        self.init(name, texts: [RawText(text, origin)], isList: false, origin: origin)
    }

    /// A parameter of a list of texts from a place.
    public init(_ name: String, list: [String], origin: Origin = .program) {
        self.init(name, texts: list.map { RawText($0, origin) }, isList: true, origin: origin)
    }

    /// A parameter of texts that may each come from a place of their own.
    public init(_ name: String, texts: [RawText], isList: Bool, origin: Origin) {
        self.name = name
        self.texts = texts
        self.isList = isList
        self.origin = origin
    }

    /// A parameter from `KEY=VALUE`. Throws ``ParameterError`` without a `=` or without a key.
    public init(assignment: String) throws {
        guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
            throw ParameterError(
                "\(quoted(assignment)) is not KEY=VALUE", at: .commandLine(assignment),
                mend: "write a name, '=' and a value, such as halo=3")
        }
        self.init(
            String(assignment[..<equals]), String(assignment[assignment.index(after: equals)...]),
            origin: .commandLine(assignment))
    }
}
