import Parameters
import Visibilities

extension JoinedObservation {
    /// A scheduled scan with the joined dump of each of its rows, nil where it is missing.
    struct ChosenScan {
        var scan: ScheduledScan
        var rows: [Int?]
    }

    /// The fields and scans that a selection keeps.
    func schedule(_ selection: ReadSelection) throws -> (fields: [Field], scans: [ChosenScan]) {
        let onSource = contents.scans.filter(\.isOnSource)
        let wanted = try chosenTargets(selection, of: onSource)
        var fields: [Field] = []
        var fieldOfTarget: [Int: Int] = [:]
        var scans: [ChosenScan] = []
        for scan in onSource where wanted.contains(scan.target) && (selection.scans?(scan.number) ?? true) {
            let dumps = scan.dumps.filter { selection.times?(contents.times[$0]) ?? true }
            if dumps.isEmpty { continue }
            let field = try fieldOfTarget[scan.target] ?? addField(scan.target, to: &fields)
            fieldOfTarget[scan.target] = field
            for run in DumpRuns.runs(dumps: dumps, times: contents.times, intervals: contents.intervals) {
                scans.append(
                    ChosenScan(
                        scan: ScheduledScan(
                            number: scan.number, field: field, intent: scan.state, times: run.times,
                            intervals: run.intervals, antennaUVW: []),
                        rows: run.rows))
            }
        }
        guard !scans.isEmpty else {
            throw ObservationError(
                .usage, "no dump on a source is selected", files: files.map(\.path),
                remedy: "widen the selection; there are \(onSource.count) scans on source")
        }
        return (fields, scans)
    }

    /// Indices of the targets that are chosen by name or tag, by default those tagged `target`, else all.
    private func chosenTargets(_ selection: ReadSelection, of scans: [FileScan]) throws -> Set<Int> {
        let present = Set(scans.map(\.target))
        let targets = contents.targets
        guard !selection.targets.isEmpty else {
            let tagged = present.filter { targets[$0].tags.contains("target") }
            if !tagged.isEmpty { return tagged }
            let placed = present.filter { targets[$0].field != nil }
            return placed.isEmpty ? present : placed
        }
        var chosen: Set<Int> = []
        for name in selection.targets {
            let matching = present.filter { target in
                targets[target].names.contains { $0.lowercased() == name.lowercased() }
                    || targets[target].tags.contains(name)
            }
            guard !matching.isEmpty else {
                let names = present.sorted().map { targets[$0].name }.joined(separator: ", ")
                throw ObservationError(
                    .usage, "no target or tag '\(name)'", files: files.map(\.path),
                    remedy: "choose among \(names)")
            }
            chosen.formUnion(matching)
        }
        return chosen
    }

    private func addField(_ target: Int, to fields: inout [Field]) throws -> Int {
        let target = contents.targets[target]
        guard let field = target.field else {
            throw ObservationError(
                .usage, "target '\(target.name)' is \(target.problem)", files: files.map(\.path),
                remedy: "choose another target")
        }
        fields.append(field)
        return fields.count - 1
    }
}
