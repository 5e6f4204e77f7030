/// Why an end of a link can go no further.
public enum LinkError: Error {
    /// The task at this end, or the writer's task, was cancelled.
    case cancelled
    /// Nobody will read what is sent: all readers have left, or the stream has already been finished.
    case unread
    /// A stage of the pipeline failed; the cause travels along.
    case failed(stage: String, cause: any Error)
}

extension LinkError: CustomStringConvertible {
    /// What happened, in a line.
    public var description: String {
        switch self {
        case .cancelled: "the stream was cancelled"
        case .unread: "nobody reads the stream any more"
        case .failed(let stage, let cause): "stage '\(stage)' failed: \(cause)"
        }
    }
}
