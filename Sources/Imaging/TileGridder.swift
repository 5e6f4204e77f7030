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

    /// Grids all groups of a tile and returns its sums.
    func grid(_ tile: RunIndex.Tile) -> GridSums {
        let scheme = plan.scheme
        var sums = GridSums()
        let bytes = SubGrid.byteCount(planes: scheme.planeSupport)
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: bytes + PreparedRun.byteCount, alignment: 64)
        defer { scratch.deallocate() }
        let prepared = PreparedRun(scratch + bytes)
        let subGrid = SubGrid(
            floats: scratch.bindMemory(to: Float.self, capacity: bytes / 4), planes: scheme.planeSupport)
        for group in index.groups[tile.groups] {
            subGrid.clear()
            spread(group, into: subGrid, prepared, unit: false, &sums)
            flush(subGrid, tile, group, to: dirty)
            if let psf {
                var again = GridSums()
                subGrid.clear()
                spread(group, into: subGrid, prepared, unit: true, &again)
                flush(subGrid, tile, group, to: psf)
            }
        }
        return sums
    }

    /// Chooses the code for the kernel's support.
    private func spread(
        _ group: RunIndex.Group, into subGrid: SubGrid, _ prepared: PreparedRun, unit: Bool,
        _ sums: inout GridSums
    ) {
        switch plan.scheme.support {
        case 3: spread(group, into: subGrid, prepared, unit: unit, &sums, support: 3)
        case 4: spread(group, into: subGrid, prepared, unit: unit, &sums, support: 4)
        case 5: spread(group, into: subGrid, prepared, unit: unit, &sums, support: 5)
        case 6: spread(group, into: subGrid, prepared, unit: unit, &sums, support: 6)
        case 7: spread(group, into: subGrid, prepared, unit: unit, &sums, support: 7)
        default: spread(group, into: subGrid, prepared, unit: unit, &sums, support: 8)
        }
    }

    /// Adds every sample of a group to the sub-grid.
    @inline(__always) private func spread(
        _ group: RunIndex.Group, into subGrid: SubGrid, _ prepared: PreparedRun, unit: Bool,
        _ sums: inout GridSums,
        support: Int
    ) {
        let axes = plan.axes
        let planeSupport = plan.scheme.planeSupport
        batch.frequencies.withUnsafeBufferPointer { frequencies in
            plan.scheme.kernel.coefficients.withUnsafeBufferPointer { kernel in
                plan.scheme.planeKernel.coefficients.withUnsafeBufferPointer { planeKernel in
                    for run in index.runs[group.runs] {
                        let (rate, sign) = axes.rate(batch.uvw[Int(run.row)])
                        var channel = run.channels.lowerBound
                        while channel < run.channels.upperBound {
                            let count = min(PreparedRun.capacity, run.channels.upperBound - channel)
                            prepared.fill(
                                batch, row: Int(run.row), channels: channel..<channel + count,
                                turnsPerHertz: rate.z * axes.rotation, sign: sign, unit: unit, &sums)
                            for i in 0..<count {
                                let value = prepared.values[i]
                                if value == .zero { continue }
                                let place = rate * frequencies[channel + i] + axes.origin
                                let shifted = place + roundingMagic
                                let cell = SIMD4<Int32>(
                                    truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD4<Int64>.self))
                                let t = SIMD4<Float>(2 * (place - (shifted - roundingMagic)))
                                let kernelU = evaluate(kernel, t.x)
                                let kernelV = evaluate(kernel, t.y)
                                subGrid.add(
                                    ComplexLanes(kernelV * value.x, kernelV * value.y), kernelU,
                                    evaluate(planeKernel, t.z), cellU: Int(cell.x & 15),
                                    cellV: Int(cell.y & 15),
                                    support: support, planeSupport: planeSupport)
                            }
                            channel += count
                        }
                    }
                }
            }
        }
    }

    /// The kernel at all cells of its support, by Horner's rule.
    @inline(__always) private func evaluate(_ coefficients: UnsafeBufferPointer<Lanes>, _ t: Float) -> Lanes {
        var value = coefficients[0]
        for power in 1..<max(coefficients.count, 1) { value = value * t + coefficients[power] }
        return value
    }

    /// Adds the sub-grid to the tile's blocks and those of the next tiles that it reaches.
    private func flush(
        _ subGrid: SubGrid, _ tile: RunIndex.Tile, _ group: RunIndex.Group, to storage: BlockStorage
    ) {
        let nextU = (tile.tileU + 1) % blocks.tilesU
        let nextV = (tile.tileV + 1) % blocks.tilesV
        let targets: [(needed: Bool, tileU: Int, tileV: Int, rows: Range<Int>, lanes: Range<Int>)] = [
            (true, tile.tileU, tile.tileV, 0..<16, 0..<2),
            (group.reach.contains(.nextU), nextU, tile.tileV, 16..<24, 0..<2),
            (group.reach.contains(.nextV), tile.tileU, nextV, 0..<16, 2..<3),
            (group.reach.contains(.corner), nextU, nextV, 16..<24, 2..<3),
        ]
        for target in targets where target.needed {
            for plane in 0..<plan.scheme.planeSupport {
                guard let block = blocks.block(target.tileU, target.tileV, group.plane + plane) else {
                    continue
                }
                let lines = storage.lines(block)
                for lane in target.lanes {
                    subGrid.flush(plane: plane, rows: target.rows, lane: lane, to: lines + 16 * (lane & 1))
                }
            }
        }
    }
}

