import Parameters

/// What is wrong with a pipeline file, or with what the command line says to it: one line, `WHAT: WHERE: HOW TO MEND`.
public struct PipelineFileError: ClassifiedError, Equatable {
    /// What is wrong.
    public var what: String
    /// Where: a line of the file, an argument; `.program` leaves it out.
    public var origin: Origin
    /// How to mend it, if that is known.
    public var mend: String?
    /// Wrong usage.
    public var fault: Fault { .usage }

    /// An error at a place.
    public init(_ what: String, at origin: Origin, mend: String? = nil) {
        self.what = what
        self.origin = origin
        self.mend = mend
    }

    /// `unknown key 'stage': quicklook.yaml line 5: did you mean 'stages'?`.
    public var description: String {
        ([what] + (origin == .program ? [] : [origin.description]) + (mend.map { [$0] } ?? [])).joined(
            separator: ": ")
    }
}
