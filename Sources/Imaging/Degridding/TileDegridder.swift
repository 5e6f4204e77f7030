// An island of unsafe code: the degridding of one tile. Reads a checked batch's coordinates and blocks that exist.

import Visibilities

/// Predicts the runs of a tile, or what they leave of a batch's visibilities.
struct TileDegridder: Sendable {
    let frequencies: [Double]
    let uvw: [UVW]
    let index: RunIndex
    let plan: GridPlan
    let blocks: BlockMap
    let planes: BlockStorage
    let output: PredictedSamples
    /// Visibilities that the predictions are taken off, [row][channel]; empty for the predictions themselves.
    var visibilities: [Complex64] = []

    /// Predicts all samples of a tile.
    func predict(_ tile: RunIndex.Tile) {
        let scratch = DegriddingScratch(plan.scheme)
        defer { scratch.deallocate() }
        var cells = ModelCells(scratch.cells, places: scratch.places, plan.scheme)
        frequencies.withUnsafeBufferPointer { frequencies in
            let row = index.rows[tile.tileV]
            for group in row.groups[tile.groups] {
                cells.load(tileU: tile.tileU, tileV: tile.tileV, plane: group.plane, blocks, planes)
                predict(row.runs[group.runs], from: cells, frequencies, scratch)
            }
        }
    }

    /// Chooses the code for the kernel's support.
    private func predict(
        _ runs: ArraySlice<ChannelRun>, from cells: ModelCells, _ frequencies: UnsafeBufferPointer<Double>,
        _ scratch: DegriddingScratch
    ) {
        switch plan.scheme.support {
        case 3: predict(runs, from: cells, frequencies, scratch, Support<3>())
        case 4: predict(runs, from: cells, frequencies, scratch, Support<4>())
        case 5: predict(runs, from: cells, frequencies, scratch, Support<5>())
        case 6: predict(runs, from: cells, frequencies, scratch, Support<6>())
        case 7: predict(runs, from: cells, frequencies, scratch, Support<7>())
        default: predict(runs, from: cells, frequencies, scratch, Support<8>())
        }
    }

    private func predict<let support: Int>(
        _ runs: ArraySlice<ChannelRun>, from cells: ModelCells, _ frequencies: UnsafeBufferPointer<Double>,
        _ scratch: DegriddingScratch, _ constant: Support<support>
    ) {
        let axes = plan.axes
        let planes = cells.planes
        for run in runs {
            let uvw = uvw[Int(run.row)]
            let (rate, sign) = axes.rate(uvw)
            let turns = axes.turns(uvw, source: false)
            let target = output.samples + Int(run.row) * frequencies.count
            var channel = run.channels.lowerBound
            while channel < run.channels.upperBound {
                let count = min(8, run.channels.upperBound - channel)
                let frequency = frequencies.lanes(from: channel, count: count)
                scratch.place(frequency, rate, axes.origin, constant)
                for lane in 0..<count {
                    scratch.sums[lane] = cells.gather(
                        Int(scratch.offsets[lane]), scratch.kernels + lane, scratch.factorsW + lane,
                        planes: planes, constant)
                }
                scratch.finish(
                    frequency, count: count, turnsPerHertz: turns, sign: sign, into: target + channel)
                subtract(first: Int(run.row) * frequencies.count + channel, count: count)
                channel += count
            }
        }
    }
}

extension TileDegridder {
    /// Takes some predictions off the visibilities.
    @inline(__always) fileprivate func subtract(first: Int, count: Int) {
        guard !visibilities.isEmpty else { return }
        visibilities.withUnsafeBufferPointer { visibilities in
            for sample in first..<first + count {
                output.samples[sample].real = visibilities[sample].real - output.samples[sample].real
                output.samples[sample].imaginary =
                    visibilities[sample].imaginary - output.samples[sample].imaginary
            }
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
