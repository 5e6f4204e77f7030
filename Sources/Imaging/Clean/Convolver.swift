// An island of unsafe code: tiles of rows and strips of columns, each written by one thread.

import Tiles

/// Half of the spectrum of a real image: strips of eight columns, each with all frequencies along y.
struct Spectrum: Sendable {
    /// Columns and rows of the grid that it was made on.
    let cells: SIMD2<Int>
    private let memory: ScratchLease

    fileprivate init(cells: SIMD2<Int>, in memory: ScratchLease) {
        (self.cells, self.memory) = (cells, memory)
    }

    /// A line for each frequency along y, -rows / 2 ..< rows / 2, of eight along x.
    func lines(strip: Int) -> UnsafeMutablePointer<ComplexLanes<Float>> {
        memory.lines + strip * (cells.y | 1)
    }
}

/// A buffer that goes back to its pool: fresh memory of this size costs as much as a transform's sweep.
final class ScratchLease: Sendable {
    private let buffer: LineBuffer<Float>
    private let pool: ScratchPool<Float>
    var lines: UnsafeMutablePointer<ComplexLanes<Float>> { buffer.lines }

    init(_ pool: ScratchPool<Float>) { (buffer, self.pool) = (pool.take(), pool) }

    deinit { pool.give(buffer) }
}

/// Convolutions of real images through Fourier transforms on a padded grid.
///
/// Sixteen rows are transformed at once, eight as real and eight as imaginary parts; half of the spectrum is kept.
/// The bits do not depend on the number of threads.
struct Convolver: Sendable {
    /// Columns and rows of the padded grid.
    let cells: SIMD2<Int>
    let alongX: LaneFFT<Float>
    let alongY: LaneFFT<Float>
    let strips: Int
    /// Of each thread.
    let scratch: ScratchPool<Float>
    /// Spectra, and images halfway to them.
    let planes: ScratchPool<Float>

    /// A grid on which images of a size are convolved with kernels that reach so many pixels to either side.
    ///
    /// - Parameter coarsest: power of two by which the grid may be made coarser.
    init(width: Int, height: Int, reachX: Int, reachY: Int, coarsest: Int = 1) {
        func size(_ cells: Int) -> Int {
            coarsest * GriddingScheme.goodSize(Double((cells + coarsest - 1) / coarsest))
        }
        self.init(
            cells: SIMD2(size(max(width + reachX, 2 * reachX)), size(max(height + reachY, 2 * reachY))))
    }

    /// A grid whose cells lie every so many of this one's: images of spectra of this one are sampled there.
    func coarser(by step: Int) -> Convolver { Convolver(cells: SIMD2(cells.x / step, cells.y / step)) }

    private init(cells: SIMD2<Int>) {
        self.cells = cells
        alongX = LaneFFT<Float>(cells.x)
        alongY = LaneFFT<Float>(cells.y)
        strips = cells.x / 16 + 1
        scratch = ScratchPool<Float>(
            lines: max(alongX.scratchLines + 2 * cells.x + 16, alongY.scratchLines + 2 * cells.y))
        planes = ScratchPool<Float>(lines: strips * (cells.y | 1))
    }

    /// Bytes of one spectrum on a grid that holds so many pixels, padding included.
    static func spectrumBytes(width: Int, height: Int) -> Int {
        let (x, y) = (GriddingScheme.goodSize(Double(width)), GriddingScheme.goodSize(Double(height)))
        // Grids that are made coarser eightfold come in steps of 256 cells.
        return ((x + 256) / 16 + 1) * (y + 257) * 64
    }

    /// The spectrum of an image.
    ///
    /// - Parameters:
    ///   - centreX: the column that is the grid's origin: 0 for images, the centre for kernels.
    ///   - centreY: the row that is the grid's origin.
    func spectrum(
        _ image: [Float], width: Int, height: Int, centreX: Int = 0, centreY: Int = 0
    ) async throws -> Spectrum {
        let rows = RowMap(count: height, cells: cells.y, centre: centreY)
        let columns = RowMap(count: width, cells: cells.x, centre: centreX)
        let occupied = rows.occupiedTiles
        let half = ScratchLease(planes)
        let halfPitch = 16 * occupied.count | 1
        try await inTiles(occupied.count) { slot in
            image.withUnsafeBufferPointer {
                transformRows(
                    $0, tile: occupied[slot], rows, columns, into: half.lines + 16 * slot, halfPitch)
            }
        }
        let result = Spectrum(cells: cells, in: ScratchLease(planes))
        try await inTiles(strips) { strip in
            let work = scratch.take()
            defer { scratch.give(work) }
            var tiles = [UnsafePointer<ComplexLanes<Float>>?](repeating: nil, count: cells.y / 16)
            for (slot, tile) in occupied.enumerated() {
                tiles[tile] = UnsafePointer(half.lines + strip * halfPitch + 16 * slot)
            }
            alongY.forward(
                tiles, to: -cells.y / 2..<cells.y / 2, result.lines(strip: strip), scratch: work.lines)
        }
        return result
    }

