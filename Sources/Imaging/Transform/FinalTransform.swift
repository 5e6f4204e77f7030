// An island of unsafe code: planes to image. Threads write disjoint strips; one plane at a time.

import CPlatform
import Dispatch
import Synchronization
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

    /// - Parameter cacheBytes: bytes of a half-transformed plane above which it is written past the caches.
    init(_ plan: GridPlan, _ blocks: BlockMap, cacheBytes: Int = HalfPlane<Scalar>.cacheBytes) {
        shared = PlaneTransform(plan, blocks, cacheBytes: cacheBytes)
    }

    /// The image of a grid, [row][column].
    func image(of storage: BlockStorage<Scalar>, dividedBy norm: Norm) async throws -> [Scalar] {
        let planes = shared.occupied.indices.filter { !shared.occupied[$0].isEmpty }
        if planes.isEmpty { shared.pixels.clear() }
        for plane in planes {
            let rows = shared.occupied[plane]
            try await inTiles(rows.count) {
                transformRow(rows[$0], slot: $0, plane: plane, of: storage)
            }
            try await inTiles(shared.half.strips) {
                addStrip($0, rows: rows, plane: plane, isFirst: plane == planes[0])
            }
        }
        return corrected(norm)
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
                (output + 8 * strip).transpose(
                    into: shared.half.lines(strip: strip, slot: slot) + 8 * part,
                    streaming: shared.half.isLarge)
            }
        }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// Transforms a strip along v, multiplies it by the plane's w screen and adds it to the image.
    private func addStrip(_ strip: Int, rows: [Int], plane: Int, isFirst: Bool) {
        let scratch = shared.scratch.take()
        defer { shared.scratch.give(scratch) }
        let (alongV, output) = (shared.alongV, scratch.lines + shared.alongV.scratchLines)
        var tiles = [UnsafePointer<ComplexLanes<Scalar>>?](repeating: nil, count: shared.blocks.tilesV)
        for (slot, row) in rows.enumerated() {
            tiles[row] = UnsafePointer(shared.half.lines(strip: strip, slot: slot))
        }
        alongV.transformCells(tiles, scratch: scratch.lines)
        let screen = shared.screen(strip: strip, plane: plane)
        let target = shared.pixels(strip: strip)
        if isFirst { target.update(repeating: .zero, count: shared.geometry.height) }
        shared.forEachCombs { combs in
            combs.forEachComb { k, comb, start in
                alongV.transformComb(
                    k, to: WantedTeeth(lines: output + start, comb: comb), scratch: scratch.lines)
            }
            combs.forEachRow { row, tooth, mirrored in
                let (cosine, sine) = screen.phasor(row)
                target.add(output[tooth], at: row, ahead: 2, cosine, sine)
                if let (row, tooth) = mirrored {
                    target.add(output[tooth], at: row, ahead: -2, cosine, sine)
                }
            }
        }
    }

    /// Divides by the kernels' transforms and the norm, and puts the strips side by side.
    private func corrected(_ norm: Norm) -> [Scalar] {
        let image = shared.geometry
        let divisor =
            switch norm {
            case .weight(let weight): Scalar(weight)
            case .centre: centrePixel
            }
        return [Scalar](unsafeUninitializedCapacity: image.width * image.height) { pixels, count in
            count = image.width * image.height
            guard let start = pixels.baseAddress else { return }
            nonisolated(unsafe) let first = start
            Pages.askForLarge(inArray: start, bytes: count * MemoryLayout<Scalar>.stride)
            // The array must be filled where it is made, so its threads are started and awaited here.
            let stretches = max(1, min(Threads.width, image.height / Self.rowsPerBand))
            DispatchQueue.concurrentPerform(iterations: stretches) { stretch in
                let rows = stretch * image.height / stretches..<(stretch + 1) * image.height / stretches
                for band in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsPerBand) {
                    correct(band..<min(band + Self.rowsPerBand, rows.upperBound), divisor, into: first)
                }
            }
        }
    }

    /// Rows whose strips are put side by side at once: their cache lines are then filled before they leave the cache.
    private static var rowsPerBand: Int { 16 }

    /// The pixels of some rows.
    private func correct(
        _ rows: Range<Int>, _ divisor: Scalar, into pixels: UnsafeMutablePointer<Scalar>
    ) {
        let width = shared.geometry.width
        for strip in 0..<shared.half.strips {
            for row in rows {
                let value = corrected(strip: strip, row: row) / divisor
                let target = pixels + row * width + 8 * strip
                if 8 * strip + 8 <= width {
                    UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD8<Scalar>.self)
                } else {
                    for lane in 0..<width - 8 * strip { target[lane] = value[lane] }
                }
            }
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

extension UnsafeMutablePointer {
    /// Adds the real part of a line times the conjugate of a phasor to a row, and asks for the rows
    /// of the combs that come next.
    @inline(__always) fileprivate func add<Scalar: ImagingScalar>(
        _ line: ComplexLanes<Scalar>, at row: Int, ahead: Int, _ cosine: SIMD8<Scalar>,
        _ sine: SIMD8<Scalar>
    ) where Pointee == SIMD8<Scalar> {
        sluice_prefetch(self + (row &+ ahead))
        var sum = self[row]
        sum.add(line.real, times: cosine)
        sum.add(line.imaginary, times: sine)
        self[row] = sum
    }
}
