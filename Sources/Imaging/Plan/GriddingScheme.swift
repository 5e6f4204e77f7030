import Visibilities

/// Extents of a uv coverage in wavelengths.
struct CoverageExtent: Sendable {
    var u = 0.0
    var v = 0.0
    var w = 0.0

    init(_ coverage: UVCoverage) {
        for part in coverage.parts {
            let scale = (part.frequencies.last ?? 0) / Conventions.speedOfLight
            part.forEachRow { uvw in
                u = max(u, abs(uvw.u) * scale)
                v = max(v, abs(uvw.v) * scale)
                w = max(w, abs(uvw.w) * scale)
            }
        }
    }
}

/// How the w-gridder works: grid, kernels and planes for an accuracy (Ye, Gull, Tan & Nikolic 2022, MNRAS 510, 4110).
struct GriddingScheme: Sendable {
    /// Cells of the padded grid along u and v: multiples of 32 without prime factors above 5.
    let cellsU: Int
    let cellsV: Int
    let kernel: GriddingKernel
    let planeKernel: GriddingKernel
    /// Distance of two w planes, wavelengths; 0 when the w term is negligible and one plane is enough.
    let planeStep: Double
    /// n0: middle of the image's range of 1 - n, added to the w phase to halve its range.
    let centre: Double
    /// w planes that may be touched.
    let planes: Int
    /// Modelled relative l2 error of the image.
    let error: Double
    /// Oversampling of the grid as asked of the table.
    let oversampling: Double
    /// Oversampling of the w axis.
    let planeOversampling: Double

    var support: Int { kernel.support }
    var planeSupport: Int { planeKernel.support }
    /// w of a plane, wavelengths.
    func w(ofPlane plane: Int) -> Double { Double(plane - planeSupport) * planeStep }

    /// The cheapest scheme that keeps an accuracy, by a cost model with fixed constants, so that the choice depends
    /// on the schedule alone.
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
        let table = KernelEntry.table.filter { $0.shape.support <= precision.widestSupport }
        let depths = image.depths
        let depth = (depths.upperBound - depths.lowerBound) / 2
        let flat = 2 * Double.pi * extent.w * depth <= epsilon / 4
        var best: (cost: Double, scheme: GriddingScheme)?
        for uv in table {
            let cells = (
                Self.goodSize(Double(image.width) * uv.oversampling),
                Self.goodSize(Double(image.height) * uv.oversampling)
            )
            for w in table {
                let error = Self.error(uv, flat ? nil : w, precision)
                guard error <= epsilon else { continue }
                let step = flat ? 0 : 1 / (2 * w.oversampling * depth)
                let cost = Self.cost(
                    image, cells: cells, support: uv.shape.support,
                    planeSupport: flat ? 1 : w.shape.support,
                    step: step, extent: extent, samples: samples)
                if cost < best?.cost ?? .infinity {
                    best = (cost, GriddingScheme(cells, uv, flat ? nil : w, step, depths, extent.w, error))
                }
            }
        }
        guard let best else {
            throw .setting("epsilon", reason: "\(epsilon) is finer than the kernels reach")
        }
        guard best.scheme.planes <= 1 << 15 else {
            throw .setting("cell", reason: "\(best.scheme.planes) w planes; take a smaller field")
        }
        self = best.scheme
    }

    /// A scheme of given kernels, whatever they cost; without a kernel along w its term is left out.
    init(
        _ image: ImageGeometry, extent: CoverageExtent, kernel: KernelEntry, planeKernel: KernelEntry?,
        precision: Precision = .single
    ) {
        let depths = image.depths
        self.init(
            (
                Self.goodSize(Double(image.width) * kernel.oversampling),
                Self.goodSize(Double(image.height) * kernel.oversampling)
            ), kernel, planeKernel,
            planeKernel.map { 1 / ($0.oversampling * (depths.upperBound - depths.lowerBound)) } ?? 0,
            depths, extent.w, Self.error(kernel, planeKernel, precision))
    }

    private init(
        _ cells: (u: Int, v: Int), _ uv: KernelEntry, _ w: KernelEntry?, _ step: Double,
        _ depths: ClosedRange<Double>, _ extent: Double, _ error: Double
    ) {
        cellsU = cells.u
        cellsV = cells.v
        kernel = GriddingKernel(uv.shape)
        planeKernel = w.map { GriddingKernel($0.shape) } ?? .flat
        planeStep = step
        centre = -(depths.lowerBound + depths.upperBound) / 2
        let reach = step > 0 ? (1.01 * extent / step).rounded(.up) : 0
        planes = Int(min(reach, 1e6)) + 2 * planeKernel.support + 2
        self.error = error
        oversampling = uv.oversampling
        planeOversampling = w?.oversampling ?? 0
    }

    /// Aliasing of the three axes, and rounding of sums, raised at the image's edges as the kernels' taper is taken off.
    private static func error(_ uv: KernelEntry, _ w: KernelEntry?, _ precision: Precision) -> Double {
        let plane = w?.error ?? 0
        let aliasing = 1.5 * (2 * uv.error * uv.error + plane * plane).squareRoot()
        let rounding = precision.rounding * uv.taper * uv.taper * (w?.taper ?? 1)
        return (aliasing * aliasing + rounding * rounding).squareRoot()
    }

    /// Modelled time on one thread, about nanoseconds. The constants are those of one machine, once; never measured
    /// at run time.
    private static func cost(
        _ image: ImageGeometry, cells: (Int, Int), support: Int, planeSupport: Int, step: Double,
        extent: CoverageExtent, samples: Int
    ) -> Double {
        let planes = (step > 0 ? extent.w / step : 0) + Double(planeSupport)
        let rows = min(2 * extent.v * image.cell, 1) * Double(cells.1)
        let transforms = rows * Double(cells.0) + Double(image.width) * Double(cells.1)
        let pixels = Double(image.width) * Double(image.height)
        let perSample = 16 + 0.35 * Double(support * planeSupport)
        return planes * (transforms + pixels * 0.75) + Double(samples) * perSample
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
