import Astrometry
import Visibilities

/// Where the samples of a (baseline, polarisation) plane lie along a file's product axis.
struct MVFPlane: Sendable, Hashable {
    /// Index of the product in the file.
    let product: Int
    /// Whether the file holds the conjugate (antennas the other way round, or a lower sideband).
    let isConjugated: Bool
}

/// The planes of a file, worked out from its products in whatever order they stand.
struct MVFPlaneTable {
    /// The baselines of which there is a product.
    private(set) var baselines: [Baseline] = []
    /// The polarisations of which there is a product.
    let polarisations: [Polarisation]
    /// For each plane (baseline * polarisations + polarisation), its place; nil when the file lacks the product.
    private(set) var planes: [MVFPlane?] = []

    init(antennas: [String], products: [CorrelationProduct], isReversed: Bool) {
        let present = Set(products.map(\.polarisation) + products.map(\.reversed.polarisation))
        polarisations = [.xx, .xy, .yx, .yy].filter(present.contains)
        let index = Dictionary(uniqueKeysWithValues: products.enumerated().map { ($1, $0) })
        for one in antennas.indices {
            for two in one..<antennas.count {
                let places = polarisations.map { polarisation -> MVFPlane? in
                    guard let feeds = CorrelationProduct.feeds(of: polarisation) else { return nil }
                    let product = CorrelationProduct(
                        antennas[one].lowercased(), feeds.0, antennas[two].lowercased(), feeds.1)
                    if let found = index[product] {
                        return MVFPlane(product: found, isConjugated: isReversed)
                    }
                    return index[product.reversed].map { MVFPlane(product: $0, isConjugated: !isReversed) }
                }
                if places.allSatisfy({ $0 == nil }) { continue }
                baselines.append(Baseline(one, two))
                planes += places
            }
        }
    }
}

extension MVF3File {
    /// Whether an HDF5 file is one of MeerKAT's or KAT-7's; `open` judges the version.
    public static func recognises(_ path: String) -> Bool {
        guard let root = try? HDF5File(reading: path).root else { return false }
        let isVersioned = (try? root.attribute("version")?.strings?.first) != nil
        return isVersioned && (root.contains("Data") || root.contains("MetaData"))
            || root.contains("Scans") && root.contains("Antennas")
    }

    /// The format with its version.
    public var format: String { "MVF \(version)" }

    /// Readies reading of samples.
    public func samples(threads: Int) throws -> any SampleReader {
        try file.end?.check()
        return try MVF3Reader(self, threads: threads)
    }

    /// Work memory of a reader, bytes.
    public func workByteCount(threads: Int) -> Int {
        max(threads, 1) * MVFLayout(self).stagingBytes + data.mostCachedBytes
    }

    /// Where its planes lie.
    var planeTable: MVFPlaneTable {
        MVFPlaneTable(antennas: antennas.map(\.name), products: products, isReversed: isReversed)
    }

    /// What the file holds.
    public var contents: ObservationContents {
        let table = planeTable
        let widths = [Double](repeating: channelWidth, count: frequencies.count)
        var contents = ObservationContents(
            telescope: "MeerKAT",
            antennas: antennas.map { Antenna(name: $0.name, position: $0.position, diameter: $0.diameter) },
            baselines: table.baselines, polarisations: table.polarisations,
            spectralWindows: [
                SpectralWindow(name: band.uppercased(), frequencies: frequencies, widths: widths)
            ],
            targets: targets.map(\.described),
            scans: scans.map {
                FileScan(
                    number: $0.number, state: $0.state.rawValue,
                    isOnSource: $0.state == .track || $0.state == .scan,
                    target: $0.target, dumps: $0.dumps)
            },
            times: times, intervals: [Double](repeating: integrationTime, count: times.count),
            integrationTime: integrationTime, observer: observer, description: description,
            nominalWeight: typicalWeight,
            channelsPerChunk: data.channelsPerChunk)
        if let reference = antennas.first?.reference { contents.centre = reference.position }
        contents.missingPlanes = Set(table.planes.indices.filter { table.planes[$0] == nil })
        return contents
    }
}

extension MVFTarget {
    /// The target in terms that all formats share.
    fileprivate var described: ObservationTarget {
        ObservationTarget(
            names: names, tags: tags,
            field: direction.map { Field(name: name, phaseCentre: $0, tags: tags) },
            problem: "of type '\(body)', only radec is read")
    }
}
