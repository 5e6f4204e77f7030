import Foundation

/// Shows the live numbers of a run while it runs.
struct Progress: Sendable {
    private let live: Bool
    private let snapshot: @Sendable () -> RunSnapshot?

    /// Nil when nothing is to be shown.
    init?(_ style: ProgressStyle, snapshot: @escaping @Sendable () -> RunSnapshot?) {
        guard style != .none else { return nil }
        live = style == .auto && Console.standardError.isTerminal
        self.snapshot = snapshot
    }

    /// Shows until cancelled; the live lines are then gone.
    func run() async {
        var ticks = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))
            guard !Task.isCancelled, let snapshot = snapshot() else { continue }
            ticks += 1
            if live {
                Console.standardError.show(Self.lines(snapshot))
            } else if ticks % 20 == 0 {
                Console.standardError.line(Self.line(snapshot))
            }
        }
        if live { Console.standardError.show([]) }
    }

    /// One line for all: `12 s, 34 % of the data read, 23 s left; read 1.2 Msamples/s; ...`.
    static func line(_ snapshot: RunSnapshot) -> String {
        var parts = [head(snapshot)]
        for stage in snapshot.stages {
            let flagged =
                stage.flagged > 0
                ? stage.flaggedShare.map { ", \(decimalText(100 * $0)) % flagged" } ?? "" : ""
            parts.append("\(stage.name) \(work(stage))\(flagged)")
        }
        return parts.joined(separator: "; ")
    }

    /// The head and one line a stage, with the occupancy of the link that it writes.
    static func lines(_ snapshot: RunSnapshot) -> [String] {
        let width = snapshot.stages.map(\.name.count).max() ?? 0
        let stages = snapshot.stages.map { stage in
            let name = stage.name + String(repeating: " ", count: width - stage.name.count)
            let flagged =
                stage.flagged > 0
                ? stage.flaggedShare.map { "  \(decimalText(100 * $0)) % flagged" } ?? "" : ""
            let link = snapshot.links.first { $0.name.hasPrefix("\(stage.name) > ") }
            let ring = link.map { link in
                let full = min(link.occupancy, link.capacity)
                return link.capacity <= 16
                    ? "  [" + String(repeating: "#", count: full)
                        + String(repeating: ".", count: link.capacity - full) + "]"
                    : "  \(full)/\(link.capacity)"
            }
            return "  \(name)  \(work(stage))\(flagged)\(ring ?? "")"
        }
        return [head(snapshot)] + stages
    }

    private static func head(_ snapshot: RunSnapshot) -> String {
        var parts = ["\(timeText(snapshot.seconds))"]
        if let done = snapshot.done {
            parts.append(done < 1 ? "\(decimalText(100 * done)) % of the data read" : "all data read")
        }
        if let left = snapshot.secondsLeft { parts.append("\(timeText(left)) left") }
        return parts.joined(separator: ", ")
    }

    /// How fast samples come, or what is done when none are left to come.
    private static func work(_ stage: RunSnapshot.Stage) -> String {
        stage.isFinishing ? stage.activity ?? "finishing" : rateText(stage.rate)
    }

    private static func rateText(_ rate: Double) -> String {
        let scales = [(1e9, "G"), (1e6, "M"), (1e3, "k")]
        guard let (scale, prefix) = scales.first(where: { rate >= $0.0 }) else {
            return "\(decimalText(rate)) samples/s"
        }
        return "\(decimalText(rate / scale)) \(prefix)samples/s"
    }

    private static func timeText(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 3.6e8 else { return "-" }
        let whole = Int(max(seconds, 0).rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
