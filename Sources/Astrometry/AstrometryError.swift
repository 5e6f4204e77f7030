import Parameters

/// Something that astrometry cannot make sense of.
public struct AstrometryError: ClassifiedError, Hashable {
    /// What is wrong.
    public let what: String
    /// Where: a file and line, or the text that was read.
    public let place: String
    /// How to mend it.
    public let remedy: String
    /// Whose fault it is.
    public let fault: Fault

    /// An error in three parts: what, where, how to mend it.
    public init(_ what: String, place: String, remedy: String, fault: Fault = .usage) {
        self.fault = fault
        self.what = what
        self.place = place
        self.remedy = remedy
    }

    /// The three parts on one line.
    public var description: String { "\(what): \(place): \(remedy)" }
}
