import Foundation

/// How often a comparison is repeated, and how long it may wait for a machine that does nothing else.
public struct Rounds: Sendable {
    /// Rounds wanted.
    public let count: Int
    /// Seconds that a comparison may wait, all in all, for quiet moments; 0 takes the machine as it is.
    public let patience: Double

    /// So many rounds, at least one.
    public init(count: Int, patience: Double = 0) {
        self.count = max(count, 1)
        self.patience = patience
    }

    /// Repeats a round until enough of them were quiet or the patience is at its end.
    ///
    /// - Returns: the quiet rounds if there are enough of them, else all.
    func measure<Values>(
        _ body: (_ round: Int) async throws -> Values
    ) async rethrows -> (rounds: [Values], quiet: Int) {
        var (all, quiet): ([Values], [Values]) = ([], [])
        let deadline = Date().addingTimeInterval(patience)
        while quiet.count < count, all.count < count || Date() < deadline {
            while !Self.isQuiet, Date() < deadline { try? await Task.sleep(for: .milliseconds(5)) }
            let before = Self.isQuiet
            all.append(try await body(all.count))
            if before && Self.isQuiet, let last = all.last { quiet.append(last) }
        }
        return quiet.count < min(count, 5) ? (all, quiet.count) : (quiet, quiet.count)
    }

    /// Whether no other task of the machine than the one that asks is running or wants to.
    private static var isQuiet: Bool {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        let running = text.split(separator: " ").dropFirst(3).first?.split(separator: "/").first
        return running == "1"
    }
}
