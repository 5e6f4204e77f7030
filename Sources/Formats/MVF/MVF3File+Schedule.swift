import Parameters
import Visibilities

extension MVF3File {
    /// The fields and scans that a selection keeps, and the file's dump of each of their rows.
    func schedule(
        _ selection: MVFSelection
    ) throws -> (fields: [Field], schedule: [ScheduledScan], rows: [[Int?]]) {
        let onSource = scans.filter { $0.state == .track || $0.state == .scan }
        let wanted = try chosenTargets(selection, of: onSource)
        var fields: [Field] = []
        var fieldOfTarget: [Int: Int] = [:]
        var schedule: [ScheduledScan] = []
        var rows: [[Int?]] = []
        for scan in onSource where wanted.contains(scan.target) && (selection.scans?(scan.number) ?? true) {
            let dumps = scan.dumps.filter { selection.times?(times[$0]) ?? true }
            if dumps.isEmpty { continue }
            let field = try fieldOfTarget[scan.target] ?? addField(scan.target, to: &fields)
            fieldOfTarget[scan.target] = field
            for piece in MVFGaps.pieces(dumps: dumps, times: times, interval: integrationTime) {
                schedule.append(
                    ScheduledScan(
                        number: scan.number, field: field, intent: scan.state.rawValue, times: piece.times,
                        intervals: [Double](repeating: integrationTime, count: piece.times.count),
                        antennaUVW: []))
                rows.append(piece.rows)
            }
        }
        guard !schedule.isEmpty else {
            throw HDF5Error(
                .usage, "no dump of a track or scan is selected", file: path,
                remedy: "widen the selection; the file has \(onSource.count) scans on source")
        }
        return (fields, schedule, rows)
    }

    /// Indices of the targets that are chosen by name or tag, by default those tagged `target`, else all.
    private func chosenTargets(_ selection: MVFSelection, of scans: [MVFScan]) throws -> Set<Int> {
        let present = Set(scans.map(\.target))
        guard !selection.targets.isEmpty else {
            let tagged = present.filter { targets[$0].tags.contains("target") }
            if !tagged.isEmpty { return tagged }
            let placed = present.filter { targets[$0].direction != nil }
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
                throw HDF5Error(
                    .usage, "no target or tag '\(name)'", file: path, remedy: "choose among \(names)")
            }
            chosen.formUnion(matching)
        }
        return chosen
    }

    private func addField(_ target: Int, to fields: inout [Field]) throws -> Int {
        guard let direction = targets[target].direction else {
            throw HDF5Error(
                .usage,
                "target '\(targets[target].name)' is of type '\(targets[target].body)', only radec is read",
                file: path, remedy: "choose another target")
        }
        fields.append(Field(name: targets[target].name, phaseCentre: direction, tags: targets[target].tags))
        return fields.count - 1
    }
}
