import Rings

/// A stage, or a group of fused ones, ready to run.
struct StageTask: Sendable {
    /// Indices of the stages in it.
    let stages: [Int]
    let name: String
    let blocking: Bool
    /// Runs to its end and tells how that was; the ends of its links know it by then.
    let body: @Sendable () async -> StageEnd
}

/// How a stage ended.
enum StageEnd: Sendable {
    /// It returned.
    case ended
    /// Nobody read what it wrote any more.
    case unread
    /// It was cancelled, or a neighbour was.
    case cancelled
    /// A stage (itself, or one whose failure came along a link) failed.
    case failed(stage: String, cause: any Error)

    init(_ error: any Error, stage: String) {
        switch error {
        case LinkError.unread: self = .unread
        case LinkError.cancelled, is CancellationError: self = .cancelled
        case LinkError.failed(let stage, let cause): self = .failed(stage: stage, cause: cause)
        default: self = .failed(stage: stage, cause: error)
        }
    }

    var linkError: LinkError {
        if case .failed(let stage, let cause) = self {
            .failed(stage: stage, cause: cause)
        } else {
            .cancelled
        }
    }
}

/// Runs a source's body and ends its output.
func ending<Output>(
    _ stage: String, output: Writer<Output>, _ body: () async throws -> Void
) async -> StageEnd {
    do {
        try await body()
        output.finish()
        return .ended
    } catch {
        let end = StageEnd(error, stage: stage)
        output.fail(end.linkError)
        return end
    }
}

/// Runs a sink's body and ends its input: a stage that returns early leaves, one that fails fails the stream.
func ending<Input>(_ stage: String, input: Reader<Input>, _ body: () async throws -> Void) async -> StageEnd {
    do {
        try await body()
        input.leave()
        return .ended
    } catch {
        let end = StageEnd(error, stage: stage)
        input.end(end)
        return end
    }
}

/// Runs the body of a stage in the middle and ends both its links.
func ending<Input, Output>(
    _ stage: String, input: Reader<Input>, output: Writer<Output>, _ body: () async throws -> Void
) async -> StageEnd {
    let end = await ending(stage, output: output, body)
    input.end(end)
    return end
}

extension Reader {
    /// Leaves after a normal end, of this stage or of those behind it; fails the stream otherwise.
    fileprivate func end(_ end: StageEnd) {
        switch end {
        case .ended, .unread: leave()
        case .cancelled, .failed: fail(end.linkError)
        }
    }
}
