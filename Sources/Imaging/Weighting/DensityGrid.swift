import Visibilities

/// The density of visibility weights over the uv plane.
public struct DensityGrid: Sendable {
    let axes: DensityAxes
    /// Which samples count.
    private let range: UVRange
    /// Sum of weights of each cell. In double precision: counts go on beyond 2^24.
    private(set) var density: TiledCells<Double>
    /// Sum of all weights counted.
    public private(set) var weight = 0.0

    /// An empty grid for an image; samples outside a range of uv distances will not count.
    public init(_ image: ImageGeometry, cells: DensityCells = .wsclean, range: UVRange = .all) {
        axes = DensityAxes(image, cells)
        self.range = range
        density = TiledCells(axes.count, of: 0)
    }

    /// Most bytes of the grid of an image.
    public static func bytes(_ image: ImageGeometry, cells: DensityCells = .wsclean) -> Int {
        TiledCells<Double>.bytes(DensityAxes(image, cells).count)
    }

    /// Counts every scheduled sample with weight 1, before any data; Briggs' rule does not depend on the scale, and
    /// flags change the density by what they take away only.
    public mutating func predict(_ coverage: UVCoverage) {
        for part in coverage.parts {
            var cells = [Int64](repeating: -1, count: part.frequencies.count)
            part.forEachRow { uvw in
                axes.find(uvw, part.frequencies.span, &cells)
                weight += Double(density.addOnes(to: cells[range.channels(uvw, part.frequencies)]))
            }
        }
    }

    /// Counts the samples of a batch by their weights; flagged ones (weight 0) do not count.
    ///
    /// - Throws: `ImagingError` when the arrays do not fit together.
    public mutating func add(_ batch: VisibilityBatch) throws(ImagingError) {
        try batch.check()
        let channels = batch.frequencies.count
        var cells = [Int64](repeating: -1, count: channels)
        for (row, uvw) in batch.uvw.enumerated() {
            axes.find(uvw, batch.frequencies.span, &cells)
            let weights = batch.weights.span.extracting(row * channels..<(row + 1) * channels)
            count(cells, of: range.channels(uvw, batch.frequencies)) { channels in
                channels.reduce(0) { sum, channel in
                    let weight = weights[channel]
                    return weight > 0 && weight < .infinity ? sum + Double(weight) : sum
                }
            }
        }
    }

    /// Counts some channels of a row: what neighbouring ones of one cell weigh is added to it at once.
    @inline(__always) private mutating func count(
        _ cells: [Int64], of channels: Range<Int>, weighing: (Range<Int>) -> Double
    ) {
        var channel = channels.lowerBound
        while channel < channels.upperBound {
            let (cell, start) = (cells[channel], channel)
            repeat { channel += 1 } while channel < channels.upperBound && cells[channel] == cell
            guard cell >= 0 else { continue }
            let sum = weighing(start..<channel)
            density[Int(cell)] += sum
            weight += sum
        }
    }

    /// Mean density as the weights see it: Σ W² / Σ ω.
    var effectiveDensity: Double { weight > 0 ? density.reduce(0) { $0 + $1 * $1 } / weight : 0 }
}
