import Parameters

/// Why a pipeline could not be planned or did not end well: an error and the stage it came from.
public struct RunError: SluiceError {
    /// The stage that failed; nil when it is not a single stage's doing.
    public let stage: String?
    /// What went wrong.
    public let cause: any Error
    /// The exit code of the process.
    public let exitCode: ExitCode

    init(stage: String?, cause: any Error, exitCode: ExitCode? = nil) {
        if let inner = cause as? RunError {
            self.stage = inner.stage ?? stage
            self.cause = inner.cause
            self.exitCode = exitCode ?? inner.exitCode
        } else {
            self.stage = stage
            self.cause = cause
            self.exitCode = exitCode ?? ExitCode(cause)
        }
    }

    /// One line: what: where: how to mend, with the stage at its end unless the cause names it.
    public var description: String {
        let line = errorLine(cause)
        guard let stage, !Self.names(stage, in: line) else { return line }
        return "\(line) (stage \(stage))"
    }

    /// Whether a text says `stage NAME` anywhere.
    private static func names(_ stage: String, in line: String) -> Bool {
        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }
        return zip(words, words.dropFirst()).contains { $0 == "stage" && $1 == stage }
    }
}

/// A fault in how a pipeline is put together or asked to run.
public struct PipelineError: ClassifiedError, Hashable {
    /// What is wrong.
    public let what: String
    /// Where.
    public let place: String
    /// How to mend it.
    public let mend: String
    /// Whose fault it is.
    public let fault: Fault

    /// An error in three parts.
    public init(_ what: String, at place: String, mend: String, fault: Fault = .usage) {
        self.what = what
        self.place = place
        self.mend = mend
        self.fault = fault
    }

    /// One line: what: where: how to mend.
    public var description: String { "\(what): \(place): \(mend)" }
}

/// A run was told to stop from outside.
public struct Interruption: SluiceError, Hashable {
    /// 130 or 143, by the signal.
    public let exitCode: ExitCode

    /// An interruption by a signal's exit code.
    public init(exitCode: ExitCode) { self.exitCode = exitCode }

    /// One line: what: where: how to mend.
    public var description: String {
        exitCode == .terminated
            ? "terminated: no result was written: run again"
            : "interrupted: no result was written: run again"
    }
}
