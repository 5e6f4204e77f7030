/// How the w-gridder works: grid, kernels and planes for an accuracy (Ye, Gull, Tan & Nikolic 2022, MNRAS 510, 4110).
struct GriddingScheme: Sendable {
    /// Cells of the padded grid along u and v: multiples of 32 without prime factors above 5.
    let cellsU: Int
    let cellsV: Int
    let kernel: GriddingKernel
    let planeKernel: GriddingKernel
    /// Distance of two w planes, wavelengths; 0 when the w term is negligible and one plane is enough.
    let planeStep: Double
    /// Place of w = 0 among the planes: such that the schedule's w take as few planes as can be, in their middle.
    let planeOrigin: Double
    /// n0: middle of the image's range of 1 - n, added to the w phase to halve its range.
    let centre: Double
    /// w planes that may be touched.
    let planes: Int
    /// Modelled relative l2 error of the image.
    let error: Double
    /// Oversampling of the grid as asked of the table.
    let oversampling: Double

    var support: Int { kernel.support }
    var planeSupport: Int { planeKernel.support }
    /// w of a plane, wavelengths.
    func w(ofPlane plane: Int) -> Double { (Double(plane) - planeOrigin) * planeStep }

    /// The cheapest scheme that keeps an accuracy, by a cost model with fixed constants.
    init(
        _ image: ImageGeometry, extent: CoverageExtent, samples: Int, epsilon: Double,
        precision: Precision = .single
    ) throws(ImagingError) {
        let range = precision.accuracies
        guard range.contains(epsilon) else {
            throw .setting(
                "epsilon",
                reason: "\(epsilon); \(precision) precision keeps \(range.lowerBound) to \(range.upperBound)")
        }
        let turns = Self.turns(image, extent)
        let errors = ErrorModel(precision: precision, turns: turns)
        let costs = CostModel(image, extent: extent, samples: samples, turns: turns)
        let table = KernelEntry.table.filter { $0.shape.support <= precision.widestSupport }
        // Of equal costs the least error: planes are whole, so a step between them is often free.
        var best: (costs: (Double, Double), uv: KernelEntry, w: KernelEntry?)?
        for uv in table where errors.error(uv) <= epsilon {
            let cells = Self.cells(image, uv)
            for w in [nil] + table where errors.keeps(epsilon, uv, w) {
                let cost = (costs.cost(cells: cells, uv, w), errors.error(uv, w))
                if cost < best?.costs ?? (.infinity, 0) { best = (cost, uv, w) }
            }
        }
        guard let best else {
            throw .setting("epsilon", reason: "\(epsilon) is finer than the kernels reach")
        }
        self.init(image, extent: extent, kernel: best.uv, planeKernel: best.w, precision: precision)
        guard planes <= 1 << 15 else {
            throw .setting("cell", reason: "\(planes) w planes; take a smaller field")
        }
    }

    /// A scheme of given kernels, whatever they cost; without a kernel along w its term is left out.
    init(
        _ image: ImageGeometry, extent: CoverageExtent, kernel uv: KernelEntry, planeKernel w: KernelEntry?,
        precision: Precision = .single
    ) {
        let (depths, turns) = (image.depths, Self.turns(image, extent))
        (cellsU, cellsV) = Self.cells(image, uv)
        kernel = GriddingKernel(uv.shape)
        planeKernel = w.map { GriddingKernel($0.shape) } ?? .flat
        planeStep = w.map { 1 / ($0.oversampling * (depths.upperBound - depths.lowerBound)) } ?? 0
        centre = -(depths.lowerBound + depths.upperBound) / 2
        // w in planes; and how many planes supports begin in at least, with what is left on either side.
        let reach = min(2 * turns * (w?.oversampling ?? 0), 1e6)
        let begun = CostModel.planesBegun(reach)
        let support = Double(planeKernel.support)
        planeOrigin = support + (begun - reach) / 2 - 0.5 + (support - 1) / 2
        planes = Int(begun + 0.02 * reach) + 2 * planeKernel.support + 2
        error = ErrorModel(precision: precision, turns: turns).error(uv, w)
        oversampling = uv.oversampling
    }

    /// Turns by which w changes the phases across an image: largest w times half the range of n - 1.
    private static func turns(_ image: ImageGeometry, _ extent: CoverageExtent) -> Double {
        extent.w * (image.depths.upperBound - image.depths.lowerBound) / 2
    }

    private static func cells(_ image: ImageGeometry, _ entry: KernelEntry) -> (u: Int, v: Int) {
        (
            goodSize(Double(image.width) * entry.oversampling),
            goodSize(Double(image.height) * entry.oversampling)
        )
    }

    /// The least multiple of 32 without prime factors above 5 that is not below a size.
    static func goodSize(_ size: Double) -> Int {
        var units = max(2, Int((size / 32 - 1e-9).rounded(.up)))
        while true {
            var rest = units
            for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
            if rest == 1 { return 32 * units }
            units += 1
        }
    }
}
