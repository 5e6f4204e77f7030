import Parameters
import Visibilities

/// The selected part of an observation, and where in its files the rows, planes and channels lie.
public struct ObservationView: Sendable {
    /// The files with what they hold.
    public let source: JoinedObservation
    /// The observation. The schedule's `antennaUVW` are the files' own; empty, until somebody computes them, where the
    /// files store none.
    public var observation: Observation

    /// For each scheduled scan and dump, the joined dump; nil where it is missing and will be `dataLost`.
    let rows: [[Int?]]
    /// For each baseline the joined one.
    let baselines: [Int]
    /// For each polarisation the joined one.
    let polarisations: [Int]
    /// For each spectral window the joined one and its first channel there.
    let windows: [(window: Int, first: Int)]

    /// Channels that are best read together.
    public var channelsPerChunk: Int { source.contents.channelsPerChunk }

    /// Work memory, bytes, of reading with so many threads.
    ///
    /// - Throws: an error of the file that cannot tell.
    public func workByteCount(threads: Int) throws -> Int {
        try source.files.reduce(0) { $0 + (try $1.workByteCount(threads: threads)) }
    }
}

extension JoinedObservation {
    /// Selects part of the observation.
    ///
    /// Scans on source are kept, in order of time; a scan with more than 4 missing dumps in a row becomes several
    /// scheduled scans of one number.
    ///
    /// - Throws: `ObservationError` (usage) when nothing is left or a name is unknown.
    public func select(_ selection: ReadSelection = ReadSelection()) throws -> ObservationView {
        let antennas = contents.antennas.indices.filter {
            selection.antennas?(contents.antennas[$0].name) ?? true
        }
        let baselines = keptBaselines(selection, antennas)
        guard !baselines.isEmpty else { throw empty("no baseline is selected") }
        let polarisations = try keptPolarisations(selection)
        let windows = try keptWindows(selection)
        let (fields, scans) = try schedule(selection)
        let numbers = Dictionary(uniqueKeysWithValues: antennas.enumerated().map { ($1, $0) })
        var observation = Observation(
            telescope: contents.telescope, antennas: antennas.map { contents.antennas[$0] },
            baselines: baselines.map {
                let baseline = contents.baselines[$0]
                return Baseline(numbers[baseline.antenna1] ?? 0, numbers[baseline.antenna2] ?? 0)
            },
            spectralWindows: windows.map(\.channels),
            polarisations: polarisations.map { contents.polarisations[$0] },
            fields: fields, schedule: scans.map(\.scan), integrationTime: contents.integrationTime,
            visibilityUnit: contents.visibilityUnit, observer: contents.observer,
            description: contents.description,
            nominalWeight: contents.nominalWeight)
        observation.origins = files.map(\.path)
        observation.weightUnit = contents.weightUnit
        for index in scans.indices {
            observation.schedule[index].antennaUVW = storedUVW(scans[index].rows, antennas)
        }
        return ObservationView(
            source: self, observation: observation, rows: scans.map(\.rows), baselines: baselines,
            polarisations: polarisations, windows: windows.map { ($0.window, $0.first) })
    }

    func empty(_ what: String) -> ObservationError {
        ObservationError(.usage, what, files: files.map(\.path), remedy: "widen the selection")
    }

    private func keptBaselines(_ selection: ReadSelection, _ antennas: [Int]) -> [Int] {
        let kept = Set(antennas)
        return contents.baselines.indices.filter { index in
            let baseline = contents.baselines[index]
            let (one, two) = (
                contents.antennas[baseline.antenna1].name, contents.antennas[baseline.antenna2].name
            )
            return kept.contains(baseline.antenna1) && kept.contains(baseline.antenna2)
                && (selection.keepsAutocorrelations || !baseline.isAutocorrelation)
                && (selection.baselines?(one, two) ?? true)
        }
    }

    private func keptPolarisations(_ selection: ReadSelection) throws -> [Int] {
        guard let wanted = selection.polarisations else { return Array(contents.polarisations.indices) }
        if let missing = wanted.first(where: { !contents.polarisations.contains($0) }) {
            throw ObservationError(
                .usage, "polarisation \(missing.name) is not in the data", files: files.map(\.path),
                remedy: "choose among \(contents.polarisations.map(\.name).joined(separator: ", "))")
        }
        let kept = contents.polarisations.indices.filter { wanted.contains(contents.polarisations[$0]) }
        if kept.isEmpty { throw empty("no polarisation is selected") }
        return kept
    }

    private func keptWindows(
        _ selection: ReadSelection
    ) throws -> [(channels: SpectralWindow, window: Int, first: Int)] {
        let all = contents.spectralWindows
        let ranges = selection.channels ?? all.map { [$0.frequencies.indices] }
        let kept = try zip(all.indices, ranges).flatMap { index, ranges in
            try ranges.filter { !$0.isEmpty }.map { range in
                guard range.lowerBound >= 0, range.upperBound <= all[index].frequencies.count else {
                    throw ObservationError(
                        .usage, "channels \(range.lowerBound)~\(range.upperBound - 1) are not in the data",
                        files: files.map(\.path), remedy: "choose among 0~\(all[index].frequencies.count - 1)"
                    )
                }
                let channels = SpectralWindow(
                    name: all[index].name, frequencies: Array(all[index].frequencies[range]),
                    widths: Array(all[index].widths[range]))
                return (channels, index, range.lowerBound)
            }
        }
        if kept.isEmpty { throw empty("no channel is selected") }
        return kept
    }

    /// The files' own uvw of some rows, [row][antenna]; a missing dump lies on the line between its neighbours.
    private func storedUVW(_ rows: [Int?], _ antennas: [Int]) -> [UVW] {
        guard let stored = contents.antennaUVW else { return [] }
        let count = contents.antennas.count
        return rows.indices.flatMap { row in
            antennas.map { antenna in
                if let dump = rows[row] { return stored[dump * count + antenna] }
                let before = rows[..<row].lastIndex { $0 != nil } ?? row
                let after = rows[row...].firstIndex { $0 != nil } ?? row
                guard let one = rows[before], let two = rows[after], after > before else {
                    return UVW(0, 0, 0)
                }
                let (a, b) = (stored[one * count + antenna], stored[two * count + antenna])
                let share = Double(row - before) / Double(after - before)
                return UVW(a.u + share * (b.u - a.u), a.v + share * (b.v - a.v), a.w + share * (b.w - a.w))
            }
        }
    }
}
