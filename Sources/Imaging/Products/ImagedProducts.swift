import Visibilities

/// How one image's visibilities come from the products of a stream: a sum or difference of two planes of a block, or one.
struct ProductRecipe: Sendable, Hashable {
    /// scale₁ V₁ + scale₂ V₂, times -i where it is turned.
    struct Part: Sendable, Hashable {
        let planes: SIMD2<Int>
        let scales: SIMD2<Float>
        var turned = false
    }

    let polarisation: Polarisation
    let part: Part
    /// What a turn of the feeds by χ mixes in: cos 2χ · part + sin 2χ · mixed; nil where none does.
    var mixed: Part?
}

/// Images that are made of the same samples with the same weights: any Stokes parameters, or one correlation product.
///
/// A sample counts when none of the products that any of them needs is flagged or without weight, so that all of them
/// have one point spread function: where one hand alone is good, a polarised or badly calibrated source would bias
/// them. With n products of weights w the weight is 2n / Σ 1/w (half the sum or difference of two); stored Stokes
/// parameters have n / Σ 1/w.
public struct ImagedProducts: Sendable, Hashable {
    let recipes: [ProductRecipe]
    /// The planes of a block that are needed.
    let planes: [Int]
    /// Weight of a sample times Σ 1/w.
    let weightScale: Float

    /// What is imaged, in order.
    public var polarisations: [Polarisation] { recipes.map(\.polarisation) }

    /// Whether Q or U are there, which turn with the feeds of antennas that do not.
    public var turns: Bool { recipes.contains { $0.mixed != nil } }

    /// Sorts the images that are asked for into sets of equal samples: the Stokes parameters first, then single products.
    ///
    /// - Parameters:
    ///   - wanted: Stokes parameters or parallel hands.
    ///   - stream: the products of a stream.
    /// - Throws: `ImagingError.setting` for products that are no real image of the sky, or cannot be made of the stream.
    public static func sets(
        _ wanted: [Polarisation], from stream: [Polarisation]
    ) throws(ImagingError) -> [ImagedProducts] {
        let present = stream.map(\.name).joined(separator: ", ")
        var recipes = [ProductRecipe]()
        for polarisation in wanted where !recipes.contains(where: { $0.polarisation == polarisation }) {
            guard !polarisation.isCross else {
                throw .setting(
                    "pol", reason: "\(polarisation.name) makes a complex image: ask for Q, U and V")
            }
            guard let recipe = ProductRecipe(polarisation, from: stream) else {
                let made = Polarisation.allCases.filter {
                    !$0.isCross && ProductRecipe($0, from: stream) != nil
                }.map(\.name).joined(separator: ", ")
                throw .setting(
                    "pol",
                    reason: "\(polarisation.name) cannot be made of \(present)\(polarisation.needs)"
                        + (made.isEmpty ? "" : ": ask for some of \(made)"))
            }
            recipes.append(recipe)
        }
        guard !recipes.isEmpty else { throw .setting("pol", reason: "no product is named") }
        let stokes = recipes.filter { $0.polarisation.isStokes }
        let hands = recipes.filter { !$0.polarisation.isStokes }.map { ImagedProducts([$0]) }
        return (stokes.isEmpty ? [] : [ImagedProducts(stokes)]) + hands
    }

    private init(_ recipes: [ProductRecipe]) {
        self.recipes = recipes
        let parts = recipes.flatMap { [$0.part, $0.mixed].compactMap(\.self) }
        planes = Set(parts.flatMap { [$0.planes.x, $0.planes.y] }).sorted()
        let combined = parts.contains { $0.planes.x != $0.planes.y }
        weightScale = Float(planes.count * (combined ? 2 : 1))
    }
}

extension ProductRecipe {
    /// Finds the planes of a product: stored as such, or of linear or circular hands (linear feeds see
    /// [[I + Q, U + iV], [U - iV, I - Q]], circular ones [[I + V, Q + iU], [Q - iU, I - V]]).
    fileprivate init?(_ polarisation: Polarisation, from stream: [Polarisation]) {
        self.polarisation = polarisation
        func stored(_ wanted: Polarisation) -> Part? {
            stream.firstIndex(of: wanted).map { Part(planes: SIMD2($0, $0), scales: SIMD2(1, 0)) }
        }
        func half(_ one: Polarisation, _ other: Polarisation, minus: Bool = false, turned: Bool = false)
            -> Part?
        {
            guard let one = stream.firstIndex(of: one), let other = stream.firstIndex(of: other) else {
                return nil
            }
            return Part(
                planes: SIMD2(one, other), scales: SIMD2(0.5, minus ? -0.5 : 0.5), turned: turned)
        }
        let q = half(.xx, .yy, minus: true) ?? half(.rl, .lr)
        let u = half(.xy, .yx) ?? half(.rl, .lr, minus: true, turned: true)
        let found: Part?
        switch polarisation {
        case .i: found = half(.xx, .yy) ?? half(.rr, .ll) ?? stored(.i)
        case .v:
            found = half(.xy, .yx, minus: true, turned: true) ?? half(.rr, .ll, minus: true) ?? stored(.v)
        case .q: found = stored(.q) ?? (u == nil ? nil : q)
        case .u: found = stored(.u) ?? (q == nil ? nil : u)
        default: found = stored(polarisation)
        }
        guard let found else { return nil }
        part = found
        switch polarisation {
        case .q where stored(.q) == nil:
            mixed = u.map { Part(planes: $0.planes, scales: -$0.scales, turned: $0.turned) }
        case .u where stored(.u) == nil: mixed = q
        default: mixed = nil
        }
    }
}

extension Polarisation {
    /// Whether it is a Stokes parameter.
    fileprivate var isStokes: Bool { rawValue > 0 }
    /// Whether it correlates different hands.
    fileprivate var isCross: Bool { [.rl, .lr, .xy, .yx].contains(self) }
    /// What a Stokes parameter needs.
    fileprivate var needs: String {
        switch self {
        case .i: ": it needs XX and YY, RR and LL, or I (a single hand is imaged by pol: XX)"
        case .q, .u: ": it needs XX, XY, YX and YY, or RL and LR"
        case .v: ": it needs XY and YX, or RR and LL"
        default: ""
        }
    }
}
