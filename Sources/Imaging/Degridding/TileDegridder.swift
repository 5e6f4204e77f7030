// An island of unsafe code: the degridding of one tile. Reads a checked batch's coordinates and blocks that exist.

import Visibilities

/// Predicts the runs of a tile.
struct TileDegridder: Sendable {
    let frequencies: [Double]
    let uvw: [UVW]
    let index: RunIndex
    let plan: GridPlan
    let blocks: BlockMap
    let planes: BlockStorage
    let output: PredictedSamples

    /// Predicts all samples of a tile.
    func predict(_ tile: RunIndex.Tile) {
        let scratch = DegriddingScratch(plan.scheme)
        defer { scratch.deallocate() }
        var cells = ModelCells(scratch.cells, places: scratch.places, plan.scheme)
        frequencies.withUnsafeBufferPointer { frequencies in
            for group in index.groups[tile.groups] {
                cells.load(tileU: tile.tileU, tileV: tile.tileV, plane: group.plane, blocks, planes)
                predict(index.runs[group.runs], from: cells, frequencies, scratch)
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
        for run in runs {
            let uvw = uvw[Int(run.row)]
            let (rate, sign) = axes.rate(uvw)
            let turns = axes.turns(uvw, source: false)
            let target = output.samples + Int(run.row) * frequencies.count
            var channel = run.channels.lowerBound
            while channel < run.channels.upperBound {
                let count = min(8, run.channels.upperBound - channel)
                for lane in 0..<count {
                    let place = rate * frequencies[channel + lane] + axes.origin
                    let shifted = place + roundingMagic
                    let cell = SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD4<Int64>.self))
                    let t = SIMD4<Float>(2 * (place - (shifted - roundingMagic)))
                    scratch.kernelU.pointee = Support<support>.kernel(scratch.powers, t.x)
                    scratch.kernelW.pointee = horner(
                        scratch.planePowers, count: DegriddingScratch.mostPowers, t.z)
                    let sum = cells.gather(
                        cellU: Int(cell.x & 15), cellV: Int(cell.y & 15), scratch.factorsU,
                        Support<support>.kernel(scratch.powers, t.y), scratch.factorsW, constant)
                    scratch.real[lane] = sum.x
                    scratch.imaginary[lane] = sum.y
                }
                scratch.turn(
                    frequencies, from: channel, count: count, turnsPerHertz: turns, sign: sign,
                    into: target + channel)
                channel += count
            }
        }
    }
}
