// An island of unsafe code: planes to image. Threads write disjoint strips; one plane at a time.

import Tiles

/// Turns the planes of a grid into an image: pruned transforms, w screens, correction of the kernels' taper.
struct FinalTransform<Scalar: ImagingScalar>: Sendable {
    /// What an image is divided by.
    enum Norm: Sendable {
        /// A sum of weights.
        case weight(Double)
        /// Its pixel at the centre, which becomes 1.
        case centre
    }

    private let shared: PlaneTransform<Scalar>

    init(_ plan: GridPlan, _ blocks: BlockMap) { shared = PlaneTransform(plan, blocks) }

    /// The image of a grid, [row][column].
    func image(of storage: BlockStorage<Scalar>, dividedBy norm: Norm) async throws -> [Scalar] {
        shared.pixels.clear()
        for (plane, rows) in shared.occupied.enumerated() where !rows.isEmpty {
            try await inTiles(rows.count) {
                transformRow(rows[$0], slot: $0, plane: plane, of: storage)
            }
            try await inTiles(shared.half.strips) { addStrip($0, rows: rows, plane: plane) }
        }
        return try await corrected(norm)
    }

    /// Transforms a tile row of a plane along u.
    private func transformRow(_ tileV: Int, slot: Int, plane: Int, of storage: BlockStorage<Scalar>) {
        let scratch = shared.scratch.take()
        defer { shared.scratch.give(scratch) }
        let output = scratch.lines + shared.alongU.scratchLines
        let blocks = (0..<shared.blocks.tilesU).map { shared.blocks.block($0, tileV, plane) }
        for part in 0..<2 {
            let tiles = blocks.map { $0.map { UnsafePointer(storage.lines($0) + 16 * part) } }
            shared.alongU.forward(tiles, to: shared.columns, output, scratch: scratch.lines)
            for strip in 0..<shared.half.strips {
                (output + 8 * strip).transpose(into: shared.half.lines(strip: strip, slot: slot) + 8 * part)
            }
        }
    }

    /// Transforms a strip along v, multiplies it by the plane's w screen and adds it to the image.
    private func addStrip(_ strip: Int, rows: [Int], plane: Int) {
        let scratch = shared.scratch.take()
        defer { shared.scratch.give(scratch) }
        let output = scratch.lines + shared.alongV.scratchLines
        var tiles = [UnsafePointer<ComplexLanes<Scalar>>?](repeating: nil, count: shared.blocks.tilesV)
        for (slot, row) in rows.enumerated() {
            tiles[row] = UnsafePointer(shared.half.lines(strip: strip, slot: slot))
        }
        shared.alongV.forward(tiles, to: shared.rows, output, scratch: scratch.lines)
        let target = shared.pixels(strip: strip)
        shared.forEachScreen(strip: strip, plane: plane) { row, cosine, sine in
            target[row] += output[row].real * cosine + output[row].imaginary * sine
        }
    }

    /// Divides by the kernels' transforms and the norm, and puts the strips side by side.
    private func corrected(_ norm: Norm) async throws -> [Scalar] {
        let image = shared.geometry
        let divisor =
            switch norm {
            case .weight(let weight): Scalar(weight)
            case .centre: centrePixel
            }
        let bands = (image.height + Self.rowsPerBand - 1) / Self.rowsPerBand
        var pixels = [Scalar]()
        pixels.reserveCapacity(image.width * image.height)
        // A few bands at a time: they stand beside the image that they become.
        let group = 2 * Threads.width
        for first in stride(from: 0, to: bands, by: group) {
            let parts = try await mapTiles(min(group, bands - first)) { part in
                let row = (first + part) * Self.rowsPerBand
                return corrected(row..<min(row + Self.rowsPerBand, image.height), dividedBy: divisor)
            }
            for part in parts { pixels.append(contentsOf: part) }
        }
        return pixels
    }

    private static var rowsPerBand: Int { 64 }

    /// The pixels of some rows.
    private func corrected(_ rows: Range<Int>, dividedBy divisor: Scalar) -> [Scalar] {
        let width = shared.geometry.width
        return [Scalar](unsafeUninitializedCapacity: rows.count * width) { pixels, count in
            guard let first = pixels.baseAddress else { return }
            for strip in 0..<shared.half.strips {
                for (line, row) in rows.enumerated() {
                    let value = corrected(strip: strip, row: row) / Scalar.repeated(divisor)
                    let target = first + line * width + 8 * strip
                    if 8 * strip + 8 <= width {
                        UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD8<Scalar>.self)
                    } else {
                        for lane in 0..<width - 8 * strip { target[lane] = value[lane] }
                    }
                }
            }
            count = rows.count * width
        }
    }

    /// Eight pixels before their division by a norm.
    @inline(__always) private func corrected(strip: Int, row: Int) -> SIMD8<Scalar> {
        shared.pixels(strip: strip)[row] * shared.taper(strip: strip, row: row)
            * shared.corrections.rows[row]
    }

    /// The pixel at the image's centre before its division by a norm.
    private var centrePixel: Scalar {
        let (column, row) = (shared.geometry.width / 2, shared.geometry.height / 2)
        return corrected(strip: column / 8, row: row)[column % 8]
    }
}