    /// Transforms sixteen rows along x and puts the half that counts into strips, [strip][row].
    private func transformRows(
        _ image: UnsafeBufferPointer<Float>, tile: Int, _ rows: RowMap, _ columns: RowMap,
        into target: UnsafeMutablePointer<ComplexLanes<Float>>, _ pitch: Int
    ) {
        let work = scratch.take()
        defer { scratch.give(work) }
        let input = work.lines + alongX.scratchLines
        let output = input + cells.x
        let eight = output + cells.x
        let occupied = columns.occupiedTiles
        var tiles = [UnsafePointer<ComplexLanes<Float>>?](repeating: nil, count: cells.x / 16)
        for tile in occupied {
            tiles[tile] = UnsafePointer(input + 16 * tile)
            (input + 16 * tile).update(repeating: .zero, count: 16)
        }
        let width = columns.count
        for column in stride(from: 0, to: width, by: 8) {
            let kept = min(8, width - column)
            for row in 0..<8 {
                eight[row] = ComplexLanes(
                    lanes(image, rows.index(16 * tile + row), column, kept, width),
                    lanes(image, rows.index(16 * tile + row + 8), column, kept, width))
            }
            eight.transpose(into: eight + 8)
            for lane in 0..<kept { input[columns.place(column + lane)] = eight[8 + lane] }
        }
        let middle = cells.x / 2
        alongX.forward(tiles, to: -middle..<middle, output, scratch: work.lines)
        for strip in 0..<strips {
            split(output, strip, middle, into: eight)
            eight.transpose(into: target + strip * pitch)
            split(output, strip, middle, second: true, into: eight)
            eight.transpose(into: target + strip * pitch + 8)
        }
    }

    /// Up to eight pixels of a row, zeros without one.
    @inline(__always) private func lanes(
        _ image: UnsafeBufferPointer<Float>, _ row: Int?, _ column: Int, _ kept: Int, _ width: Int
    ) -> Lanes {
        guard let row else { return .zero }
        if kept == 8, let base = image.baseAddress {
            return UnsafeRawPointer(base + row * width + column).loadUnaligned(as: Lanes.self)
        }
        var value = Lanes.zero
        for lane in 0..<kept { value[lane] = image[row * width + column + lane] }
        return value
    }

    /// The transforms of the rows in the real parts, or of those in the imaginary parts, from their sum's.
    @inline(__always) private func split(
        _ output: UnsafePointer<ComplexLanes<Float>>, _ strip: Int, _ middle: Int, second: Bool = false,
        into eight: UnsafeMutablePointer<ComplexLanes<Float>>
    ) {
        for lane in 0..<8 {
            let k = 8 * strip + lane
            guard k <= middle else {
                eight[lane] = .zero
                continue
            }
            let (z, y) = (output[k == middle ? 0 : middle + k], output[middle - k])
            let part =
                second
                ? ComplexLanes(z.imaginary + y.imaginary, y.real - z.real)
                : ComplexLanes(z.real + y.real, z.imaginary - y.imaginary)
            eight[lane] = part * 0.5
        }
    }
}

/// Where the rows or columns of an image lie on the padded grid, whose origin is one of them.
private struct RowMap: Sendable {
    let count: Int
    let cells: Int
    let centre: Int

    /// The cell of a row.
    @inline(__always) func place(_ row: Int) -> Int { row < centre ? row - centre + cells : row - centre }

    /// The row in a cell.
    @inline(__always) func index(_ cell: Int) -> Int? {
        let row = cell + centre < cells ? cell + centre : cell + centre - cells
        return row < count ? row : nil
    }

    /// Tiles of sixteen cells with rows in them.
    var occupiedTiles: [Int] {
        (0..<cells / 16).filter { tile in (16 * tile..<16 * tile + 16).contains { index($0) != nil } }
    }
}
