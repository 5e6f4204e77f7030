import Parameters
import Visibilities

/// Which baselines and products have pictures.
struct WaterfallChoice: Sendable {
    private let settings: WaterfallSettings
    private let products: ProductChoice

    /// Checks what can be checked without the observation.
    init(_ settings: WaterfallSettings) throws {
        guard settings.mean || settings.each else {
            throw settings.$mean.error(
                "neither mean nor each: nothing is left", mend: "say yes to one of them")
        }
        self.settings = settings
        products = try ProductChoice(settings.$pol)
    }

    /// The pictures of an observation: the mean, then each baseline, all products of one after another.
    ///
    /// - Throws: when an antenna, baseline or product is not there, or there would be too many pictures.
    func pictures(of observation: Observation) throws -> [WaterfallPicture] {
        let named = try namedBaselines(of: observation)
        let mean = settings.mean ? mean(of: named ?? Array(observation.baselines.indices), observation) : []
        let each = settings.each ? named ?? extremes(of: observation) : []
        // The mean of one baseline is its own picture.
        let showsMean = !mean.isEmpty && (mean.count > 1 || !each.contains(mean[0]))
        let groups = (showsMean ? [mean] : []) + each.map { [$0] }
        let polarisations = try products.indices(in: observation) ?? observation.parallelHands
        let count = groups.count * polarisations.count
        guard count <= settings.pictures else {
            throw settings.$pictures.error(
                "\(groups.count) baselines and means with \(polarisations.count) products make \(count) pictures",
                mend:
                    "name fewer baselines or products, add each: no, or allow more than \(settings.pictures)")
        }
        return groups.enumerated().flatMap { number, baselines in
            polarisations.map { polarisation in
                WaterfallPicture(
                    observation, baselines: baselines, polarisation: polarisation,
                    isMean: showsMean && number == 0)
            }
        }
    }

    private func namedBaselines(of observation: Observation) throws -> [Int]? {
        guard let selection = settings.baselines else { return nil }
        let names = observation.antennas.map(\.name)
        try settings.$baselines.check(against: names)
        let chosen = observation.baselines.indices.filter { index in
            let baseline = observation.baselines[index]
            return selection.touches(names[baseline.antenna1], names[baseline.antenna2])
        }
        guard !chosen.isEmpty else {
            throw settings.$baselines.error(
                "the stream has none of these baselines", mend: "name others, or select them above")
        }
        return chosen
    }

    /// Cross-correlations only, as far as there are any: autocorrelations would outshine them.
    private func mean(of baselines: [Int], _ observation: Observation) -> [Int] {
        let cross = baselines.filter { !observation.baselines[$0].isAutocorrelation }
        return cross.isEmpty ? baselines : cross
    }

    /// The shortest and the longest cross-correlation; the first autocorrelation if there are only those.
    private func extremes(of observation: Observation) -> [Int] {
        let candidates = mean(of: Array(observation.baselines.indices), observation)
        let lengths = candidates.map { observation.length(of: observation.baselines[$0]) }
        guard let shortest = lengths.indices.min(by: { lengths[$0] < lengths[$1] }),
            let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] })
        else { return [] }
        return shortest == longest ? [candidates[shortest]] : [candidates[shortest], candidates[longest]]
    }
}

extension Observation {
    /// The distance of two antennas, metres.
    func length(of baseline: Baseline) -> Double {
        let difference = antennas[baseline.antenna1].position - antennas[baseline.antenna2].position
        return (difference * difference).sum().squareRoot()
    }
}
