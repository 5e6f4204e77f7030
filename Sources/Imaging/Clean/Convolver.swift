// An island of unsafe code: tiles of rows and strips of columns, each written by one thread.

import Tiles

/// Half of the spectrum of a real image: strips of eight columns, each with all frequencies along y.
struct Spectrum: Sendable {
    fileprivate let buffer: LineBuffer
    fileprivate let pitch: Int

    fileprivate func lines(strip: Int) -> UnsafeMutablePointer<ComplexLanes> { buffer.lines + strip * pitch }
}

/// Convolutions of real images through Fourier transforms on a padded grid.
///
/// Sixteen rows are transformed at once, eight as real and eight as imaginary parts; half of the spectrum is kept.
/// The bits do not depend on the number of threads.
struct Convolver: Sendable {
    /// Columns and rows of the padded grid.
    let cells: (x: Int, y: Int)
    private let alongX: LaneFFT
    private let alongY: LaneFFT
    private let strips: Int
    private let scratch: ScratchPool

    /// A grid on which images of a size are convolved with kernels that reach so many pixels to either side.
    init(width: Int, height: Int, reachX: Int, reachY: Int) {
        cells = (
            GriddingScheme.goodSize(Double(max(width + reachX, 2 * reachX))),
            GriddingScheme.goodSize(Double(max(height + reachY, 2 * reachY)))
        )
        alongX = LaneFFT(cells.x)
        alongY = LaneFFT(cells.y)
        strips = cells.x / 16 + 1
        scratch = ScratchPool(
            lines: max(alongX.scratchLines + 2 * cells.x + 16, alongY.scratchLines + 2 * cells.y))
    }

