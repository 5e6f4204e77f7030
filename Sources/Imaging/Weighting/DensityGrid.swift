import Visibilities

/// The density of visibility weights over the uv plane, by wsclean's rule: cells of a grid padded by 1.2, the half plane
/// v ≥ 0 (the other half folded onto it), indices rounded down.
public struct DensityGrid: Sendable {
    /// Cells along u and along the half axis v.
    let cellsU: Int
    let cellsV: Int
    private let axes: DensityAxes
    /// Sum of weights of each cell, [v][u].
    private(set) var density: [Float]
    /// Sum of all weights counted.
    public private(set) var weight = 0.0

    /// An empty grid for an image.
    public init(_ image: ImageGeometry) {
        axes = DensityAxes(image)
        (cellsU, cellsV) = (Int(axes.cellsU), Int(axes.cellsV))
        density = [Float](repeating: 0, count: cellsU * cellsV)
    }

    /// Bytes of the grid of an image.
    public static func bytes(_ image: ImageGeometry) -> Int {
        let axes = DensityAxes(image)
        return 4 * Int(axes.cellsU) * Int(axes.cellsV)
    }

    /// Counts every scheduled sample with weight 1, before any data; Briggs' rule does not depend on the scale, and
    /// flags change the density by what they take away only.
    public mutating func predict(_ coverage: UVCoverage) {
        for part in coverage.parts {
            let ones = [Float](repeating: 1, count: part.frequencies.count)
            part.forEachRow { count($0, part.frequencies, ones.span) }
        }
    }

    /// Counts the samples of a batch by their weights; flagged ones (weight 0) do not count.
    ///
    /// - Throws: `ImagingError` when the arrays do not fit together.
    public mutating func add(_ batch: VisibilityBatch) throws(ImagingError) {
        try batch.check()
        let channels = batch.frequencies.count
        for (row, uvw) in batch.uvw.enumerated() {
            count(
                uvw, batch.frequencies, batch.weights.span.extracting(row * channels..<(row + 1) * channels))
        }
    }

    /// Counts one row; neighbouring channels of one cell are added up first.
    private mutating func count(_ uvw: UVW, _ frequencies: [Double], _ weights: Span<Float>) {
        let row = axes.row(uvw)
        var cell = -1
        var pending: Float = 0
        for channel in frequencies.indices where weights[channel] > 0 && weights[channel] < .infinity {
            let next = row.cell(frequencies[channel])
            if next != cell {
                if cell >= 0 { density[cell] += pending }
                weight += Double(pending)
                (cell, pending) = (next, 0)
            }
            if next >= 0 { pending += weights[channel] }
        }
        if cell >= 0 { density[cell] += pending }
        weight += Double(pending)
    }

    /// Mean density as the weights see it: Σ W² / Σ ω.
    var effectiveDensity: Double {
        weight > 0 ? density.reduce(0) { $0 + Double($1) * Double($1) } / weight : 0
    }

    /// Fills in the density around each sample of a row, 0 outside.
    func look(up uvw: UVW, _ frequencies: [Double], into densities: inout [Float]) {
        let row = axes.row(uvw)
        density.withUnsafeBufferPointer { density in
            for channel in frequencies.indices {
                let cell = row.cell(frequencies[channel])
                densities[channel] = cell >= 0 ? density[cell] : 0
            }
        }
    }
}

/// Maps uvw to the cells of a density grid.
struct DensityAxes: Sendable {
    let cellsU: Double
    let cellsV: Double
    private let scaleU: Double
    private let scaleV: Double

    init(_ image: ImageGeometry) {
        func padded(_ size: Int) -> Int { (size * 6 + 9) / 10 * 2 }
        let (width, height) = (padded(image.width), padded(image.height))
        cellsU = Double(width)
        cellsV = Double(height / 2 + 1)
        scaleU = image.cell * Double(width) / Conventions.speedOfLight
        scaleV = image.cell * Double(height) / Conventions.speedOfLight
    }

    /// Cells per hertz of a row, folded to v ≥ 0.
    struct Row {
        let u: Double
        let v: Double
        let cellsU: Double
        let cellsV: Double

        /// The cell at a frequency, or -1 outside the grid.
        @inline(__always) func cell(_ frequency: Double) -> Int {
            // Both are positive where they are on the grid, so that truncating rounds down.
            let column = u * frequency + cellsU / 2
            let line = v * frequency
            guard column >= 0, column < cellsU, line < cellsV else { return -1 }
            return Int(line) * Int(cellsU) + Int(column)
        }
    }

    func row(_ uvw: UVW) -> Row {
        let sign = uvw.v < 0 ? -1.0 : 1.0
        return Row(u: uvw.u * scaleU * sign, v: uvw.v * scaleV * sign, cellsU: cellsU, cellsV: cellsV)
    }
}
