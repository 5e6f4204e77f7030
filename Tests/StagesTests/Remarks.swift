import Logging
import Synchronization

@testable import Pipeline

/// The warnings of a run.
final class Remarks: Sendable {
    private let kept = Mutex<[String]>([])

    /// Each with its stage.
    var warnings: [String] { kept.withLock { $0 } }

    /// Has a run leave its warnings here.
    func listen(_ options: inout RunOptions) { options.logHandler = { Handler(remarks: self, stage: $0) } }

    /// Whether one says all of this.
    func tell(_ words: String...) -> Bool {
        warnings.contains { line in words.allSatisfy { line.contains($0) } }
    }

    private struct Handler: LogHandler {
        let remarks: Remarks
        let stage: String
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.level >= .warning else { return }
            remarks.kept.withLock { $0.append("\(stage): \(event.message)") }
        }
    }
}