    /// Bytes of one spectrum.
    var spectrumBytes: Int { strips * (cells.y | 1) * 64 }

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
        let half = LineBuffer(strips * (16 * occupied.count | 1))
        let halfPitch = 16 * occupied.count | 1
        try await inTiles(occupied.count) { slot in
            image.withUnsafeBufferPointer {
                transformRows(
                    $0, tile: occupied[slot], rows, columns, into: half.lines + 16 * slot, halfPitch)
            }
        }
        let result = Spectrum(buffer: LineBuffer(strips * (cells.y | 1)), pitch: cells.y | 1)
        try await inTiles(strips) { strip in
            let work = scratch.take()
            defer { scratch.give(work) }
            var tiles = [UnsafePointer<ComplexLanes>?](repeating: nil, count: cells.y / 16)
            for (slot, tile) in occupied.enumerated() {
                tiles[tile] = UnsafePointer(half.lines + strip * halfPitch + 16 * slot)
            }
            alongY.forward(
                tiles, to: -cells.y / 2..<cells.y / 2, result.lines(strip: strip), scratch: work.lines)
        }
        return result
    }

    /// The image of a product of spectra: the convolution of what they are of.
    ///
    /// - Parameters:
    ///   - centreX: the column at which the grid's origin comes to lie.
    ///   - centreY: the row at which the grid's origin comes to lie.
    func image(
        _ factors: [Spectrum], width: Int, height: Int, centreX: Int = 0, centreY: Int = 0
    ) async throws -> [Float] {
        let tileRows = (height + 15) / 16
        let pitch = 16 * tileRows | 1
        let half = LineBuffer(strips * pitch)
        try await inTiles(strips) { strip in
            transformColumn(
                factors.map { $0.lines(strip: strip) }, height: height, centre: centreY,
                into: half.lines + strip * pitch)
        }
        let pixels = LaneBuffer((width * height + 7) / 8)
        let output = UnsafeMutableRawPointer(pixels.lanes).assumingMemoryBound(to: Float.self)
        try await inTiles(tileRows) { tile in
            let target = UnsafeMutableRawPointer(pixels.lanes).assumingMemoryBound(to: Float.self)
            restoreRows(
                half.lines + 16 * tile, pitch, into: target + 16 * tile * width,
                rows: min(16, height - 16 * tile), width: width, centre: centreX)
        }
        return Array(UnsafeBufferPointer(start: output, count: width * height))
    }

    /// Transforms sixteen rows along x and puts the half that counts into strips, [strip][row].
    private func transformRows(
        _ image: UnsafeBufferPointer<Float>, tile: Int, _ rows: RowMap, _ columns: RowMap,
        into target: UnsafeMutablePointer<ComplexLanes>, _ pitch: Int
    ) {
        let work = scratch.take()
        defer { scratch.give(work) }
        let input = work.lines + alongX.scratchLines
        let output = input + cells.x
        let eight = output + cells.x
        let occupied = columns.occupiedTiles
        var tiles = [UnsafePointer<ComplexLanes>?](repeating: nil, count: cells.x / 16)
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
        _ output: UnsafePointer<ComplexLanes>, _ strip: Int, _ middle: Int, second: Bool = false,
        into eight: UnsafeMutablePointer<ComplexLanes>
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

    /// Multiplies spectra, transforms back along y and keeps the image's rows.
    private func transformColumn(
        _ factors: [UnsafeMutablePointer<ComplexLanes>], height: Int, centre: Int,
        into target: UnsafeMutablePointer<ComplexLanes>
    ) {
        let work = scratch.take()
        defer { scratch.give(work) }
        let product = work.lines + alongY.scratchLines
        let output = product + cells.y
        for line in 0..<cells.y {
            var value = factors[0][line]
            for factor in factors.dropFirst() { value = value * factor[line] }
            product[line] = ComplexLanes(value.real, -value.imaginary)
        }
        // Transforms come out as -N/2 ..< N/2: the tiles' order turns them back.
        let count = cells.y / 16
        let tiles = (0..<count).map { UnsafePointer(product + 16 * (($0 + count / 2) % count)) as Optional }
        alongY.forward(tiles, to: -centre..<height - centre, output, scratch: work.lines)
        for row in 0..<height { target[row] = ComplexLanes(output[row].real, -output[row].imaginary) }
        for row in height..<(height + 15) / 16 * 16 { target[row] = .zero }
    }

    /// Transforms sixteen rows back along x.
    private func restoreRows(
        _ strip0: UnsafePointer<ComplexLanes>, _ pitch: Int, into pixels: UnsafeMutablePointer<Float>,
        rows: Int, width: Int, centre: Int
    ) {
        let work = scratch.take()
        defer { scratch.give(work) }
        let input = work.lines + alongX.scratchLines
        let output = input + cells.x
        let eight = output + cells.x
        let middle = cells.x / 2
        for strip in 0..<strips {
            (strip0 + strip * pitch).transpose(into: eight)
            (strip0 + strip * pitch + 8).transpose(into: eight + 8)
            for lane in 0..<min(8, middle + 1 - 8 * strip) {
                let (k, a, b) = (8 * strip + lane, eight[lane], eight[8 + lane])
                input[k] = ComplexLanes(a.real - b.imaginary, -a.imaginary - b.real)
                if k > 0, k < middle {
                    input[cells.x - k] = ComplexLanes(a.real + b.imaginary, a.imaginary - b.real)
                }
            }
        }
        let tiles = (0..<cells.x / 16).map { UnsafePointer(input + 16 * $0) as Optional }
        alongX.forward(tiles, to: -centre..<width - centre, output, scratch: work.lines)
        let scale = Float(1 / (Double(cells.x) * Double(cells.y)))
        for column in stride(from: 0, to: width, by: 8) {
            for lane in 0..<min(8, width - column) { eight[lane] = output[column + lane] }
            eight.transpose(into: eight + 8)
            for row in 0..<rows {
                let line = eight[8 + row % 8]
                let value = (row < 8 ? line.real : -line.imaginary) * scale
                if column + 8 <= width {
                    UnsafeMutableRawPointer(pixels + row * width + column).storeBytes(
                        of: value, as: Lanes.self)
                } else {
                    for lane in 0..<width - column { pixels[row * width + column + lane] = value[lane] }
                }
            }
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
