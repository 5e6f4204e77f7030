import Astrometry
import Rings
import Simulation
import Visibilities

/// Blocks of an observation that Sluice simulates, so that measuring needs no data.
struct SimulatedInput: Sendable {
    let simulation: SimulatedObservation
    private(set) var cut: ObservationCut

    /// A scan with so many of MeerKAT's dishes, 8 s dumps and channels of 1.67 MHz about 1284 MHz.
    ///
    /// - Parameters:
    ///   - channels: of the whole observation.
    ///   - subband: of these, those that travel together.
    ///   - autocorrelations: whether they are made.
    init(
        antennas: Int, dumps: Int, channels: Int, subband: Int, polarisations: [Polarisation],
        interference: Set<InterferenceKind> = [], autocorrelations: Bool = true
    ) throws {
        var parameters = SimulationParameters(
            layout: try AntennaLayout(named: "meerkat").spread(antennas),
            plan: try ScanPlan("t*\(dumps)"), earthOrientation: try .shipped())
        parameters.channels = channels
        parameters.bandwidth = 856e6 * min(Double(channels) / 512, 1)
        parameters.polarisations = polarisations
        parameters.interference = interference
        parameters.autocorrelations = autocorrelations
        simulation = try SimulatedObservation(parameters)
        cut = ObservationCut(simulation.observation, subband: subband)
    }

    /// The same with so many baselines in a tile.
    func inTiles(of baselines: Int) -> SimulatedInput {
        var input = self
        input.cut.tiles = [0..<baselines]
        return input
    }

    /// A pool for so many blocks.
    func pool(_ blocks: Int) -> SlabPool {
        SlabPool("benchmark", slabs: blocks, byteCount: VisibilityBlock.slabByteCount(cut))
    }

    /// A tile of a window of a sub-band.
    func block(subband: Int = 0, window: Int = 0, tile: Int, from pool: SlabPool) throws -> VisibilityBlock {
        let context = BlockContext(cut, scheduleIndex: 0, subband: subband, window: window)
        let shape = BlockShape(
            baselines: cut.tiles[tile].count, polarisations: cut.observation.polarisations.count,
            times: context.dumps.count, channels: context.frequencies.count)
        var block = try VisibilityBlock(
            shape, context: context, firstBaseline: cut.tiles[tile].lowerBound, from: pool)
        simulation.fill(&block)
        return block
    }
}

extension ObservationCut {
    /// An observation in windows of 64 dumps, sub-bands of so many channels and tiles of at most 1 MiB (but at least a
    /// baseline), as the engine cuts by default.
    init(_ observation: Observation, subband: Int) {
        let subbands = observation.spectralWindows.enumerated().flatMap { index, window in
            stride(from: 0, to: window.frequencies.count, by: subband).map {
                Subband(spectralWindow: index, channels: $0..<min($0 + subband, window.frequencies.count))
            }
        }
        let baselineBytes = 13 * 64 * subband * observation.polarisations.count
        self.init(
            observation, order: .subbandFirst, dumpsPerWindow: 64, subbands: subbands,
            baselinesPerTile: max((1 << 20) / baselineBytes, 1))
    }
}
