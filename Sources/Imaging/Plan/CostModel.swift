/// Modelled time of an image on one thread, about nanoseconds.
///
/// The constants are those of one machine, once; never measured at run time, so that the choice of a scheme, and an image's
/// bits with it, depend on the schedule alone.
struct CostModel: Sendable {
    private let samples: Double
    private let width: Double
    private let height: Double
    /// Part of the grid's rows that the coverage occupies.
    private let occupied: Double
    /// As in `ErrorModel`.
    private let turns: Double

    init(_ image: ImageGeometry, extent: CoverageExtent, samples: Int, turns: Double) {
        self.samples = Double(samples)
        self.turns = turns
        width = Double(image.width)
        height = Double(image.height)
        occupied = min(2 * extent.v * image.cell, 1)
    }

    /// What samples cost is the evaluation of their kernels and the sums of W x W_w rows of cells, more where fewer of them share
    /// a cell; what a plane costs are its two pruned transforms and its screen.
    func cost(cells: (u: Int, v: Int), _ uv: KernelEntry, _ w: KernelEntry?) -> Double {
        let planeSupport = w?.shape.support ?? 1
        let reach = 2 * turns * (w?.oversampling ?? 0)
        let planes = Self.planesBegun(reach) + Double(planeSupport - 1)
        let transformed = occupied * Double(cells.v) * Double(cells.u) + width * Double(cells.v)
        let spread = 1 + 0.1 * uv.oversampling * uv.oversampling
        let perSample = 11.5 + 0.44 * spread * Double(uv.shape.support * planeSupport)
        return planes * (2.3 * transformed + 1.7 * width * height) + samples * perSample
    }

    /// How many planes the supports of w that reach over so many planes begin in, at least.
    static func planesBegun(_ reach: Double) -> Double { max(1, (1.001 * reach).rounded(.up)) }
}
