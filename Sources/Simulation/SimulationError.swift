import Parameters

/// A simulation that cannot be made from its parameters.
public struct SimulationError: ClassifiedError, Hashable {
    /// What is wrong.
    public let what: String
    /// Where: a parameter, or a file and line.
    public let place: String
    /// How to mend it.
    public let remedy: String

    /// An error in three parts: what, where, how to mend it.
    public init(_ what: String, place: String, remedy: String) {
        self.what = what
        self.place = place
        self.remedy = remedy
    }

    /// Wrong usage: everything comes from parameters and files that the user gave.
    public var fault: Fault { .usage }
    /// The three parts on one line.
    public var description: String { "\(what): \(place): \(remedy)" }
}
