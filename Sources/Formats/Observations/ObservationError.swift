import Parameters

/// Files that do not go together, or a selection that leaves nothing of them.
public struct ObservationError: ClassifiedError, Hashable {
    /// Whose fault it is.
    public let fault: Fault
    /// What is wrong.
    public let what: String
    /// The files it is about.
    public let files: [String]
    /// How to mend it; may be empty.
    public let remedy: String

    /// An error about files.
    public init(_ fault: Fault, _ what: String, files: [String], remedy: String) {
        self.fault = fault
        self.what = what
        self.files = files
        self.remedy = remedy
    }

    /// One line: what: where: how to mend.
    public var description: String {
        ([what, files.joined(separator: ", ")] + (remedy.isEmpty ? [] : [remedy])).joined(separator: ": ")
    }
}
