import Flagging
import Formats
import Foundation
import Visibilities

extension StatisticsPage {
    /// The page of a stream that has ended.
    init(
        _ quality: QualityAxes, _ flags: FlagStatistics, _ bandpass: Bandpass, _ scatter: Scatter,
        title: String
    ) {
        let observation = quality.observation
        self.init(axes: quality.axes)
        self.title = title
        warning = quality.warning
        unit = quality.unit
        let total = flags.total
        lines = [quality.summary, Self.words(total, observation)]
        cells = flags.cells.map { Self.share($0.flagged, of: $0.samples - $0.lost) }
        columns = Self.profile(flags.columns)
        rows = Self.profile(flags.rows)
        legend = FlagLegend(total)
        antennas = observation.antennas.map(\.name)
        matrix = Self.matrix(observation, flags)
        let cross = observation.baselines.contains { !$0.isAutocorrelation }
        curveBaselines = cross ? "all cross-correlations" : "all autocorrelations"
        let bins = quality.bins
        curves = Self.curves(observation, bins) { band, polarisation, before in
            bandpass.amplitudes(
                spectralWindow: band.spectralWindow, channels: band.channels, polarisation: polarisation,
                cross: cross, before: before)
        }
        self.scatter = Self.curves(observation, bins) { band, polarisation, before in
            scatter.figures(
                spectralWindow: band.spectralWindow, channels: band.channels, polarisation: polarisation,
                cross: cross, before: before
            ).map(\.kurtosis)
        }
        table = Self.table(observation, flags)
    }

    private static func share(_ part: Int, of whole: Int) -> Double {
        whole > 0 ? Double(part) / Double(whole) : .nan
    }

    private static func words(_ total: FlagCounts, _ observation: Observation) -> String {
        let lost = share(total.lost, of: total.samples)
        return String(
            format: "%.2f %% of %@ samples flagged, %.2f %% of all lost   %d antennas, %d baselines, %@",
            100 * (total.share ?? .nan), Self.short(total.before), 100 * lost, observation.antennas.count,
            observation.baselines.count, observation.polarisations.map(\.name).joined(separator: " "))
    }

    /// A large number in words: `12.3 million`.
    private static func short(_ count: Int) -> String {
        switch count {
        case 1_000_000_000...: String(format: "%.2f billion", Double(count) / 1e9)
        case 1_000_000...: String(format: "%.2f million", Double(count) / 1e6)
        default: "\(count)"
        }
    }

    private static func profile(_ counts: [FlagCounts]) -> Profile {
        let total = counts.total
        let bits = (0..<8).filter { total.reasons[$0] > 0 }
        return Profile(
            flagged: counts.map { $0.share ?? .nan },
            reasons: bits.map { bit in (bit, counts.map { $0.share(ofBit: bit) }) })
    }

    private static func matrix(_ observation: Observation, _ flags: FlagStatistics) -> [Double] {
        let count = observation.antennas.count
        var matrix = [Double](repeating: .nan, count: count * count)
        for (baseline, counts) in zip(observation.baselines, flags.baselines) {
            let share = counts.share ?? .nan
            matrix[baseline.antenna1 * count + baseline.antenna2] = share
            matrix[baseline.antenna2 * count + baseline.antenna1] = share
        }
        return matrix
    }

    /// Means over each column of what the parallel hands (all products if there are none) have in the channels of a band.
    private static func curves(
        _ observation: Observation, _ bins: TimeFrequencyBins,
        _ values: (_ band: TimeFrequencyBins.Band, _ polarisation: Int, _ before: Bool) -> [Double]
    ) -> [Curve] {
        observation.parallelHands.map { index in
            func means(before: Bool) -> [Double] {
                bins.bands.enumerated().flatMap { run, band -> [Double] in
                    let all = values(band, index, before)
                    return bins.columns.ranges[run].map { column in
                        let finite = bins.columns.items(ofBin: column, inRun: run).map { all[$0] }
                            .filter(\.isFinite)
                        return finite.reduce(0, +) / Double(finite.count)
                    }
                }
            }
            return Curve(
                name: observation.polarisations[index].name, before: means(before: true),
                after: means(before: false))
        }
    }

    private static func table(_ observation: Observation, _ flags: FlagStatistics) -> [Row] {
        func row(_ name: String, _ counts: FlagCounts) -> Row { Row(name, counts.share ?? .nan) }
        let products = zip(observation.polarisations, flags.polarisations).map { row($0.name, $1) }
        let fields = zip(observation.fields, flags.fields).filter { $1.samples > 0 }
            .map { row("field \($0.name)", $1) }
        let scans = zip(observation.schedule, flags.scans).map { scan, counts in
            row("scan \(scan.number) \(observation.fields[scan.field].name)", counts)
        }
        return products + (fields.count > 1 ? fields : []) + scans
    }
}

extension FlagCounts {
    /// The share of samples that carry a flag bit: of all for `dataLost`, of those not lost for the others.
    func share(ofBit bit: Int) -> Double {
        let whole = FlagReasons(rawValue: 1 << UInt8(bit)) == .dataLost ? samples : before
        return whole > 0 ? Double(reasons[bit]) / Double(whole) : .nan
    }
}

extension FlagLegend {
    /// The reasons that occur among samples.
    init(_ counts: FlagCounts) {
        self.init(
            (0..<8).filter { counts.reasons[$0] > 0 }.map { Entry(bit: $0, share: counts.share(ofBit: $0)) })
    }
}

extension Observation {
    /// Indices of the products that an unpolarised source has (XX, YY, RR, LL, Stokes I); all if there is none.
    var parallelHands: [Int] {
        let hands = polarisations.indices.filter { [.xx, .yy, .rr, .ll, .i].contains(polarisations[$0]) }
        return hands.isEmpty ? Array(polarisations.indices) : hands
    }
}
