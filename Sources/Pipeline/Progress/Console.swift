import CPlatform
import Foundation
import Synchronization

/// The process's standard error: log lines scroll above, the lines of a live display stay below them.
final class Console: Sendable {
    static let standardError = Console(descriptor: 2)

    private let descriptor: Int32
    private let live = Mutex<[String]>([])
    /// Whether somebody looks at it who can see lines change.
    let isTerminal: Bool

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Writes a line that stays.
    func line(_ text: String) {
        live.withLock { live in
            write(Self.erasing(live.count) + text + "\n" + live.map { $0 + "\n" }.joined())
        }
    }

    /// Replaces the live lines; none removes them.
    func show(_ lines: [String]) {
        let width = columns
        live.withLock { live in
            let cut = lines.map { String($0.prefix(width)) }
            write(Self.erasing(live.count) + cut.map { $0 + "\n" }.joined())
            live = cut
        }
    }

    /// Columns of the terminal; a longer line would wrap and could not be erased.
    private var columns: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) - 1 : 79
    }

    private static func erasing(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\u{1B}[J" : "" }

    /// What cannot be written to standard error is lost: there is no other place to say so.
    private func write(_ text: String) { _ = writeAll(descriptor, text) }
}
