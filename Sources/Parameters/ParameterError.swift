/// What is wrong with a parameter that was written: one line, `WHAT: WHERE: HOW TO MEND`.
public struct ParameterError: ClassifiedError, Equatable {
    /// What is wrong, beginning with the parameter's name.
    public var what: String
    /// Where it was written.
    public var origin: Origin
    /// The stage, if it is one of a stage.
    public var stage: String?
    /// How to mend it, if that is known.
    public var mend: String?

    /// Wrong usage.
    public var fault: Fault { .usage }

    /// An error at a place.
    public init(_ what: String, at origin: Origin, stage: String? = nil, mend: String? = nil) {
        self.what = what
        self.origin = origin
        self.stage = stage
        self.mend = mend
    }

    /// `cell: '2' has no unit: quicklook.yaml line 12, stage image: write 2arcsec`.
    public var description: String {
        var place = origin == .program ? [] : [origin.description]
        if let stage { place.append("stage \(stage)") }
        return ([what] + (place.isEmpty ? [] : [place.joined(separator: ", ")]) + (mend.map { [$0] } ?? []))
            .joined(separator: ": ")
    }
}

/// What is wrong with a text as a value of a type; the parameter's name and place are added by who knows them.
public struct ValueError: Error, Equatable {
    /// What is wrong, with the text in quotes.
    public var what: String
    /// How to mend it.
    public var mend: String?

    /// An error in a value.
    public init(_ what: String, mend: String? = nil) {
        self.what = what
        self.mend = mend
    }
}
