import Tiles

/// The grid of an image and the memory it takes, known from the schedule before any data.
///
/// The w-gridder keeps all w planes at once, but only those blocks (16 x 16 cells of one plane) that the scheduled
/// tracks touch. Data off the schedule are gridded all the same; the blocks that they add are counted as unplanned.
public struct GridPlan: Sendable {
    /// What is asked for.
    public private(set) var settings: ImageSettings
    let scheme: GriddingScheme
    let axes: GridAxes
    let blocks: BlockMap

    /// Plans the grid of an image of a coverage.
    ///
    /// - Parameter memory: bytes that it may take while data are gridded.
    /// - Throws: `ImagingError.setting` for an accuracy out of reach or a field too wide, `.memory` for one whose grid takes
    ///   far too much, which is found out before any block is listed.
    public init(_ settings: ImageSettings, coverage: UVCoverage, memory: Int = .max) throws(ImagingError) {
        let extent = CoverageExtent(coverage)
        let scheme = try GriddingScheme(
            settings.geometry, extent: extent, samples: coverage.samples,
            epsilon: settings.epsilon, precision: settings.precision)
        if let least = LeastMemory(settings, scheme, extent).above(memory, coverage) {
            throw .memory(least: least)
        }
        self.init(settings, coverage: coverage, scheme: scheme)
    }

    /// Plans the grid of a scheme.
    init(_ settings: ImageSettings, coverage: UVCoverage, scheme: GriddingScheme) {
        self.settings = settings
        self.scheme = scheme
        axes = GridAxes(scheme, settings.geometry)
        var blocks = BlockMap(scheme)
        for part in coverage.parts { blocks.touch(part, axes, scheme, stretches: Threads.width) }
        self.blocks = blocks
    }

    /// The same grid for another image of the same samples, whose point spread function is known already.
    public var withoutPSF: GridPlan {
        var plan = self
        plan.settings.psf = false
        return plan
    }

    /// Cells of the padded grid along u and v.
    public var cells: (u: Int, v: Int) { (scheme.cellsU, scheme.cellsV) }
    /// Support in cells along u and v, and in planes along w.
    public var support: (uv: Int, w: Int) { (scheme.support, scheme.planeSupport) }
    /// w planes that the schedule touches.
    public var planeCount: Int { (0..<scheme.planes).count { !blocks.occupiedRows($0).isEmpty } }
    /// Blocks that the schedule touches, of each of the image and the point spread function.
    public var blockCount: Int { blocks.count }
    /// Modelled relative l2 error of the image.
    public var expectedError: Double { scheme.error }

    /// Bytes of a block, of the numbers of the grid's precision.
    var blockBytes: Int { BlockMap.bytes(settings.precision) }

    /// Bytes that are held while data are gridded: planes and tables.
    public var streamingBytes: Int { settings.images * blocks.count * blockBytes + blocks.bytes }

    /// Bytes held in the final transform: planes, what it takes, and finished images.
    public var finalBytes: Int {
        let number = settings.precision.numberBytes
        // Images in double precision are given in single precision, too.
        let finished =
            settings.images * settings.geometry.width * settings.geometry.height
            * (number + (number == 8 ? 4 : 0))
        return streamingBytes + transformBytes + finished
    }

    /// Bytes that a transform between planes and image takes besides them: one half-transformed plane, the image as it is
    /// accumulated, and the scratch of each thread.
    var transformBytes: Int {
        let rows = (0..<scheme.planes).map { blocks.occupiedRows($0).count }.max() ?? 0
        let strips = (settings.geometry.width + 7) / 8
        let number = settings.precision.numberBytes
        let accumulated = strips * settings.geometry.height * 8 * number
        let line = 16 * number
        let scratch =
            Threads.width * line * (2 * max(cells.u, cells.v) + 8 * strips + settings.geometry.height)
        return strips * linesOfStrip(tileRows: rows) * line + accumulated + scratch
    }

    /// One line for the plan of a pipeline.
    public var summary: String {
        "grid \(cells.u) x \(cells.v), kernel \(support.uv) cells x \(support.w) planes, \(planeCount) w planes, "
            + "\(blockCount) blocks, \(streamingBytes >> 20) MiB"
    }
}
