import Astrometry
import Visibilities

/// Computes the rows of a region, one (baseline, dump) after the other, in memory that it keeps.
struct RowBuilder {
    private let simulated: SimulatedObservation
    private let region: SimulatedRegion
    private let scan: ScheduledScan
    private let sources: [SimulatedObservation.FieldSource]
    private let offsets: [SIMD3<Double>]
    private let geodetic: Geodetic
    private var dump = 0
    /// Emitters that are heard in this dump.
    private var heard: [HeardEmitter] = []
    /// Stokes I of the sky.
    private var model: ChannelLanes
    /// An emitter of unit response.
    private var emission: ChannelLanes
    /// [product].
    private var rows: [ChannelLanes]

    /// An emitter in one dump.
    private struct HeardEmitter {
        var emitter: Emitter
        /// Blocks of the row that it reaches.
        var blocks: Range<Int>
        /// Amplitudes along the row, Jy.
        var amplitude: [SIMD8<Float>]
        /// Unit vector towards it, ITRF.
        var direction: SIMD3<Double>
    }

    init(_ simulated: SimulatedObservation, _ region: SimulatedRegion) {
        self.simulated = simulated
        self.region = region
        scan = simulated.observation.schedule[region.scan]
        sources = simulated.sky[scan.field]
        let reference = simulated.parameters.layout.reference
        offsets = simulated.observation.antennas.map { $0.position - reference }
        geodetic = simulated.site.geodetic
        model = ChannelLanes(covering: region.channels)
        emission = model
        rows = [ChannelLanes](repeating: model, count: simulated.observation.polarisations.count)
    }

    /// Finds out which emitters are heard in a dump of the scan.
    mutating func begin(dump: Int) {
        self.dump = dump
        let planDump = simulated.visits[region.scan].firstDump + dump
        heard = []
        for emitter in simulated.emitters {
            let reach = emitter.reach(dump: planDump, of: simulated.parameters.channels).clamped(
                to: region.channels)
            guard let low = reach.first, let high = reach.last else { continue }
            var amplitude = [SIMD8<Float>](repeating: SIMD8(), count: model.real.count)
            emitter.amplitudes(dump: planDump, channels: reach) { channel, value in
                let place = channel - model.first
                amplitude[place / ChannelLanes.width][place % ChannelLanes.width] = value
            }
            let blocks =
                (low - model.first) / ChannelLanes.block..<(high - model.first) / ChannelLanes.block + 1
            heard.append(
                HeardEmitter(
                    emitter: emitter, blocks: blocks, amplitude: amplitude,
                    direction: emitter.direction(after: scan.times[dump] - simulated.start, at: geodetic)))
        }
    }

    /// Computes all products of a baseline in this dump.
    mutating func compute(baseline: Baseline) {
        let uvw = simulated.observation.uvw(baseline, dump: dump, of: scan)
        model.fill(0)
        for source in sources {
            let path = uvw.u * source.cosines.l + uvw.v * source.cosines.m + uvw.w * source.cosines.nMinusOne
            let delay = path / Conventions.speedOfLight
            guard let transform = source.transform else {
                model.addPhasors(delay: delay, axis: simulated.axis, amplitude: source.spectrum)
                continue
            }
            model.addPhasors(
                delay: delay, axis: simulated.axis, amplitude: tapered(source.spectrum, by: transform, uvw),
                amplitudeFirst: model.first)
        }
        for product in rows.indices { startRow(product, baseline) }
        for emitter in heard { add(emitter, baseline, w: uvw.w) }
        for product in rows.indices {
            let (hand1, hand2) = simulated.observation.polarisations[product].hands
            simulated.gains.apply(
                2 * baseline.antenna1 + hand1, 2 * baseline.antenna2 + hand2,
                time: scan.times[dump] - simulated.start, to: &rows[product])
        }
    }

    /// The row's part of a spectrum as a baseline sees it that resolves the source.
    private func tapered(
        _ spectrum: [SIMD8<Float>], by transform: GaussianTransform, _ uvw: UVW
    ) -> [SIMD8<Float>] {
        let (axis, width) = (simulated.axis, ChannelLanes.width)
        return model.real.indices.map { vector in
            let first = model.first + vector * width
            var frequency = SIMD8<Double>()
            for lane in 0..<width { frequency[lane] = axis.start + axis.step * Double(first + lane) }
            return spectrum[first / width] * transform.values(uvw, frequency)
        }
    }

    /// Begins a row: the sky and the receivers' power in the parallel hands, and noise.
    private mutating func startRow(_ product: Int, _ baseline: Baseline) {
        let kind = simulated.observation.polarisations[product]
        let (hand1, hand2) = kind.hands
        let isPower = baseline.isAutocorrelation && hand1 == hand2
        if hand1 == hand2 {
            rows[product].copy(model)
        } else {
            rows[product].fill(0)
        }
        guard simulated.parameters.sefd > 0 else { return }
        // YX of an autocorrelation is XY's conjugate: the same noise with the other sign.
        let isMirrored = baseline.isAutocorrelation && kind == .yx
        let key = simulated.random.child(3).child(baseline.antenna1).child(baseline.antenna2)
            .child(isMirrored ? Polarisation.xy.rawValue : kind.rawValue)
            .child(simulated.visits[region.scan].firstDump + dump)
        let deviation = Float(simulated.noise) * (isPower ? Float(2).squareRoot() : 1)
        rows[product].addNoise(key, deviation: deviation)
        if isMirrored { rows[product].conjugate() }
        if isPower { rows[product].makePower(adding: Float(simulated.parameters.sefd)) }
    }

    private mutating func add(_ heard: HeardEmitter, _ baseline: Baseline, w: Double) {
        let separation = offsets[baseline.antenna1] - offsets[baseline.antenna2]
        let path = (separation * heard.direction).sum() - w
        let perBlock = ChannelLanes.block / ChannelLanes.width
        let vectors = heard.blocks.lowerBound * perBlock..<heard.blocks.upperBound * perBlock
        emission.fill(0, vectors: vectors)
        emission.addPhasors(
            delay: path / Conventions.speedOfLight, axis: simulated.axis, amplitude: heard.amplitude,
            amplitudeFirst: emission.first, blocks: heard.blocks)
        for product in rows.indices {
            let (hand1, hand2) = simulated.observation.polarisations[product].hands
            let response =
                heard.emitter.responses[2 * baseline.antenna1 + hand1]
                * heard.emitter.responses[2 * baseline.antenna2 + hand2]
            rows[product].add(emission, times: response, vectors: vectors)
        }
    }

    /// Writes the region's channels of a product's row.
    func store(_ product: Int, into visibilities: inout MutableSpan<Complex64>, at first: Int) {
        let row = rows[product]
        for (index, channel) in region.channels.enumerated() {
            let place = channel - row.first
            let (vector, lane) = (place / ChannelLanes.width, place % ChannelLanes.width)
            visibilities[first + index] = Complex64(row.real[vector][lane], row.imaginary[vector][lane])
        }
    }
}

extension Polarisation {
    /// The hands of the two antennas: 0 for X, 1 for Y.
    var hands: (Int, Int) {
        switch self {
        case .yy: (1, 1)
        case .xy: (0, 1)
        case .yx: (1, 0)
        default: (0, 0)
        }
    }
}
