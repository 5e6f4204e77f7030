// An island of unsafe code: rows of a block become rows of a batch; `ProductBatch.append` checks the ranges.

import CPlatform
import Visibilities

/// Some dumps and channels of one baseline of a block.
struct BlockPart {
    private let block: VisibilityBlock
    private let firstPlane: Int
    private let region: BlockRegion

    init(_ block: VisibilityBlock, _ baseline: Int, _ region: BlockRegion) {
        self.block = block
        firstPlane = baseline * block.shape.polarisations
        self.region = region
    }

    private var channels: Int { region.channels.count }

    /// Runs of samples that lie behind each other in block and batch: all at once, or dump by dump where channels are left
    /// out or each dump is turned by itself.
    private func forEachRun(byDump: Bool, _ body: (_ time: Int, _ offset: Int, _ count: Int) -> Void) {
        let all = block.shape.channels
        if !byDump, channels == all {
            body(region.times.lowerBound, region.times.lowerBound * all, region.times.count * all)
        } else {
            for time in region.times { body(time, time * all + region.channels.lowerBound, channels) }
        }
    }

    private func start(_ plane: Int, _ offset: Int) -> Int {
        block.samples(ofPlane: firstPlane + plane).lowerBound + offset
    }

    /// Appends the samples of a product.
    func append(_ recipe: ProductRecipe, _ turns: [SIMD2<Float>], to samples: inout [Complex64]) {
        let first = samples.count
        samples.append(
            contentsOf: repeatElement(Complex64(0, 0), count: region.times.count * channels))
        let mixed = turns.isEmpty ? nil : recipe.mixed
        samples.withUnsafeMutableBufferPointer { samples in
            block.visibilities.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, var output = samples.baseAddress else { return }
                output += first
                func mix(
                    _ part: ProductRecipe.Part, _ factor: Float, _ offset: Int, _ count: Int, adding: Bool
                ) {
                    PlaneSum(
                        first: source + start(part.planes.x, offset),
                        second: source + start(part.planes.y, offset), scales: part.scales * factor,
                        turned: part.turned
                    ).write(to: output, count: count, adding: adding)
                }
                forEachRun(byDump: mixed != nil) { time, offset, count in
                    let turn = mixed == nil ? SIMD2(1, 0) : turns[time]
                    mix(recipe.part, turn.x, offset, count, adding: false)
                    if let mixed { mix(mixed, turn.y, offset, count, adding: true) }
                    output += count
                }
            }
        }
    }

    /// Appends the weights that all products share.
    func appendWeights(_ products: ImagedProducts, to result: inout [Float]) {
        let first = result.count
        result.append(contentsOf: repeatElement(0, count: region.times.count * channels))
        result.withUnsafeMutableBufferPointer { result in
            block.weights.withUnsafeBufferPointer { weights in
                block.flags.withUnsafeBufferPointer { flags in
                    guard let weights = weights.baseAddress, let flags = flags.baseAddress,
                        var output = result.baseAddress
                    else { return }
                    output += first
                    forEachRun(byDump: false) { _, offset, count in
                        let planes = products.planes.map { plane in
                            let start = start(plane, offset)
                            return WeightedPlane(weights: weights + start, flags: flags + start)
                        }
                        combineWeights(planes, scale: products.weightScale, into: output, count: count)
                        output += count
                    }
                }
            }
        }
    }
}

/// A sum of two rows of samples with real factors, times -i where it is turned.
struct PlaneSum {
    let first: UnsafePointer<Complex64>
    let second: UnsafePointer<Complex64>
    let scales: SIMD2<Float>
    let turned: Bool

    /// Writes or adds the sum, eight samples at once.
    func write(to output: UnsafeMutablePointer<Complex64>, count: Int, adding: Bool) {
        let (a, b, result) = (
            UnsafeRawPointer(first), UnsafeRawPointer(second), UnsafeMutableRawPointer(output)
        )
        let whole = count & ~7
        for offset in stride(from: 0, to: 8 * whole, by: 64) {
            let x = a.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
            let y = b.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
            var sum = x * scales.x + y * scales.y
            if turned {
                let real = sum.evenHalf
                sum.evenHalf = sum.oddHalf
                sum.oddHalf = -real
            }
            if adding {
                sum += UnsafeRawPointer(result).loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
            }
            result.storeBytes(of: sum, toByteOffset: offset, as: SIMD16<Float>.self)
        }
        for sample in whole..<count {
            let (x, y) = (first[sample], second[sample])
            var sum = Complex64(
                x.real * scales.x + y.real * scales.y, x.imaginary * scales.x + y.imaginary * scales.y)
            if turned { sum = Complex64(sum.imaginary, -sum.real) }
            let before = adding ? output[sample] : Complex64(0, 0)
            output[sample] = Complex64(before.real + sum.real, before.imaginary + sum.imaginary)
        }
    }
}

/// Weights and flag bits of a plane.
struct WeightedPlane {
    let weights: UnsafePointer<Float>
    let flags: UnsafePointer<UInt8>

    /// Eight weights, 0 where a flag is set or the weight is not a positive number.
    @inline(__always) func lanes(_ sample: Int) -> Lanes {
        sluice_usable_weights(weights + sample, flags + sample)
    }

    /// One weight, likewise.
    func weight(_ sample: Int) -> Float {
        let weight = weights[sample]
        return flags[sample] == 0 && weight > 0 && weight < .infinity ? weight : 0
    }
}

/// Weights of sums of planes, scale / Σ 1/w, 0 where any plane has none; those of a single plane are its own.
func combineWeights(
    _ planes: [WeightedPlane], scale: Float, into result: UnsafeMutablePointer<Float>, count: Int
) {
    switch planes.count {
    case 1: combine(count, into: result, { planes[0].lanes($0) }, { planes[0].weight($0) })
    // scale / (1/0 + 1/w) is 0, as it must be.
    case 2:
        let (a, b) = (planes[0], planes[1])
        combine(
            count, into: result, { scale / (1 / a.lanes($0) + 1 / b.lanes($0)) },
            { scale / (1 / a.weight($0) + 1 / b.weight($0)) })
    default:
        combine(
            count, into: result,
            { sample in scale / planes.reduce(Lanes.zero) { $0 + 1 / $1.lanes(sample) } },
            { sample in scale / planes.reduce(0) { $0 + 1 / $1.weight(sample) } })
    }
}

/// Fills in a row of weights, eight at once as long as there are so many.
@inline(__always) private func combine(
    _ count: Int, into result: UnsafeMutablePointer<Float>, _ lanes: (Int) -> Lanes, _ weight: (Int) -> Float
) {
    let whole = count & ~7
    for sample in stride(from: 0, to: whole, by: 8) {
        UnsafeMutableRawPointer(result + sample).storeBytes(of: lanes(sample), as: Lanes.self)
    }
    for sample in whole..<count { result[sample] = weight(sample) }
}
