import Foundation
import Parameters
import Visibilities

/// The rules of a selection, applied to an observation once it is known.
struct SelectionRules: Sendable {
    let settings: SelectSettings
    let products: ProductChoice

    /// Checks what can be checked without the observation.
    init(_ settings: SelectSettings) throws {
        self.settings = settings
        products = try ProductChoice(settings.$pol)
    }

    /// Scans and times are axes of the stream that only its source can cut.
    func refuseTimes() throws {
        let mend = "put select right after read"
        if settings.scans != nil {
            throw settings.$scans.error("scans can be selected only while reading", mend: mend)
        }
        if settings.times != nil {
            throw settings.$times.error("times can be selected only while reading", mend: mend)
        }
    }

    /// The baselines, products and channels that stay.
    ///
    /// - Throws: when a named antenna, channel or product is not there, or nothing stays.
    func selection(of observation: Observation) throws -> Selection {
        var selection = Selection(all: observation)
        selection.baselines = try baselines(of: observation)
        selection.channels = try channels(of: observation.spectralWindows)
        if let kept = try products.indices(in: observation) { selection.polarisations = kept }
        return selection
    }

    func baselines(of observation: Observation) throws -> [Int] {
        let names = observation.antennas.map(\.name)
        try check(names)
        let kept = observation.baselines.indices.filter { index in
            let baseline = observation.baselines[index]
            let (one, two) = (names[baseline.antenna1], names[baseline.antenna2])
            if settings.autocorrelations == .drop, baseline.isAutocorrelation { return false }
            return keeps(one, two) && hasProjectedLength(baseline, observation)
        }
        guard !kept.isEmpty else {
            throw settings.$baselines.error(
                "no baseline is left", mend: "widen antennas, baselines or uv-range")
        }
        return kept
    }

    /// Refuses names that no antenna has.
    func check(_ names: [String]) throws {
        try settings.$antennas.check(against: names)
        try settings.$baselines.check(against: names)
    }

    /// Whether the baseline of two antennas stays, by their names.
    func keeps(_ one: String, _ two: String) -> Bool {
        (settings.antennas?.contains(one, two) ?? true) && (settings.baselines?.touches(one, two) ?? true)
    }

    private func hasProjectedLength(_ baseline: Baseline, _ observation: Observation) -> Bool {
        guard let range = settings.uvRange else { return true }
        var lengths: [Double] = []
        for scan in observation.schedule
        where scan.antennaUVW.count == scan.times.count * observation.antennas.count {
            for dump in scan.times.indices {
                let uvw = observation.uvw(baseline, dump: dump, of: scan)
                lengths.append((uvw.u * uvw.u + uvw.v * uvw.v).squareRoot())
            }
        }
        guard !lengths.isEmpty else { return true }
        let median = lengths.sorted()[lengths.count / 2]
        let frequencies = observation.spectralWindows.first?.frequencies ?? []
        let middle = frequencies.isEmpty ? 1 : frequencies[frequencies.count / 2]
        return range.contains(
            range.dimension == .wavelengths ? median * middle / Conventions.speedOfLight : median)
    }

    /// The channels that stay of each spectral window; of some of several windows none may stay.
    func channels(of windows: [SpectralWindow]) throws -> [[Int]] {
        try settings.$channels.checkChannels(of: windows)
        let kept = windows.map { window in
            window.frequencies.indices.filter { channel in
                (settings.channels?.contains(channel) ?? true)
                    && (settings.frequencies?.contains(window.frequencies[channel]) ?? true)
            }
        }
        guard kept.contains(where: { !$0.isEmpty }) else {
            let frequencies = windows.flatMap(\.frequencies)
            let span = String(
                format: "%.3f to %.3f MHz", (frequencies.min() ?? 0) / 1e6, (frequencies.max() ?? 0) / 1e6)
            throw settings.$frequencies.error("no channel is left", mend: "the data have \(span)")
        }
        return kept
    }

    /// What a selection left, for the plan.
    static func describe(_ observation: Observation) -> String {
        let channels = observation.spectralWindows.reduce(0) { $0 + $1.frequencies.count }
        let products = observation.polarisations.map(\.name).joined(separator: ",")
        return "keeps \(observation.baselines.count) baselines, \(channels) channels, \(products)"
    }
}