/// Weighted visibilities of a run, turned by their w phase, ready to be spread.
struct PreparedRun {
    static let capacity = 64
    static let byteCount = capacity * 8
    let values: UnsafeMutablePointer<SIMD2<Float>>

    init(_ bytes: UnsafeMutableRawPointer) {
        values = bytes.bindMemory(to: SIMD2<Float>.self, capacity: Self.capacity)
    }

    /// Weights and turns the samples of some channels; those that are flagged or no numbers become 0.
    @inline(__always) func fill(
        _ batch: VisibilityBatch, row: Int, channels: Range<Int>, turnsPerHertz: Double, sign: Float,
        unit: Bool,
        _ sums: inout GridSums
    ) {
        let base = row * batch.frequencies.count
        batch.frequencies.withUnsafeBufferPointer { frequencies in
            batch.visibilities.withUnsafeBufferPointer { visibilities in
                batch.weights.withUnsafeBufferPointer { weights in
                    var start = channels.lowerBound
                    while start < channels.upperBound {
                        let count = min(8, channels.upperBound - start)
                        var turns = SIMD8<Double>()
                        var real = Lanes()
                        var imaginary = Lanes()
                        var weight = Lanes()
                        var frequency = SIMD8<Double>()
                        for lane in 0..<count {
                            let sample = visibilities[base + start + lane]
                            frequency[lane] = frequencies[start + lane]
                            real[lane] = sample.real
                            imaginary[lane] = sample.imaginary * sign
                            weight[lane] = weights[base + start + lane]
                        }
                        turns = frequency * turnsPerHertz
                        let size = real * real + imaginary * imaginary
                        let good = (weight .> 0) .& (weight .< .infinity) .& (size .< .infinity)
                        weight.replace(with: 0, where: .!good)
                        real.replace(with: unit ? 1 : 0, where: unit ? SIMDMask(repeating: true) : .!good)
                        imaginary.replace(with: 0, where: unit ? SIMDMask(repeating: true) : .!good)
                        let (cosine, sine) = phasor(turns: turns)
                        let outReal = weight * (real * cosine - imaginary * sine)
                        let outImaginary = weight * (real * sine + imaginary * cosine)
                        var used = 0
                        for lane in 0..<count {
                            values[start - channels.lowerBound + lane] = SIMD2(
                                outReal[lane], outImaginary[lane])
                            used += good[lane] ? 1 : 0
                        }
                        sums.used += used
                        sums.flagged += count - used
                        let exact = SIMD8<Double>(weight)
                        sums.weight += exact.sum()
                        sums.weightedFrequency += (exact * frequency).sum()
                        start += count
                    }
                }
            }
        }
    }
}
