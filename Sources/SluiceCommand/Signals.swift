import Dispatch
import Foundation
import Pipeline

/// Turns the first SIGINT or SIGTERM into a clean end; a second one ends the process at once.
final class Signals {
    private let sources: [any DispatchSourceSignal]

    /// Calls a handler with the exit code of the first signal.
    init(_ handler: @escaping @Sendable (RunExit) -> Void) {
        sources = [(SIGINT, RunExit.interrupted), (SIGTERM, .terminated)].map { number, code in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                handler(code)
            }
            source.resume()
            return source
        }
    }

    /// Takes no more signals.
    func stop() {
        for source in sources { source.cancel() }
    }
}
