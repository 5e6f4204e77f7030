import Astrometry
import Formats
import Parameters
import Visibilities

extension SelectionRules {
    /// Narrows what is read of an observation.
    ///
    /// - Throws: when a named antenna, channel or frequency is not there.
    func narrow(_ wanted: inout ReadSelection, of contents: ObservationContents) throws {
        let settings = settings
        try check(contents.antennas.map(\.name))
        let start = (contents.times.first ?? 0) - contents.integrationTime / 2
        if let scans = settings.scans { wanted.scans = { scans.contains($0) } }
        if let times = settings.times { wanted.times = { times.contains($0, start: start) } }
        wanted.baselines = { keeps($0, $1) }
        if settings.channels != nil || settings.frequencies != nil {
            wanted.channels = try channels(of: contents.spectralWindows).map(runs)
        }
        wanted.polarisations = products.named
        wanted.keepsAutocorrelations = settings.autocorrelations == .keep
    }

    /// Which baselines have a projected length in the range asked for; nil when none was.
    func baselines(inRangeOf observation: Observation) throws -> (@Sendable (String, String) -> Bool)? {
        guard settings.uvRange != nil else { return nil }
        let kept = Set(
            try baselines(of: observation).map { index in
                let baseline = observation.baselines[index]
                return [
                    observation.antennas[baseline.antenna1].name,
                    observation.antennas[baseline.antenna2].name,
                ]
            })
        return { kept.contains([$0, $1]) }
    }

    private func runs(_ channels: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for channel in channels {
            if let last = runs.last, last.upperBound == channel {
                runs[runs.count - 1] = last.lowerBound..<channel + 1
            } else {
                runs.append(channel..<channel + 1)
            }
        }
        return runs
    }
}
