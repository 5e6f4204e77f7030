import Visibilities

/// Sensors that make katdal split a file's dumps into the scans of a schedule.
struct MVFOutputScans {
    /// One scan: its first dump, its state and what it looks at.
    private struct Entry {
        let firstDump: Int
        let start: Double
        var state: String
        let target: String
        let label: String
    }

    private var entries: [Entry] = []
    private let interval: Double
    private let dumps: Int

    /// Finds the scans of a schedule; pieces of one scan between gaps in time are one scan.
    init(_ observation: Observation, _ layout: MVFOutputLayout, _ source: MVF3File?) {
        interval = observation.integrationTime
        dumps = layout.dumps
        let times = MVFOutputTimes(observation, source).unix
        for (index, scan) in observation.schedule.enumerated() {
            if index > 0 {
                let previous = observation.schedule[index - 1]
                if previous.number == scan.number, previous.field == scan.field { continue }
            }
            guard let first = times[index].first else { continue }
            let label = source?.scans.first { $0.number == scan.number }?.label ?? ""
            entries.append(
                Entry(
                    firstDump: layout.firstDumps[index], start: first,
                    state: scan.intent == "scan" ? "scan" : "track",
                    target: Self.target(observation.fields[scan.field], source),
                    label: label.isEmpty ? "track" : label))
        }
        separate()
    }

    /// Changes states where katdal would otherwise join two scans: a label splits a scan only more than one dump
    /// away from a change of state or an end.
    private mutating func separate() {
        for _ in entries.indices {
            let starts = Set(
                MVFScanFinder.scans(
                    states: entries.enumerated().compactMap { index, entry in
                        index == 0 || entries[index - 1].state != entry.state
                            ? DumpEvent(dump: entry.firstDump, value: entry.state) : nil
                    }, labels: entries.map { DumpEvent(dump: $0.firstDump, value: $0.label) },
                    targets: [DumpEvent(dump: 0, value: "")], dumps: dumps
                ).map(\.start))
            guard let joined = entries.firstIndex(where: { !starts.contains($0.firstDump) }) else { return }
            entries[joined].state = entries[joined].state == "track" ? "scan" : "track"
        }
    }

    /// The source's own description of a field, or one made from its name, tags and place.
    private static func target(_ field: Field, _ source: MVF3File?) -> String {
        source.flatMap { target(of: field, in: $0) }?.description ?? MVFTarget.description(of: field)
    }

    /// The source's target that is a field; nil when the field was phased to another place.
    static func target(of field: Field, in source: MVF3File) -> MVFTarget? {
        source.targets.first { $0.name == field.name && $0.direction == field.phaseCentre }
    }

    /// What the sensor `activity` says: a change just inside its first dump, the first one before all dumps.
    var activity: (times: [Double], values: [String]) {
        let changes = entries.indices.filter { $0 == 0 || entries[$0 - 1].state != entries[$0].state }
        return (
            changes.map { entries[$0].start - ($0 == 0 ? 0.51 : 0.49) * interval },
            changes.map { entries[$0].state }
        )
    }

    /// What the sensor `target` says.
    var targets: (times: [Double], values: [String]) {
        (entries.map { $0.start - 0.49 * interval }, entries.map(\.target))
    }

    /// What the sensor `label` says.
    var labels: (times: [Double], values: [String]) {
        (entries.map { $0.start - 0.49 * interval }, entries.map(\.label))
    }
}
