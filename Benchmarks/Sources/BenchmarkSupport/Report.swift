import Foundation

/// All comparisons of a run, the goals they are held against, and the machine they ran on.
public struct Report: Codable {
    /// A goal and what was reached.
    public struct Goal: Codable {
        /// What is asked.
        public let text: String
        /// What was measured.
        public let reached: Double
        /// Whether that is enough; nil for a figure without a goal.
        public let met: Bool?
        /// The range of the middle half of the rounds, where the figure is their median.
        public let spread: Spread?
    }

    /// The processor's name and how many of them this process may use.
    public let machine: String
    /// Load of the machine, 1-minute average, before the run.
    public let loadBefore: Double
    /// The same after it; much above 2 in total means that others worked too.
    public private(set) var loadAfter = 0.0
    /// In the order in which they ran.
    public private(set) var comparisons: [Comparison] = []
    /// In the order in which they were checked.
    public private(set) var goals: [Goal] = []

    /// An empty report, which notes the machine and its load.
    public init() {
        let cpus = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = cpus.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        machine = "\(name ?? "unknown CPU"), \(ProcessInfo.processInfo.activeProcessorCount) in use"
        loadBefore = Self.load()
    }

    /// Adds a comparison and prints it.
    public mutating func add(_ comparison: Comparison) {
        comparisons.append(comparison)
        print(comparison.table)
    }

    /// Adds a goal: a figure and the least, or the most, that it should be.
    public mutating func goal(
        _ text: String, _ reached: Double, atLeast: Double = -.infinity, atMost: Double = .infinity
    ) {
        let isMet = reached >= atLeast && reached <= atMost
        goals.append(Goal(text: text, reached: reached, met: isMet, spread: nil))
    }

    /// Adds a figure without a goal.
    public mutating func note(_ text: String, _ reached: Double) {
        goals.append(Goal(text: text, reached: reached, met: nil, spread: nil))
    }

    /// Adds a figure with its spread over the rounds, without a goal.
    public mutating func note(_ text: String, _ spread: Spread) {
        goals.append(Goal(text: text, reached: spread.median, met: nil, spread: spread))
    }

    /// Prints the goals and, if asked to, writes everything as JSON.
    public mutating func close(json path: String?) throws {
        loadAfter = Self.load()
        print("goals; \(machine); load \(loadBefore) before, \(loadAfter) after")
        for goal in goals {
            let verdict = goal.met.map { $0 ? "met   " : "MISSED" } ?? "      "
            let spread = goal.spread.map { String(format: "  [%.3g, %.3g]", $0.low, $0.high) } ?? ""
            print("  \(verdict)  \(goal.text): \(String(format: "%.3g", goal.reached))\(spread)")
        }
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }

    private static func load() -> Double {
        let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        return text?.split(separator: " ").first.flatMap { Double($0) } ?? 0
    }
}

extension Comparison {
    /// As text: medians, the range of the middle half, and how many times better the first row is.
    public var table: String {
        func number(_ value: Double) -> String { String(format: value < 100 ? "%9.2f" : "%9.0f", value) }
        func padded(_ text: String) -> String { text.padding(toLength: 34, withPad: " ", startingAt: 0) }
        var lines = [
            padded(title) + "   median (\(unit)), middle half       first is better by     by CPU time"
        ]
        for (index, row) in rows.enumerated() {
            let value = "\(number(row.value.median))  [\(number(row.value.low)),\(number(row.value.high))]"
            let (wall, processor) = (row.firstIsBetter, row.firstIsBetterByProcessorTime)
            let better = String(
                format: "   %6.2f x  [%.2f, %.2f]  %6.2f x", wall.median, wall.low, wall.high,
                processor.median)
            lines.append("  " + padded(row.name) + value + (index == 0 ? "" : better))
        }
        lines.append("  \(usedRounds) rounds, \(quietRounds) of them on a machine that did nothing else")
        return lines.joined(separator: "\n") + "\n"
    }
}
