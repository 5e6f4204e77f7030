// An island of unsafe code: strips of columns and tiles of rows, each written by one thread.

import Tiles

extension Convolver {
    /// The image of a product of spectra: the convolution of what they are of, sampled at this grid's cells when they
    /// are of a finer one.
    ///
    /// - Parameters:
    ///   - centreX: the column at which the grid's origin comes to lie.
    ///   - centreY: the row at which the grid's origin comes to lie.
    func image(
        _ factors: [Spectrum], width: Int, height: Int, centreX: Int = 0, centreY: Int = 0
    ) async throws -> [Float] {
        let fine = factors[0].cells
        let scale = Float(1 / (Double(fine.x) * Double(fine.y)))
        let tileRows = (height + 15) / 16
        let pitch = 16 * tileRows | 1
        let half = ScratchLease(planes)
        try await inTiles(strips) { strip in
            transformColumn(
                factors.map { $0.lines(strip: strip) + ($0.cells.y - cells.y) / 2 }, height: height,
                centre: centreY,
                into: half.lines + strip * pitch)
        }
        let pixels = ScratchLease(planes)
        try await inTiles(tileRows) { tile in
            let target = UnsafeMutableRawPointer(pixels.lines).assumingMemoryBound(to: Float.self)
            restoreRows(
                half.lines + 16 * tile, pitch, into: target + 16 * tile * width,
                rows: min(16, height - 16 * tile), width: width, centre: centreX, scale: scale)
        }
        let output = UnsafeMutableRawPointer(pixels.lines).assumingMemoryBound(to: Float.self)
        return Array(UnsafeBufferPointer(start: output, count: width * height))
    }

    /// Takes a product of spectra off another, where this grid has frequencies.
    ///
    /// - Parameter factors: the first is this grid's, the others may be of finer ones.
    func subtract(_ factors: [Spectrum], from other: Spectrum) async throws {
        try await inTiles(strips) { strip in
            let lines = factors.map { $0.lines(strip: strip) + ($0.cells.y - cells.y) / 2 }
            let target = other.lines(strip: strip) + (other.cells.y - cells.y) / 2
            if lines.count == 2 {
                for line in 0..<cells.y { target[line] = target[line] - lines[0][line] * lines[1][line] }
            } else {
                for line in 0..<cells.y {
                    let value = lines.dropFirst().reduce(lines[0][line]) { $0 * $1[line] }
                    target[line] = target[line] - value
                }
            }
        }
    }

    /// Multiplies spectra, transforms back along y and keeps the image's rows.
    private func transformColumn(
        _ factors: [UnsafeMutablePointer<ComplexLanes<Float>>], height: Int, centre: Int,
        into target: UnsafeMutablePointer<ComplexLanes<Float>>
    ) {
        let work = scratch.take()
        defer { scratch.give(work) }
        let product = work.lines + alongY.scratchLines
        let output = product + cells.y
        let first = factors[0]
        for line in 0..<cells.y { product[line] = ComplexLanes(first[line].real, -first[line].imaginary) }
        for factor in factors.dropFirst() {
            for line in 0..<cells.y {
                product[line] = product[line] * ComplexLanes(factor[line].real, -factor[line].imaginary)
            }
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
        _ strip0: UnsafePointer<ComplexLanes<Float>>, _ pitch: Int, into pixels: UnsafeMutablePointer<Float>,
        rows: Int, width: Int, centre: Int, scale: Float
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
