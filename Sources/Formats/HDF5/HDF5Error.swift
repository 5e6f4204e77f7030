import Parameters

/// An HDF5 file cannot be opened, read or written, or does not hold what its format promises.
public struct HDF5Error: ClassifiedError, Hashable {
    /// Whose fault it is.
    public let fault: Fault
    /// What is wrong, with what was expected.
    public let what: String
    /// The file.
    public let file: String
    /// The group, dataset or attribute inside the file; empty for the file itself.
    public let object: String
    /// How to mend it; may be empty.
    public let remedy: String

    /// An error about a file or about an object inside it.
    public init(_ fault: Fault, _ what: String, file: String, object: String = "", remedy: String = "") {
        self.fault = fault
        self.what = what
        self.file = file
        self.object = object
        self.remedy = remedy
    }

    /// One line: what: where: how to mend.
    public var description: String {
        let place = object.isEmpty ? file : "\(file) \(object)"
        return remedy.isEmpty ? "\(what): \(place)" : "\(what): \(place): \(remedy)"
    }
}
