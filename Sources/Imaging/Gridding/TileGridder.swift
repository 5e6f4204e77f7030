// An island of unsafe code: the gridding of one tile. Reads a checked batch, writes blocks that the index has made.

import CPlatform
import Visibilities

/// Grids the runs of a tile, for the image and the point spread function.
struct TileGridder<Scalar: ImagingScalar>: Sendable {
    let batch: VisibilityBatch
    let index: RunIndex
    let plan: GridPlan
    let blocks: BlockMap
    let dirty: BlockStorage<Scalar>
    let psf: BlockStorage<Scalar>?
    let scratch: ScratchPool<Scalar>
    /// What is gridded instead of the batch's visibilities, filled in for the tile.
    var residuals: PredictedSamples<Scalar>?

    /// Samples after which sub-grids are flushed: short sums of sums round less than long sums.
    private static var samplesPerFlush: Int { 1 << 15 }
    /// Runs to look ahead: those of one tile lie far apart in a batch.
    private static var runsAhead: Int { 3 }

    /// Bytes of scratch of a thread.
    static func scratchBytes(_ plan: GridPlan) -> Int {
        let subGrids = plan.settings.psf ? 2 : 1
        let (support, planes) = (plan.scheme.support, plan.scheme.planeSupport)
        return SampleSorter<Scalar>.byteCount + CellSums<Scalar>.byteCount(plan.scheme) + 32 * 64
            + subGrids * SubGrid<Scalar>.byteCount(support: support, planes: planes)
    }

    /// Grids all groups of a tile and returns its sums.
    func grid(_ tile: TileRow.Tile) -> GridSums {
        TileSpread(gridder: self, tile: tile).run(support: plan.scheme.support, wide: Scalar.isWide)
    }

    /// The gridding of a tile.
    private struct TileSpread: SupportedWork {
        let gridder: TileGridder
        let tile: TileRow.Tile

        func run<let cells: Int>(_ support: Support<cells>) -> GridSums { gridder.grid(tile, support) }
    }

    private func grid<let support: Int>(_ tile: TileRow.Tile, _ constant: Support<support>) -> GridSums {
        let buffer = scratch.take()
        defer { scratch.give(buffer) }
        let sums = batch.withPointers { batch -> GridSums in
            var batch = batch
            if let residuals { batch.visibilities = residuals.pointer }
            return index.rows[tile.tileV].runs.withUnsafeBufferPointer { runs in
                var work = TileWork(self, tile, ScratchArena(buffer))
                for group in index.rows[tile.tileV].groups[tile.groups] {
                    work.advance(to: group.plane)
                    work.spread(UnsafeBufferPointer(rebasing: runs[group.runs]), of: batch, constant)
                }
                work.flushAll()
                return work.sums.total
            }
        }
        return sums ?? GridSums()
    }

    /// The work on one tile.
    private struct TileWork {
        let gridder: TileGridder
        let tile: TileRow.Tile
        var sorter: SampleSorter<Scalar>
        let cells: CellSums<Scalar>
        var dirty: SubGrid<Scalar>
        var psf: SubGrid<Scalar>?
        var plane = 0
        var sinceFlush = 0
        var sums = LaneSums()

        init(_ gridder: TileGridder, _ tile: TileRow.Tile, _ buffer: ScratchArena) {
            self.gridder = gridder
            self.tile = tile
            let scheme = gridder.plan.scheme
            var scratch = buffer
            dirty = SubGrid(&scratch, support: scheme.support, planes: scheme.planeSupport)
            cells = CellSums(&scratch, scheme)
            sorter = SampleSorter(&scratch, gridder.plan.axes)
            psf =
                gridder.psf == nil
                ? nil : SubGrid(&scratch, support: scheme.support, planes: scheme.planeSupport)
        }

        /// Spreads the samples of some runs of the present first plane.
        mutating func spread<let support: Int>(
            _ runs: UnsafeBufferPointer<ChannelRun>, of batch: BatchPointers, _ constant: Support<support>
        ) {
            let axes = gridder.plan.axes
            for (number, run) in runs.enumerated() {
                if number + TileGridder.runsAhead < runs.count {
                    Self.prefetch(runs[number + TileGridder.runsAhead], of: batch)
                }
                let uvw = batch.uvw[Int(run.row)]
                var (rate, sign) = axes.rate(uvw)
                rate.w = axes.turns(uvw, source: false)
                let unitTurns = axes.isCentred ? 0 : axes.turns(uvw, source: true)
                var channel = run.channels.lowerBound
                while channel < run.channels.upperBound {
                    let end = min(channel + sorter.room, run.channels.upperBound)
                    sorter.take(
                        batch, row: Int(run.row), channels: channel..<end, rate: rate, sign: sign,
                        unitTurns: unitTurns, &sums)
                    channel = end
                    if sorter.room == 0 { drain(constant) }
                }
            }
            if !sorter.isEmpty { drain(constant) }
        }

        /// Asks for a row's coordinates and the first samples of a run.
        @inline(__always) private static func prefetch(_ run: ChannelRun, of batch: BatchPointers) {
            let sample = Int(run.row) &* batch.channels &+ Int(run.first)
            sluice_prefetch(batch.uvw + Int(run.row))
            sluice_prefetch(batch.weights + sample)
            batch.visibilities.prefetch(sample, sample &+ min(Int(run.more), 8))
        }

        private mutating func drain<let support: Int>(_ constant: Support<support>) {
            let count = sorter.sort(&sums)
            cells.spread(count, of: sorter, to: dirty, psf, constant)
            sorter.clear()
            sinceFlush += count
            if sinceFlush >= TileGridder.samplesPerFlush { flushAll() }
        }

        /// Moves up to a plane, flushing those that no later sample of the tile reaches.
        mutating func advance(to next: Int) {
            if next - plane >= dirty.planes {
                flushAll()
                plane = next
            }
            while plane < next {
                flush(0)
                dirty.advance()
                psf?.advance()
                plane += 1
            }
        }

        mutating func flushAll() {
            for plane in 0..<dirty.planes { flush(plane) }
            sinceFlush = 0
        }

        /// Adds a plane, counted from the lowest, to the tile's blocks and those of the next tiles that it reaches.
        private func flush(_ number: Int) {
            dirty.flush(number, to: blocks(number, of: gridder.dirty))
            if let psf, let storage = gridder.psf { psf.flush(number, to: blocks(number, of: storage)) }
        }

        private func blocks(_ number: Int, of storage: BlockStorage<Scalar>) -> PlaneBlocks<Scalar> {
            let map = gridder.blocks
            let nextU = (tile.tileU + 1) % map.tilesU
            let nextV = (tile.tileV + 1) % map.tilesV
            func lines(_ u: Int, _ v: Int) -> UnsafeMutablePointer<ComplexLanes<Scalar>>? {
                plane + number < map.planes ? map.block(u, v, plane + number).map { storage.lines($0) } : nil
            }
            return PlaneBlocks(
                here: lines(tile.tileU, tile.tileV), nextU: lines(nextU, tile.tileV),
                nextV: lines(tile.tileU, nextV), corner: lines(nextU, nextV))
        }
    }
}
