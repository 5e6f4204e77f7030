import Parameters

/// An image file that cannot be written or read, or is not what it should be.
public struct ImageError: ClassifiedError, Hashable {
    /// Whose fault it is.
    public let fault: Fault
    /// What is wrong.
    public let what: String
    /// The file.
    public let path: String
    /// How to mend it.
    public let remedy: String

    /// An error about an image file.
    public init(_ fault: Fault, _ what: String, path: String, remedy: String) {
        self.fault = fault
        self.what = what
        self.path = path
        self.remedy = remedy
    }

    /// One line: what: where: how to mend.
    public var description: String { "\(what): \(path): \(remedy)" }
}
