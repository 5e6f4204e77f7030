import Astrometry
import Flagging
import Foundation
import Pipeline
import Visibilities

/// PREFIX-statistics.json: counts of flags along every axis, and the bandpass.
///
/// `before` counts all samples that are not dataLost, `after` the unflagged ones, `share` is flagged / before.
struct StatisticsDocument: Codable, Equatable {
    /// Counts of one thing.
    struct Counts: Codable, Equatable {
        let samples, dataLost, before, flagged, after: Int
        let share: Double?
        /// Samples of each reason that occurs: data_lost among all samples, others among `before`.
        let reasons: [String: Int]

        init(_ counts: FlagCounts) {
            samples = counts.samples
            dataLost = counts.lost
            before = counts.before
            flagged = counts.flagged
            after = counts.after
            share = counts.share
            reasons = StatisticsDocument.named(counts.reasons)
        }
    }

    /// Counts of something with a name.
    struct Named: Codable, Equatable {
        let name: String
        let counts: Counts
    }

    /// Counts of a pair of antennas.
    struct Pair: Codable, Equatable {
        let antennas: [String]
        let counts: Counts
    }

    /// Counts of a scan, and of each of its dumps.
    struct Scan: Codable, Equatable {
        let number: Int
        let field: String
        let intent: String
        let start, end: String
        let counts: Counts
        /// Centroids, UTC, Modified Julian Date in days.
        let mjd: [Double]
        let dumps: Columns
    }

    /// Counts along an axis, a list for each kind.
    struct Columns: Codable, Equatable {
        let dataLost, before, flagged, after: [Int]
        let reasons: [String: [Int]]

        init(_ counts: [FlagCounts]) {
            dataLost = counts.map(\.lost)
            before = counts.map(\.before)
            flagged = counts.map(\.flagged)
            after = counts.map(\.after)
            let present = StatisticsDocument.named(counts.total.reasons)
            reasons = Dictionary(
                uniqueKeysWithValues: FlagReasons.names.enumerated().filter { present[$0.element] != nil }
                    .map { bit, name in (name, counts.map { $0.reasons[bit] }) })
        }
    }

    /// Mean amplitudes of a product in each channel; null where there is nothing.
    struct Band: Codable, Equatable {
        let polarisation: String
        /// `cross` or `auto`.
        let baselines: String
        let before, after: [Double?]
    }

    /// How a product scatters from dump to dump in each channel; null where nothing is known.
    struct Scattering: Codable, Equatable {
        let polarisation: String
        /// `cross` or `auto`.
        let baselines: String
        /// Standard deviation of the real or the imaginary part.
        let noiseBefore, noiseAfter: [Double?]
        /// Spectral kurtosis of second differences along time, 1 for noise.
        let kurtosisBefore, kurtosisAfter: [Double?]
    }

    /// A spectral window.
    struct Window: Codable, Equatable {
        let name: String
        let frequencyHz, widthHz: [Double]
        let channels: Columns
        let bandpass: [Band]
        let scatter: [Scattering]
    }

    var schema = "sluice-statistics/1"
    var version = Sluice.version
    let history: [String]
    let telescope: String
    let unit: String
    let counts: Counts
    let polarisations: [Named]
    let fields: [Named]
    let antennas: [Named]
    let baselines: [Pair]
    let scans: [Scan]
    let spectralWindows: [Window]

    /// The counts of each flag bit that occurs, by name.
    static func named(_ reasons: SIMD8<Int>) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: FlagReasons.names.enumerated().filter { reasons[$0.offset] > 0 }.map {
                ($0.element, reasons[$0.offset])
            })
    }
}

extension StatisticsDocument {
    /// The document of a stream that has ended.
    init(
        _ observation: Observation, _ flags: FlagStatistics, _ bandpass: Bandpass, _ scatter: Scatter,
        history: [String]
    ) {
        let antennas = observation.antennas.map(\.name)
        self.history = history
        telescope = observation.telescope
        unit = observation.visibilityUnit
        counts = Counts(flags.total)
        func named(_ names: [String], _ counts: [FlagCounts]) -> [Named] {
            zip(names, counts).filter { $1.samples > 0 }.map { Named(name: $0, counts: Counts($1)) }
        }
        polarisations = named(observation.polarisations.map(\.name), flags.polarisations)
        fields = named(observation.fields.map(\.name), flags.fields)
        self.antennas = named(antennas, flags.antennas)
        baselines = zip(observation.baselines, flags.baselines).map {
            Pair(antennas: [antennas[$0.antenna1], antennas[$0.antenna2]], counts: Counts($1))
        }
        scans = zip(observation.schedule, flags.dumps).map { scan, dumps in
            let (first, last) = (scan.times.first ?? .nan, scan.times.last ?? .nan)
            return Scan(
                number: scan.number, field: observation.fields[scan.field].name, intent: scan.intent,
                start: UTC.text(first - (scan.intervals.first ?? 0) / 2),
                end: UTC.text(last + (scan.intervals.last ?? 0) / 2), counts: Counts(dumps.total),
                mjd: scan.times.map { $0 / 86400 }, dumps: Columns(dumps))
        }
        spectralWindows = observation.spectralWindows.enumerated().map { index, window in
            Window(
                name: window.name, frequencyHz: window.frequencies, widthHz: window.widths,
                channels: Columns(flags.channels[index]),
                bandpass: Self.bands(observation, bandpass, spectralWindow: index),
                scatter: Self.scatter(observation, scatter, spectralWindow: index))
        }
    }

    private static func bands(
        _ observation: Observation, _ bandpass: Bandpass, spectralWindow: Int
    ) -> [Band] {
        products(of: observation).map { cross, index in
            func amplitudes(before: Bool) -> [Double?] {
                finite(
                    bandpass.amplitudes(
                        spectralWindow: spectralWindow,
                        channels: observation.spectralWindows[spectralWindow].frequencies.indices,
                        polarisation: index, cross: cross, before: before))
            }
            return Band(
                polarisation: observation.polarisations[index].name, baselines: cross ? "cross" : "auto",
                before: amplitudes(before: true), after: amplitudes(before: false))
        }
    }

    private static func scatter(
        _ observation: Observation, _ scatter: Scatter, spectralWindow: Int
    ) -> [Scattering] {
        products(of: observation).map { cross, index in
            func figures(before: Bool) -> [Scatter.Figures] {
                scatter.figures(
                    spectralWindow: spectralWindow,
                    channels: observation.spectralWindows[spectralWindow].frequencies.indices,
                    polarisation: index, cross: cross, before: before)
            }
            let (before, after) = (figures(before: true), figures(before: false))
            return Scattering(
                polarisation: observation.polarisations[index].name, baselines: cross ? "cross" : "auto",
                noiseBefore: finite(before.map(\.noise)), noiseAfter: finite(after.map(\.noise)),
                kurtosisBefore: finite(before.map(\.kurtosis)),
                kurtosisAfter: finite(after.map(\.kurtosis)))
        }
    }

    /// The products of cross-correlations, then those of autocorrelations, as far as there are any.
    private static func products(of observation: Observation) -> [(cross: Bool, index: Int)] {
        [true, false].filter { cross in
            observation.baselines.contains { $0.isAutocorrelation != cross }
        }.flatMap { cross in observation.polarisations.indices.map { (cross, $0) } }
    }

    /// JSON has no numbers that are not finite.
    private static func finite(_ values: [Double]) -> [Double?] { values.map { $0.isFinite ? $0 : nil } }
}
