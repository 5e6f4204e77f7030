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
