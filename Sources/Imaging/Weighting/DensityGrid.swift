import Visibilities

/// The density of visibility weights over the uv plane.
public struct DensityGrid: Sendable {
    let axes: DensityAxes
    /// Which samples count.
    private let range: UVRange
    /// Sum of weights of each cell, in the axes' order. In double precision: counts go on beyond 2^24.
    private(set) var density: [Double]
    /// Sum of all weights counted.
    public private(set) var weight = 0.0

    /// An empty grid for an image; samples outside a range of uv distances will not count.
    public init(_ image: ImageGeometry, cells: DensityCells = .wsclean, range: UVRange = .all) {
        axes = DensityAxes(image, cells)
        self.range = range
        density = [Double](repeating: 0, count: axes.count)
    }

    /// Bytes of the grid of an image.
    public static func bytes(_ image: ImageGeometry, cells: DensityCells = .wsclean) -> Int {
        8 * DensityAxes(image, cells).count
    }

    /// Counts every scheduled sample with weight 1, before any data; Briggs' rule does not depend on the scale, and
    /// flags change the density by what they take away only.
    public mutating func predict(_ coverage: UVCoverage) {
        for part in coverage.parts { part.forEachRow { count($0, part.frequencies) } }
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

    /// Counts one row of equal weights; the channels of a cell are found by steps that double, since there may be many.
    private mutating func count(_ uvw: UVW, _ frequencies: [Double]) {
        let row = axes.row(uvw)
        let inside = range.channels(uvw, frequencies)
        var channel = inside.lowerBound
        while channel < inside.upperBound {
            let cell = row.cell(frequencies[channel])
            var (end, step) = (channel + 1, 1)
            while end + step <= inside.upperBound, row.cell(frequencies[end + step - 1]) == cell {
                end += step
                step *= 2
            }
            end = partition(end, min(end + step, inside.upperBound)) { row.cell(frequencies[$0]) == cell }
            if cell >= 0 {
                density[cell] += Double(end - channel)
                weight += Double(end - channel)
            }
            channel = end
        }
    }

    /// Counts one row; neighbouring channels of one cell are added up first.
    private mutating func count(_ uvw: UVW, _ frequencies: [Double], _ weights: Span<Float>) {
        let row = axes.row(uvw)
        var cell = -1
        var pending = 0.0
        for channel in range.channels(uvw, frequencies)
        where weights[channel] > 0 && weights[channel] < .infinity {
            let next = row.cell(frequencies[channel])
            if next != cell {
                if cell >= 0 { density[cell] += pending }
                weight += pending
                (cell, pending) = (next, 0)
            }
            if next >= 0 { pending += Double(weights[channel]) }
        }
        if cell >= 0 { density[cell] += pending }
        weight += pending
    }

    /// Mean density as the weights see it: Σ W² / Σ ω.
    var effectiveDensity: Double { weight > 0 ? density.reduce(0) { $0 + $1 * $1 } / weight : 0 }
}
