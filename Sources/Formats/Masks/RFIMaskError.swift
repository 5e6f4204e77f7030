import Parameters

/// A mask that does not exist or cannot be understood.
public struct RFIMaskError: ClassifiedError, Hashable {
    /// What is wrong.
    public let what: String
    /// The file or name.
    public let path: String
    /// The line, from 1.
    public let line: Int?
    /// How to mend it.
    public let remedy: String

    /// Masks are given by the user.
    public var fault: Fault { .usage }

    init(_ what: String, path: String, line: Int?, remedy: String) {
        self.what = what
        self.path = path
        self.line = line
        self.remedy = remedy
    }

    /// One line: what: where: how to mend.
    public var description: String { "\(what): \(path)\(line.map { " line \($0)" } ?? ""): \(remedy)" }
}
