import Visibilities

/// Where an observation will have visibilities, known from its schedule before any data: uvw of the cross baselines
/// in each dump, and the channels that no mask removes.
public struct UVCoverage: Sendable {
    /// Dumps that share baselines and channels.
    struct Part: Sendable {
        /// uvw of each antenna, [dump][antenna], metres.
        let antennaUVW: [UVW]
        let antennas: Int
        let baselines: [Baseline]
        /// Hz, ascending.
        let frequencies: [Double]
    }

    let parts: [Part]
    /// Rows (baseline, dump) of all parts.
    public let rows: Int
    /// Samples: rows times channels, summed.
    public let samples: Int

    /// The scheduled dumps of one field as a stream will carry them.
    ///
    /// - Parameters:
    ///   - cut: the header of a stream.
    ///   - field: the field's index.
    ///   - dumps: those of the field's scheduled dumps that count, from 0 on; nil for all.
    ///   - channels: those that count of each spectral window; nil for all.
    /// - Throws: `ImagingError` when the header contradicts itself or nothing is scheduled on the field.
    public init(
        _ cut: ObservationCut, field: Int, dumps: Range<Int>? = nil, channels: [Range<Int>]? = nil
    ) throws(ImagingError) {
        let observation = cut.observation
        let antennas = observation.antennas.count
        let cross = observation.baselines.filter { !$0.isAutocorrelation }
        guard
            cross.allSatisfy({
                min($0.antenna1, $0.antenna2) >= 0 && max($0.antenna1, $0.antenna2) < antennas
            })
        else { throw .shape("a baseline names an antenna that the observation does not have") }
        var parts = [Part]()
        var first = 0
        for scan in observation.schedule where scan.field == field {
            guard scan.antennaUVW.count == scan.times.count * antennas else {
                throw .shape(
                    "scan \(scan.number) has \(scan.antennaUVW.count) antenna coordinates, "
                        + "needs \(scan.times.count) dumps x \(antennas) antennas")
            }
            let scheduled = first..<first + scan.times.count
            first = scheduled.upperBound
            let counted = (dumps ?? scheduled).clamped(to: scheduled)
            let rows = (counted.lowerBound - scheduled.lowerBound) * antennas
            let uvw = scan.antennaUVW[rows..<rows + counted.count * antennas]
            for frequencies in try Self.channels(of: cut, among: channels) where !frequencies.isEmpty {
                parts.append(
                    Part(
                        antennaUVW: Array(uvw), antennas: antennas, baselines: cross, frequencies: frequencies
                    ))
            }
        }
        try self.init(parts: parts)
    }

    /// Rows of uvw in metres, all with the same channels (Hz).
    ///
    /// - Throws: `ImagingError` when there are none or they are no numbers.
    public init(rows: [UVW], frequencies: [Double]) throws(ImagingError) {
        let baselines = rows.indices.map { Baseline($0, rows.count) }
        try self.init(parts: [
            Part(
                antennaUVW: rows + [UVW(0, 0, 0)], antennas: rows.count + 1, baselines: baselines,
                frequencies: frequencies)
        ])
    }

    private init(parts: [Part]) throws(ImagingError) {
        for part in parts {
            try checkFrequencies(part.frequencies)
            guard part.antennaUVW.allSatisfy({ $0.u.isFinite && $0.v.isFinite && $0.w.isFinite }) else {
                throw .values("the schedule's uvw are not all finite")
            }
        }
        self.parts = parts
        rows = parts.reduce(0) { $0 + $1.rows }
        samples = parts.reduce(0) { $0 + $1.rows * $1.frequencies.count }
        guard samples > 0 else {
            throw .shape("nothing is scheduled: no cross baseline, dump or unmasked channel to image")
        }
    }

    /// Unmasked channels of each spectral window that the cut carries.
    private static func channels(
        of cut: ObservationCut, among chosen: [Range<Int>]?
    ) throws(ImagingError) -> [[Double]] {
        let windows = cut.observation.spectralWindows
        let unmasked = cut.unmaskedChannels
        var channels = windows.map { _ in [Double]() }
        for band in cut.subbands {
            guard windows.indices.contains(band.spectralWindow),
                windows[band.spectralWindow].frequencies.indices.contains(band.channels)
            else { throw .shape("a sub-band names channels that its spectral window does not have") }
            let counted =
                chosen.map {
                    $0.indices.contains(band.spectralWindow) ? $0[band.spectralWindow] : 0..<0
                } ?? band.channels
            channels[band.spectralWindow] += band.channels.clamped(to: counted).lazy
                .filter { unmasked[band.spectralWindow][$0] }
                .map { windows[band.spectralWindow].frequencies[$0] }
        }
        return channels.map { $0.sorted() }
    }
}

extension UVCoverage.Part {
    var dumps: Int { antennas > 0 ? antennaUVW.count / antennas : 0 }
    var rows: Int { dumps * baselines.count }

    /// Calls a body with the uvw of each row.
    func forEachRow(_ body: (UVW) -> Void) { forEachRow(in: 0..<rows, body) }

    /// Calls a body with the uvw of some rows.
    func forEachRow(in range: Range<Int>, _ body: (UVW) -> Void) {
        guard !range.isEmpty else { return }
        antennaUVW.withUnsafeBufferPointer { uvw in
            var (dump, number) = range.lowerBound.quotientAndRemainder(dividingBy: baselines.count)
            for _ in range {
                let baseline = baselines[number]
                body(uvw[dump * antennas + baseline.antenna1] - uvw[dump * antennas + baseline.antenna2])
                number += 1
                if number == baselines.count { (dump, number) = (dump + 1, 0) }
            }
        }
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: Range<Int>) -> Bool {
        other.isEmpty || (lowerBound <= other.lowerBound && other.upperBound <= upperBound)
    }
}

/// Refuses channel axes that are not positive, finite and ascending: runs of channels rely on it.
func checkFrequencies(_ frequencies: [Double]) throws(ImagingError) {
    guard (frequencies.first ?? 1) > 0, (frequencies.last ?? 1).isFinite,
        zip(frequencies, frequencies.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw .values("channel frequencies must be positive, finite and strictly ascending") }
}
