import Visibilities

/// The correlation products of a file, in the order of planes, and where they lie in it.
struct UVH5Polarisations: Sendable {
    /// As they lie in the file.
    let stored: [Polarisation]
    /// In the order of planes; of products whose partner is missing, both.
    let products: [Polarisation]
    /// For each product, its place in the file in a row whose antennas are in order; nil when it is missing.
    let forward: [Int?]
    /// The same in a row whose antennas are the other way round, where XY stands for YX.
    let reversed: [Int?]

    private static let order: [Polarisation] = [
        .i, .q, .u, .v, .rr, .rl, .lr, .ll, .xx, .xy, .yx, .yy,
    ]

    /// Reads the products.
    ///
    /// - Parameter hasReversedRows: whether there are rows with antenna 1 > antenna 2.
    init(_ items: UVH5Items, count: Int, hasReversedRows: Bool) throws {
        let codes = try items.integers("polarization_array", count: count)
        stored = try codes.map { code in
            guard let product = Polarisation(rawValue: code) else {
                let remedy = code == 0 ? "split the file by polarisation with pyuvdata" : ""
                throw items.error(
                    "polarization_array",
                    code == 0
                        ? "polarisations that differ between spectral windows (flex_pol) are not read"
                        : "polarisation code \(code) is not known, expected -8 to -1 or 1 to 4",
                    remedy: remedy
                )
            }
            return product
        }
        guard Set(codes).count == count else {
            throw items.error("polarization_array", "expected products that differ from each other")
        }
        let all = Set(stored + (hasReversedRows ? stored.map(\.exchanged) : []))
        products = Self.order.filter(all.contains)
        let place = Dictionary(uniqueKeysWithValues: stored.enumerated().map { ($1, $0) })
        forward = products.map { place[$0] }
        reversed = products.map { place[$0.exchanged] }
    }
}

extension Polarisation {
    /// The product that this one is when the antennas of a baseline change places: XY and YX, RL and LR.
    var exchanged: Polarisation {
        switch self {
        case .xy: .yx
        case .yx: .xy
        case .rl: .lr
        case .lr: .rl
        default: self
        }
    }
}
