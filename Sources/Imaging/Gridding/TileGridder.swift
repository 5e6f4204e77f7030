// An island of unsafe code: the gridding of one tile. Reads a checked batch, writes blocks that the index has made.

import Visibilities

/// Grids the runs of a tile, for the image and the point spread function.
struct TileGridder: Sendable {
    let batch: VisibilityBatch
    let index: RunIndex
    let plan: GridPlan
    let blocks: BlockMap
    let dirty: BlockStorage
    let psf: BlockStorage?

    /// Samples after which a sub-grid is flushed: short sums of sums round less than long sums.
    private static let samplesPerFlush = 2048

    /// Grids all groups of a tile and returns its sums.
    func grid(_ tile: RunIndex.Tile) -> GridSums {
        let bytes = SubGrid.byteCount
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: bytes + PreparedRun.byteCount, alignment: 64)
        defer { scratch.deallocate() }
        let prepared = PreparedRun(scratch + bytes, plan.scheme)
        let subGrid = SubGrid(
            lines: scratch.bindMemory(to: ComplexLanes.self, capacity: bytes / 64),
            reached: 15 + plan.scheme.support)
        subGrid.lines.update(repeating: .zero, count: bytes / 64)
        var sums = LaneSums()
        let work: Void? = batch.withPointers { batch in
            for group in index.groups[tile.groups] {
                for piece in index.pieces(of: group, samples: Self.samplesPerFlush) {
                    subGrid.clear()
                    spread(piece, of: batch, into: subGrid, prepared, unit: false, &sums)
                    flush(subGrid, tile, group, to: dirty)
                    if let psf {
                        var again = LaneSums()
                        subGrid.clear()
                        spread(piece, of: batch, into: subGrid, prepared, unit: true, &again)
                        flush(subGrid, tile, group, to: psf)
                    }
                }
            }
        }
        return work == nil ? GridSums() : sums.total
    }

    /// Chooses the code for the kernel's support.
    private func spread(
        _ runs: Range<Int>, of batch: BatchPointers, into subGrid: SubGrid, _ prepared: PreparedRun,
        unit: Bool, _ sums: inout LaneSums
    ) {
        switch plan.scheme.support {
        case 3: spread(runs, of: batch, into: subGrid, prepared, unit: unit, &sums, Support<3>())
        case 4: spread(runs, of: batch, into: subGrid, prepared, unit: unit, &sums, Support<4>())
        case 5: spread(runs, of: batch, into: subGrid, prepared, unit: unit, &sums, Support<5>())
        case 6: spread(runs, of: batch, into: subGrid, prepared, unit: unit, &sums, Support<6>())
        case 7: spread(runs, of: batch, into: subGrid, prepared, unit: unit, &sums, Support<7>())
        default: spread(runs, of: batch, into: subGrid, prepared, unit: unit, &sums, Support<8>())
        }
    }

    /// Adds every sample of some runs to the sub-grid.
    private func spread<let support: Int>(
        _ runs: Range<Int>, of batch: BatchPointers, into subGrid: SubGrid, _ prepared: PreparedRun,
        unit: Bool, _ sums: inout LaneSums, _ constant: Support<support>
    ) {
        let axes = plan.axes
        for run in index.runs[runs] {
            let uvw = batch.uvw[Int(run.row)]
            let (rate, sign) = axes.rate(uvw)
            let turns = axes.turns(uvw, source: unit)
            var channel = run.channels.lowerBound
            while channel < run.channels.upperBound {
                let count = min(PreparedRun.capacity, run.channels.upperBound - channel)
                prepared.fill(
                    batch, row: Int(run.row), channels: channel..<channel + count,
                    turnsPerHertz: turns, sign: sign, unit: unit, &sums)
                for i in 0..<count {
                    let (real, imaginary) = (prepared.real[i], prepared.imaginary[i])
                    if real == 0 && imaginary == 0 { continue }
                    let place = rate * batch.frequencies[channel + i] + axes.origin
                    let shifted = place + roundingMagic
                    let cell = SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD4<Int64>.self))
                    let t = SIMD4<Float>(2 * (place - (shifted - roundingMagic)))
                    let kernelW = prepared.planeKernel(t.z)
                    prepared.kernelU.pointee = Support<support>.kernel(prepared.powers, t.x)
                    subGrid.add(
                        ComplexLanes(kernelW * real, kernelW * imaginary),
                        UnsafeRawPointer(prepared.kernelU).assumingMemoryBound(to: Float.self),
                        Support<support>.kernel(prepared.powers, t.y),
                        cellU: Int(cell.x & 15), cellV: Int(cell.y & 15), constant)
                }
                channel += count
            }
        }
    }

    /// Adds the sub-grid to the tile's blocks and those of the next tiles that it reaches.
    private func flush(
        _ subGrid: SubGrid, _ tile: RunIndex.Tile, _ group: RunIndex.Group, to storage: BlockStorage
    ) {
        let nextU = (tile.tileU + 1) % blocks.tilesU
        let nextV = (tile.tileV + 1) % blocks.tilesV
        let targets: [(needed: Bool, tileU: Int, tileV: Int, rows: Range<Int>, lanes: Range<Int>)] = [
            (true, tile.tileU, tile.tileV, 0..<16, 0..<2),
            (group.reach.contains(.nextU), nextU, tile.tileV, 16..<subGrid.reached, 0..<2),
            (group.reach.contains(.nextV), tile.tileU, nextV, 0..<16, 2..<3),
            (group.reach.contains(.corner), nextU, nextV, 16..<subGrid.reached, 2..<3),
        ]
        for target in targets where target.needed {
            let planes = (0..<plan.scheme.planeSupport).compactMap { plane in
                blocks.block(target.tileU, target.tileV, group.plane + plane).map { storage.lines($0) }
            }
            for lane in target.lanes {
                subGrid.flush(rows: target.rows, lane: lane, to: planes.map { $0 + 16 * (lane & 1) })
            }
        }
    }
}
