import Pipeline
import Visibilities

/// How a file is cut into windows, sub-bands and tiles: from its header and the stages downstream alone, never from memory
/// or timing.
struct Cutter {
    /// Samples of a window of one sub-band are kept below this when nobody asks for another sub-band.
    static let windowBytes = 128 << 20
    /// Bytes of a sample in a block: visibility, weight, flags.
    static let sampleBytes = 13

    /// Dumps asked for.
    let window: Int
    /// Channels asked for, if any.
    let subband: Int?
    /// Channels that lie together in the file.
    let chunk: Int
    /// What the stages downstream need whole.
    let demand: CutDemand
    /// Largest tile, unless one baseline is more.
    let tileBytes: Int

    /// The header of the stream.
    func cut(_ observation: Observation) -> ObservationCut {
        let dumps = Self.roundUp(window, to: demand.times)
        let planes = observation.baselines.count * observation.polarisations.count
        let longest = min(dumps, observation.schedule.map(\.times.count).max() ?? dumps)
        let channels = channelsPerSubband(dumps: longest, planes: planes)
        let widest = min(channels, observation.spectralWindows.map(\.frequencies.count).max() ?? channels)
        let baselineBytes = max(Self.sampleBytes * observation.polarisations.count * longest * widest, 1)
        var cut = ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: dumps,
            subbands: subbands(of: observation, each: channels),
            baselinesPerTile: max(tileBytes / baselineBytes, 1))
        cut.halo = demand.halo
        return cut
    }

    private func channelsPerSubband(dumps: Int, planes: Int) -> Int {
        if let subband { return Self.roundUp(subband, to: demand.channels) }
        let unit = Self.leastCommonMultiple(max(chunk, 1), demand.channels)
        let fitting = Self.windowBytes / max(dumps * planes * Self.sampleBytes, 1)
        // Where chunks fit, and bins, but not the two in step, bins decide: chunks at borders are then read twice.
        if unit > fitting, max(chunk, demand.channels) <= fitting {
            return fitting / demand.channels * demand.channels
        }
        return max(fitting / unit, 1) * unit
    }

    private func subbands(of observation: Observation, each: Int) -> [Subband] {
        observation.spectralWindows.enumerated().flatMap { index, window in
            stride(from: 0, to: window.frequencies.count, by: each).map {
                Subband(spectralWindow: index, channels: $0..<min($0 + each, window.frequencies.count))
            }
        }
    }

    static func roundUp(_ count: Int, to unit: Int) -> Int { (count + unit - 1) / unit * unit }

    static func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
        var (x, y) = (a, b)
        while y != 0 { (x, y) = (y, x % y) }
        return a / x * b
    }
}
