/// What is kept of an observation along the axes that blocks can be thinned on: baselines, products and channels.
public struct Selection: Sendable, Hashable {
    /// Indices kept of `Observation.baselines`, ascending.
    public var baselines: [Int]
    /// Indices kept of `Observation.polarisations`, ascending.
    public var polarisations: [Int]
    /// Channel indices kept of each spectral window, ascending.
    public var channels: [[Int]]

    /// Keeps everything of an observation; narrow it afterwards.
    public init(all observation: Observation) {
        baselines = Array(observation.baselines.indices)
        polarisations = Array(observation.polarisations.indices)
        channels = observation.spectralWindows.map { Array($0.frequencies.indices) }
    }

    /// Whether it keeps all of an observation.
    public func isEverything(of observation: Observation) -> Bool { self == Selection(all: observation) }

    /// The observation as it is after the selection; antennas stay, so that indices keep their meaning.
    public func applied(to observation: Observation) -> Observation {
        var kept = observation
        kept.baselines = baselines.map { observation.baselines[$0] }
        kept.polarisations = polarisations.map { observation.polarisations[$0] }
        for (window, channels) in channels.enumerated() {
            kept.spectralWindows[window].frequencies = channels.map {
                observation.spectralWindows[window].frequencies[$0]
            }
            kept.spectralWindows[window].widths = channels.map {
                observation.spectralWindows[window].widths[$0]
            }
            kept.maskedChannels[window] = channels.map { observation.maskedChannels[window][$0] }
        }
        return kept
    }

    /// The header of a stream after the selection: tiles and sub-bands of which nothing is left are gone.
    public func applied(to cut: ObservationCut) -> ObservationCut {
        var kept = cut
        kept.observation = applied(to: cut.observation)
        kept.tiles = []
        for tile in cut.tiles {
            let count = baselines.count { tile.contains($0) }
            let start = kept.tiles.last?.upperBound ?? 0
            if count > 0 { kept.tiles.append(start..<start + count) }
        }
        kept.subbands = []
        var next = [Int](repeating: 0, count: channels.count)
        for subband in cut.subbands {
            let window = subband.spectralWindow
            let count = channels[window].count { subband.channels.contains($0) }
            guard count > 0 else { continue }
            kept.subbands.append(
                Subband(spectralWindow: window, channels: next[window]..<next[window] + count))
            next[window] += count
        }
        return kept
    }
}
