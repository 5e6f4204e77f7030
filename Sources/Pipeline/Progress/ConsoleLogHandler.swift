import Foundation
import Logging

/// Writes log lines to standard error: UTC time, level, stage, message.
struct ConsoleLogHandler: LogHandler {
    let stage: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(stage: String, logLevel: Logger.Level) {
        self.stage = stage
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let more = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let tail = more.map { " \($0.key)=\($0.value)" }.joined()
        Console.standardError.line("\(utcText(Date())) \(event.level) \(stage): \(event.message)\(tail)")
    }
}
