// An island of unsafe code: image to planes. Threads write disjoint strips and rows of blocks; one plane at a time.

import CPlatform
import Tiles

/// Turns an image into the planes of a grid: the adjoint of `FinalTransform`, step by step in the opposite order.
struct ModelTransform<Scalar: ImagingScalar>: Sendable {
    private let shared: PlaneTransform<Scalar>

    init(_ plan: GridPlan, _ blocks: BlockMap) { shared = PlaneTransform(plan, blocks) }

    /// Fills in the blocks of a model, [row][column], that are numbered from `first` on; they hold zeros before.
    func fill(_ storage: BlockStorage<Scalar>, with model: [Scalar], from first: Int) async throws {
        let filled = try await mapTiles(shared.half.strips) { tapered($0, model) }
        let strips = filled.indices.filter { filled[$0] }
        guard !strips.isEmpty else { return }
        for (plane, rows) in shared.occupied.enumerated() {
            let targets = rows.map { self.targets(row: $0, plane: plane, from: first) }
            let wanted = targets.indices.filter { !targets[$0].isEmpty }
            guard !wanted.isEmpty else { continue }
            let wantedRows = wanted.map { rows[$0] }
            try await inTiles(strips.count) { transformStrip(strips[$0], rows: wantedRows, plane: plane) }
            try await inTiles(wanted.count) { slot in
                transformRow(slot, to: targets[wanted[slot]], of: storage, strips: filled)
            }
        }
    }

    /// A block to fill in, and its tile along u.
    private struct Target {
        let tileU: Int
        let block: Int
    }

    /// Blocks of a tile row and plane that are to be filled in.
    private func targets(row tileV: Int, plane: Int, from first: Int) -> [Target] {
        (0..<shared.blocks.tilesU).compactMap { tileU in
            guard let block = shared.blocks.block(tileU, tileV, plane), block >= first else { return nil }
            return Target(tileU: tileU, block: block)
        }
    }

    /// Divides a strip of the model by the kernels' transforms; false if there is nothing in it.
    private func tapered(_ strip: Int, _ model: [Scalar]) -> Bool {
        let image = shared.geometry
        let target = shared.pixels(strip: strip)
        let lanes = min(8, image.width - 8 * strip)
        var any = false
        model.withUnsafeBufferPointer { model in
            guard let model = model.baseAddress else { return }
            for row in 0..<image.height {
                var value = SIMD8<Scalar>.zero
                let first = row * image.width + 8 * strip
                if lanes == 8 {
                    value = UnsafeRawPointer(model + first).loadUnaligned(as: SIMD8<Scalar>.self)
                } else {
                    for lane in 0..<lanes { value[lane] = model[first + lane] }
                }
                if value == .zero {
                    target[row] = .zero
                } else {
                    any = true
                    target[row] =
                        value * shared.taper(strip: strip, row: row) * shared.corrections.rows[row]
                }
            }
        }
        return any
    }

    /// Multiplies a strip by the conjugate of a plane's w screen and transforms it along v.
    private func transformStrip(_ strip: Int, rows: [Int], plane: Int) {
        let scratch = shared.scratch.take()
        defer { shared.scratch.give(scratch) }
        let (alongV, input) = (shared.alongV, scratch.lines + shared.alongV.scratchLines)
        let pixels = shared.pixels(strip: strip)
        let screen = shared.screen(strip: strip, plane: plane)
        shared.forEachCombs { combs in
            combs.forEachRow { row, tooth, mirrored in
                let (cosine, sine) = screen.phasor(row)
                sluice_prefetch(pixels + (row &+ 2))
                input[tooth] = ComplexLanes(pixels[row] * cosine, pixels[row] * sine)
                if let (row, tooth) = mirrored {
                    sluice_prefetch(pixels + (row &- 2))
                    input[tooth] = ComplexLanes(pixels[row] * cosine, pixels[row] * sine)
                }
            }
            combs.forEachComb { k, comb, start in
                alongV.transformBack(
                    k, from: GivenTeeth(lines: input + start, comb: comb), scratch: scratch.lines)
            }
        }
        var tiles = [UnsafeMutablePointer<ComplexLanes<Scalar>>?](repeating: nil, count: shared.blocks.tilesV)
        for (slot, row) in rows.enumerated() { tiles[row] = shared.half.lines(strip: strip, slot: slot) }
        alongV.transformBack(tiles, scratch: scratch.lines)
    }

    /// Transforms a tile row along u into its blocks; strips without a source are zeros.
    private func transformRow(
        _ slot: Int, to targets: [Target], of storage: BlockStorage<Scalar>, strips: [Bool]
    ) {
        let scratch = shared.scratch.take()
        defer { shared.scratch.give(scratch) }
        let input = scratch.lines + shared.alongU.scratchLines
        var tiles = [UnsafeMutablePointer<ComplexLanes<Scalar>>?](repeating: nil, count: shared.blocks.tilesU)
        for part in 0..<2 {
            for (strip, filled) in strips.enumerated() {
                if filled {
                    (shared.half.lines(strip: strip, slot: slot) + 8 * part).transpose(
                        into: input + 8 * strip)
                } else {
                    (input + 8 * strip).update(repeating: .zero, count: 8)
                }
            }
            for target in targets { tiles[target.tileU] = storage.lines(target.block) + 16 * part }
            shared.alongU.backward(input, from: shared.columns, tiles, scratch: scratch.lines)
        }
    }
}
