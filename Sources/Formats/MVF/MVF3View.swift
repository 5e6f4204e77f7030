import Astrometry
import Parameters
import Visibilities

/// The selected part of an MVF file as an observation, and where in the file its rows, planes and channels lie.
public struct MVF3View: Sendable {
    /// Where the samples of a (baseline, polarisation) plane lie along the file's product axis.
    public struct Plane: Sendable, Hashable {
        /// Index of the product in the file.
        public let product: Int
        /// Whether the file holds the conjugate (antennas the other way round, or a lower sideband).
        public let isConjugated: Bool
    }

    /// The file.
    public let file: MVF3File
    /// The observation; the schedule's `antennaUVW` are empty until somebody computes them.
    public var observation: Observation
    /// For each scheduled scan and dump, the file's dump; nil where it is missing and will be `dataLost`.
    public let rows: [[Int?]]
    /// For each plane (baseline * polarisations + polarisation), its place; nil when the file lacks the product.
    public let planes: [Plane?]
    /// For each spectral window, its first channel in ascending order of the whole file.
    public let firstChannels: [Int]
}

extension MVF3File {
    /// Selects part of the file.
    ///
    /// Scans in state `track` or `scan` are kept, in the file's order; a scan with more than 4 missing dumps in a row
    /// becomes several scheduled scans of one number.
    ///
    /// - Throws: `HDF5Error` (usage) when nothing is left or a name is unknown.
    public func select(_ selection: MVFSelection = MVFSelection()) throws -> MVF3View {
        let dishes = antennas.filter { selection.antennas?($0.name) ?? true }
        let polarisations = try chosenPolarisations(selection)
        var planes: [MVF3View.Plane?] = []
        var baselines: [Baseline] = []
        let index = Dictionary(uniqueKeysWithValues: products.enumerated().map { ($1, $0) })
        for one in dishes.indices {
            for two in one..<dishes.count where one != two || selection.keepsAutocorrelations {
                let names = (dishes[one].name, dishes[two].name)
                guard selection.baselines?(names.0, names.1) ?? true else { continue }
                let places = polarisations.map { plane(names, $0, index) }
                if places.allSatisfy({ $0 == nil }) { continue }
                baselines.append(Baseline(one, two))
                planes += places
            }
        }
        guard !baselines.isEmpty else { throw empty("no baseline is selected") }
        let (fields, schedule, rows) = try schedule(selection)
        let windows = try spectralWindows(selection)
        let observation = Observation(
            telescope: "MeerKAT",
            antennas: dishes.map { Antenna(name: $0.name, position: $0.position, diameter: $0.diameter) },
            baselines: baselines, spectralWindows: windows.map(\.window), polarisations: polarisations,
            fields: fields, schedule: schedule, integrationTime: integrationTime, observer: observer,
            description: description, nominalWeight: typicalWeight)
        return MVF3View(
            file: self, observation: observation, rows: rows, planes: planes,
            firstChannels: windows.map(\.first))
    }

    private func empty(_ what: String) -> HDF5Error {
        HDF5Error(.usage, what, file: path, remedy: "widen the selection")
    }

    /// Where the file holds a product, in either order of its antennas.
    private func plane(
        _ names: (String, String), _ polarisation: Polarisation, _ index: [CorrelationProduct: Int]
    ) -> MVF3View.Plane? {
        guard let feeds = CorrelationProduct.feeds(of: polarisation) else { return nil }
        let product = CorrelationProduct(names.0.lowercased(), feeds.0, names.1.lowercased(), feeds.1)
        if let found = index[product] { return MVF3View.Plane(product: found, isConjugated: isReversed) }
        return index[product.reversed].map { MVF3View.Plane(product: $0, isConjugated: !isReversed) }
    }

    private func chosenPolarisations(_ selection: MVFSelection) throws -> [Polarisation] {
        let present = Set(products.map(\.polarisation) + products.map(\.reversed.polarisation))
        let available = [Polarisation.xx, .xy, .yx, .yy].filter(present.contains)
        guard let wanted = selection.polarisations else { return available }
        if let missing = wanted.first(where: { !present.contains($0) }) {
            throw HDF5Error(
                .usage, "polarisation \(missing.name) is not in the file", file: path,
                remedy: "choose among \(available.map(\.name).joined(separator: ", "))")
        }
        let chosen = available.filter(wanted.contains)
        if chosen.isEmpty { throw empty("no polarisation is selected") }
        return chosen
    }

    private func spectralWindows(_ selection: MVFSelection) throws -> [(window: SpectralWindow, first: Int)] {
        let ranges = selection.channels ?? [0..<frequencies.count]
        guard !ranges.isEmpty, ranges.allSatisfy({ !$0.isEmpty }) else {
            throw empty("no channel is selected")
        }
        if let outside = ranges.first(where: { $0.lowerBound < 0 || $0.upperBound > frequencies.count }) {
            throw HDF5Error(
                .usage, "channels \(outside.lowerBound)~\(outside.upperBound - 1) are not in the file",
                file: path,
                remedy: "choose among 0~\(frequencies.count - 1)")
        }
        return ranges.map { range in
            let widths = [Double](repeating: channelWidth, count: range.count)
            return (
                SpectralWindow(
                    name: band.uppercased(), frequencies: Array(frequencies[range]), widths: widths),
                range.lowerBound
            )
        }
    }
}
