@preconcurrency import Dispatch
import Foundation

/// Turns Ctrl-C and SIGTERM into a clean end of a run: stages stop, nothing is committed, the report is written.
///
/// A second signal ends the process at once. The watch lasts until it is cancelled.
public final class SignalWatch: Sendable {
    private let sources: [any DispatchSourceSignal]

    /// Starts watching for a run.
    public convenience init(_ run: PipelineRun) {
        self.init { run.interrupt($0) }
    }

    /// Starts watching; a signal that `interrupt` answers with false ends the process at once.
    public init(_ interrupt: @escaping @Sendable (ExitCode) -> Bool) {
        let queue = DispatchQueue(label: "signals")
        sources = [(SIGINT, ExitCode.interrupted), (SIGTERM, .terminated)].map { number, code in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { if !interrupt(code) { _exit(code.rawValue) } }
            source.resume()
            return source
        }
    }

    /// Gives the signals their usual meaning back.
    public func cancel() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
