/// A stretch of dumps in one state, as katdal numbers them (slews counted).
public struct MVFScan: Sendable, Hashable {
    /// What the reference antenna did.
    public enum State: String, Sendable, Hashable {
        /// On its way to a target.
        case slew
        /// On a target.
        case track
        /// Moving over a target.
        case scan
        /// Anything else.
        case stop
    }

    /// The scan's index, from 0.
    public let number: Int
    /// What the reference antenna did.
    public let state: State
    /// Index into `MVF3File.targets`.
    public let target: Int
    /// The observation script's label, empty if there is none.
    public let label: String
    /// Dumps of the file.
    public let dumps: Range<Int>
}

/// Finds scans from the sensors of the reference antenna.
enum MVFScanFinder {
    /// The simplified states of `activity`; everything else is `stop`.
    static let activity = DumpRule(initial: "slew", greedy: ["slew", "stop"]) { value in
        switch value {
        case "scan", "load_scan", "scan_complete": "scan"
        case "scan_ready", "slew": "slew"
        case "track": "track"
        default: "stop"
        }
    }

    /// The target of dumps before the sensor tells one: not known, where an empty one is known to be none.
    static let untold = ""

    /// Splits the dumps into scans: by state, then where a label is set away from any change of state.
    ///
    /// - Parameters:
    ///   - states: events of `activity`, the first at dump 0.
    ///   - labels: events of `label`, repeats kept; may be empty.
    ///   - targets: events of `target`, the first at dump 0.
    ///   - dumps: how many dumps there are.
    /// - Returns: start, state, label and target of each scan.
    static func scans(
        states: [DumpEvent], labels: [DumpEvent], targets: [DumpEvent], dumps: Int
    ) -> [(start: Int, state: String, label: String, target: String)] {
        var states = states
        // A slew that starts on the second dump takes in the first one, whose target is usually the one before.
        if states.count > 1, states[1].dump == 1, states[1].value == "slew" {
            states.removeFirst()
            states[0].dump = 0
        }
        let named = Set(labels.map(\.value)).count > 1 ? labels.filter { !$0.value.isEmpty } : labels
        var starts = states.map(\.dump)
        let changes = starts + [dumps]
        for label in named where !changes.contains(where: { abs($0 - label.dump) <= 1 }) {
            starts.append(label.dump)
        }
        starts.sort()
        var targets = targets
        // An antenna that stood still at first, with no target, takes the first one; what was not told is not made up.
        if targets.count > 1, targets[0].value == MVFTarget.nothing.description {
            targets.removeFirst()
            targets[0].dump = 0
        }
        let alignedLabels = aligned(named, to: starts + [dumps])
        let alignedTargets = aligned(targets, to: starts + [dumps])
        return starts.map { start in
            (
                start, states.last { $0.dump <= start }?.value ?? "stop",
                alignedLabels.last { $0.dump <= start }?.value ?? "",
                alignedTargets.last { $0.dump <= start }?.value ?? ""
            )
        }
    }

    /// Moves each event to the nearest boundary (of two, the earlier); of several on one boundary the last holds.
    static func aligned(_ events: [DumpEvent], to boundaries: [Int]) -> [DumpEvent] {
        var result: [DumpEvent] = []
        for event in events {
            guard let nearest = boundaries.min(by: { abs($0 - event.dump) < abs($1 - event.dump) }),
                nearest != boundaries.last
            else { continue }
            if result.last?.dump == nearest { result.removeLast() }
            result.append(DumpEvent(dump: nearest, value: event.value))
        }
        return result
    }
}
