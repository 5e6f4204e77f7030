import Synchronization
import Tiles
import Visibilities

/// The visibilities of one scan in memory: what tests, benchmarks and small tools flag at once.
public struct AutoflagCube: Sendable {
    /// Baselines, polarisations, dumps, channels.
    public let shape: BlockShape
    /// [baseline][polarisation][time][channel].
    public let visibilities: [Complex64]
    /// Flags from before, as `visibilities`.
    public let flags: [UInt8]
    /// Delays that tracking has taken off, w/c in seconds, [baseline][time], and the frequencies of the channels; nil where they are not known.
    public var tracking: (delays: [Double], axis: BandAxis)?

    /// A cube; without flags, nothing is flagged before.
    ///
    /// - Throws: `AutoflagError` when the arrays do not have the shape.
    public init(_ shape: BlockShape, visibilities: [Complex64], flags: [UInt8]? = nil) throws(AutoflagError) {
        let extents = [shape.baselines, shape.polarisations, shape.times, shape.channels]
        var size = 1
        for extent in extents {
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            guard extent > 0, !overflow else {
                throw AutoflagError("a cube of \(extents)", "give positive extents")
            }
            size = product
        }
        let flags = flags ?? [UInt8](repeating: 0, count: visibilities.count)
        guard visibilities.count == size, flags.count == size else {
            throw AutoflagError(
                "\(visibilities.count) visibilities and \(flags.count) flags in a cube of \(extents)",
                "give \(size) of each")
        }
        self.shape = shape
        self.visibilities = visibilities
        self.flags = flags
    }

    /// What the autoflagger finds, whichever detector did: 1 or 0, [baseline][time][channel]; every sub-band of so many channels by itself, but for
    /// a halo of channels that it sees on each side.
    ///
    /// The result is the same for every number of threads.
    public func interference(
        _ settings: AutoflagSettings = AutoflagSettings(), subband: Int? = nil, halo: Int = 0,
        width: Int = Threads.width
    ) async throws -> [UInt8] {
        let bands = stride(from: 0, to: shape.channels, by: max(subband ?? shape.channels, 1)).map {
            $0..<min($0 + max(subband ?? shape.channels, 1), shape.channels)
        }
        let idle = Idle()
        let threads = min(max(width, 1), shape.baselines * bands.count)
        let work = threads * (try workByteCount(settings, channels: bands[0].count, halo: halo))
        Scratch.keep(more: work)
        defer { Scratch.keep(more: -work) }
        let parts = try await mapTiles(shape.baselines * bands.count, width: width) { tile in
            try mask(
                baseline: tile / bands.count, band: bands[tile % bands.count], halo: halo, settings, idle)
        }
        var masks = [UInt8](repeating: 0, count: shape.baselines * shape.times * shape.channels)
        for (tile, part) in parts.enumerated() {
            let band = bands[tile % bands.count]
            for time in 0..<shape.times {
                let row = (tile / bands.count * shape.times + time) * shape.channels
                for channel in band {
                    masks[row + channel] = part[time * band.count + channel - band.lowerBound] != 0 ? 1 : 0
                }
            }
        }
        return masks
    }

    /// What a thread works in: whole scans may need more than is kept from hop to hop.
    private func workByteCount(_ settings: AutoflagSettings, channels: Int, halo: Int) throws -> Int {
        try settings.check(polarisations: shape.polarisations, channels: channels)
        let seen = min(channels + 2 * min(max(halo, 0), shape.channels), shape.channels)
        return settings.forScans(of: shape.times)
            .wholeScanByteCount(polarisations: shape.polarisations, channels: seen)
    }

    /// Flaggers that wait for another baseline: memory that was used before is warm.
    private final class Idle: Sendable {
        private struct Key: Hashable {
            let channels: Int
            let halo: BandHalo
        }

        private let flaggers = Mutex<[Key: [any HopFlagger]]>([:])

        func take(channels: Int, halo: BandHalo) -> (any HopFlagger)? {
            flaggers.withLock { $0[Key(channels: channels, halo: halo)]?.popLast() }
        }

        func give(_ flagger: any HopFlagger, channels: Int, halo: BandHalo) {
            flaggers.withLock { $0[Key(channels: channels, halo: halo), default: []].append(flagger) }
        }
    }

    private func mask(
        baseline: Int, band: Range<Int>, halo: Int, _ settings: AutoflagSettings, _ idle: Idle
    ) throws -> [UInt8] {
        let halo = BandHalo(halo, around: band, in: 0..<shape.channels)
        let settings = settings.forScans(of: shape.times)
        let axis = tracking.map {
            BandAxis(
                first: $0.axis.first + Double(band.lowerBound - halo.below) * $0.axis.step, step: $0.axis.step
            )
        }
        let known = idle.take(channels: band.count, halo: halo)
        known?.tune(axis)
        let flagger =
            try known
            ?? settings.flagger(
                polarisations: shape.polarisations, channels: band.count, halo: halo, axis: axis)
        defer { idle.give(flagger, channels: band.count, halo: halo) }
        if band.count == shape.channels {
            let size = shape.polarisations * shape.times * shape.channels
            let samples = baseline * size..<(baseline + 1) * size
            try flagger.push(
                SamplePiece(visibilities.span.extracting(samples), flags: flags.span.extracting(samples)),
                below: SamplePiece(), above: SamplePiece(), dumps: shape.times,
                delays: delays(baseline, 0..<shape.times), endsScan: true)
        } else {
            for start in stride(from: 0, to: shape.times, by: settings.hop) {
                try push(
                    start..<min(start + settings.hop, shape.times), baseline: baseline, band: band,
                    halo: halo, to: flagger)
            }
        }
        var mask: [UInt8] = []
        mask.reserveCapacity(shape.times * band.count)
        while let hop = flagger.next() { mask += hop.mask }
        return mask
    }

    private func push(
        _ dumps: Range<Int>, baseline: Int, band: Range<Int>, halo: BandHalo, to flagger: any HopFlagger
    ) throws {
        func samples(_ channels: Range<Int>) -> ([Complex64], [UInt8]) {
            (piece(visibilities, baseline, dumps, channels), piece(flags, baseline, dumps, channels))
        }
        let own = samples(band)
        let lower = samples(band.lowerBound - halo.below..<band.lowerBound)
        let upper = samples(band.upperBound..<band.upperBound + halo.above)
        try flagger.push(
            SamplePiece(own.0.span, flags: own.1.span),
            below: SamplePiece(lower.0.span, flags: lower.1.span),
            above: SamplePiece(upper.0.span, flags: upper.1.span), dumps: dumps.count,
            delays: delays(baseline, dumps), endsScan: dumps.upperBound == shape.times)
    }

    private func delays(_ baseline: Int, _ dumps: Range<Int>) -> [Double] {
        guard let tracking else { return [] }
        let first = baseline * shape.times
        return Array(tracking.delays[first + dumps.lowerBound..<first + dumps.upperBound])
    }

    /// Some dumps and channels of one baseline, [polarisation][time][channel].
    private func piece<T>(_ all: [T], _ baseline: Int, _ dumps: Range<Int>, _ band: Range<Int>) -> [T] {
        var piece: [T] = []
        piece.reserveCapacity(shape.polarisations * dumps.count * band.count)
        for plane in baseline * shape.polarisations..<(baseline + 1) * shape.polarisations {
            for dump in dumps {
                let row = (plane * shape.times + dump) * shape.channels
                piece += all[row + band.lowerBound..<row + band.upperBound]
            }
        }
        return piece
    }
}
