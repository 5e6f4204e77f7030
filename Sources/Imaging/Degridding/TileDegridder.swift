// An island of unsafe code: the degridding of one tile. Reads a checked batch's coordinates and blocks that exist.

import Visibilities

/// Predicts the runs of a tile, or what they leave of a batch's visibilities.
struct TileDegridder<Scalar: ImagingScalar>: Sendable {
    let frequencies: [Double]
    let uvw: [UVW]
    let index: RunIndex
    let plan: GridPlan
    let blocks: BlockMap
    let planes: BlockStorage<Scalar>
    let output: PredictedSamples<Scalar>
    /// The row that the output begins with.
    var firstRow = 0
    /// Visibilities that the predictions are taken off; nil for the predictions themselves.
    var observed: VisibilityBatch?

    /// Predicts all samples of a tile.
    func predict(_ tile: TileRow.Tile) {
        TilePrediction(degridder: self, tile: tile).run(
            support: plan.scheme.support, wide: Scalar.isWide)
    }

    /// The prediction of a tile.
    private struct TilePrediction: SupportedWork {
        let degridder: TileDegridder
        let tile: TileRow.Tile

        func run<let cells: Int>(_ support: Support<cells>) { degridder.predict(tile, support) }
    }

    private func predict<let support: Int>(_ tile: TileRow.Tile, _ constant: Support<support>) {
        let buffer = LineBuffer<Scalar>(DegriddingScratch<Scalar>.lineCount(plan.scheme))
        var memory = ScratchArena(buffer)
        var cells = ModelCells<Scalar>(&memory, plan.scheme)
        let scratch = DegriddingScratch<Scalar>(&memory, plan.scheme)
        frequencies.withUnsafeBufferPointer { frequencies in
            uvw.withUnsafeBufferPointer { uvw in
                withObserved { observed in
                    let row = index.rows[tile.tileV]
                    for group in row.groups[tile.groups] {
                        cells.load(tileU: tile.tileU, tileV: tile.tileV, plane: group.plane, blocks, planes)
                        predict(
                            row.runs[group.runs], from: cells, frequencies, uvw, less: observed, scratch,
                            constant)
                    }
                }
            }
        }
        withExtendedLifetime(buffer) {}
    }

    private func predict<let support: Int>(
        _ runs: ArraySlice<ChannelRun>, from cells: ModelCells<Scalar>,
        _ frequencies: UnsafeBufferPointer<Double>, _ uvw: UnsafeBufferPointer<UVW>,
        less observed: SamplePointer?, _ scratch: DegriddingScratch<Scalar>, _ constant: Support<support>
    ) {
        let axes = plan.axes
        let planes = cells.planes
        for run in runs {
            let uvw = uvw[Int(run.row)]
            let (rate, sign) = axes.rate(uvw)
            let turns = axes.turns(uvw, source: false)
            let target = output.samples + (Int(run.row) - firstRow) * frequencies.count
            var channel = run.channels.lowerBound
            while channel < run.channels.upperBound {
                let count = min(8, run.channels.upperBound - channel)
                let frequency = frequencies.lanes(from: channel, count: count)
                scratch.place(frequency, rate, axes.origin, constant)
                for lane in 0..<count {
                    scratch.sums[lane] = cells.gather(
                        Int(scratch.offsets[lane]), scratch.kernels(lane), planes: planes, constant)
                }
                scratch.finish(
                    frequency, count: count, turnsPerHertz: turns, sign: sign, into: target + channel)
                channel += count
            }
            if let observed { takeOff(run, observed, channels: frequencies.count) }
        }
    }

    /// Lends the observed visibilities; nil when there are none.
    private func withObserved(_ body: (SamplePointer?) -> Void) {
        if let observed { observed.withSamples(body) } else { body(nil) }
    }

    /// Leaves what the predictions of a run leave of the visibilities.
    @inline(__always) private func takeOff(_ run: ChannelRun, _ samples: SamplePointer, channels: Int) {
        let first = Int(run.row) * channels + run.channels.lowerBound
        let target = output.samples + (first - firstRow * channels)
        samples.forEach(from: first, count: run.channels.count) { index, value in
            target[index] = value - target[index]
        }
    }
}

extension UnsafeBufferPointer<Double> {
    /// Eight channels, of which so many count.
    @inline(__always) fileprivate func lanes(from start: Int, count: Int) -> SIMD8<Double> {
        if start + 8 <= self.count, let base = baseAddress {
            return UnsafeRawPointer(base + start).loadUnaligned(as: SIMD8<Double>.self)
        }
        var lanes = SIMD8<Double>.zero
        for lane in 0..<count { lanes[lane] = self[start + lane] }
        return lanes
    }
}
