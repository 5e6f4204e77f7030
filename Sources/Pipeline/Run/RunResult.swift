/// How a run ended.
public struct RunResult: Sendable {
    /// What the process should end with.
    public var exitCode: ExitCode
    /// Why it did not end well.
    public var error: RunError?
    /// What the report says, whether or not one was written.
    public var report: RunReport
    /// Why the report could not be written; never a reason for the run to fail.
    public var reportError: RunError?

    /// The results with their digests; empty unless all were committed.
    public var outputs: [OutputReport] { report.outputs }
}
