// An island of unsafe code: the corner turn from planes [dump][channel] to UVH5's [baseline][channel][product].

import Visibilities

/// Where the samples of some baselines of a dump, in a column of chunks, come from.
struct UVH5WriterPiece {
    /// The planes of the window.
    let sources: [PlaneSource]
    /// The baselines.
    let baselines: Range<Int>
    /// The place in each plane of the first channel.
    let offset: Int
    /// How many channels there are.
    let channels: Int
    /// What `nsamples` of each channel are multiplied with to get weights; empty where it is 1 for all.
    let factors: [Float]
}

/// Memory for some baselines of a dump in a column of chunks, in the order of the file.
struct UVH5WriterPage: @unchecked Sendable {
    /// Bytes that the pages of one thread take about: they stay in its cache between turning and writing.
    private static let bytes = 1 << 19

    let visibilities: UnsafeMutableBufferPointer<UInt64>
    let nsamples: UnsafeMutableBufferPointer<Float>
    let flags: UnsafeMutableBufferPointer<UInt8>
    private let width: Int
    private let products: Int

    /// Baselines in a page.
    static func baselines(_ layout: UVH5WriterLayout) -> Int {
        min(max(bytes / (13 * layout.chunkChannels * layout.polarisations), 1), layout.baselines)
    }

    /// Memory of a page of so many samples.
    static func byteCount(samples: Int) -> Int { 13 * samples }

    /// Divides memory of `byteCount(samples:)` bytes among so many baselines.
    init(_ memory: UnsafeMutableRawBufferPointer, baselines: Int, _ layout: UVH5WriterLayout) {
        width = layout.chunkChannels
        products = layout.polarisations
        let samples = baselines * width * products
        func part<T>(_ type: T.Type, at offset: Int) -> UnsafeMutableBufferPointer<T> {
            UnsafeMutableRawBufferPointer(
                rebasing: memory[offset..<offset + samples * MemoryLayout<T>.stride]
            ).bindMemory(to: T.self)
        }
        visibilities = part(UInt64.self, at: 0)
        nsamples = part(Float.self, at: 8 * samples)
        flags = part(UInt8.self, at: 12 * samples)
    }

    /// Turns the samples of a piece: conjugates visibilities, makes any reason a flag and weights `nsamples`.
    func turn(_ piece: UVH5WriterPiece) {
        let row = width * products
        piece.sources.withUnsafeBufferPointer { sources in
            for (index, baseline) in piece.baselines.enumerated() {
                let planes = UnsafeBufferPointer(
                    rebasing: sources[baseline * products..<(baseline + 1) * products])
                turn(planes, to: index * row, piece)
                let used = piece.channels * products
                if used < row { clear(index * row + used..<(index + 1) * row) }
            }
        }
    }

    private func turn(_ planes: UnsafeBufferPointer<PlaneSource>, to start: Int, _ piece: UVH5WriterPiece) {
        guard let values = visibilities.baseAddress, let weights = nsamples.baseAddress,
            let bytes = flags.baseAddress
        else { return }
        let (offset, count) = (piece.offset, piece.channels)
        switch planes.count {
        case 4:
            weave(
                planes[0].visibilities + offset, planes[1].visibilities + offset,
                planes[2].visibilities + offset, planes[3].visibilities + offset, to: values + start, count
            ) { $0 ^ SIMD4(repeating: 1 << 63) }
            weave(
                planes[0].weights + offset, planes[1].weights + offset, planes[2].weights + offset,
                planes[3].weights + offset, to: weights + start, count
            ) { $0.replacing(with: 0, where: .!($0 .>= 0 .& $0 .< SIMD4(repeating: .infinity))) }
            weaveFlags(
                planes[0].flags + offset, planes[1].flags + offset, planes[2].flags + offset,
                planes[3].flags + offset, to: bytes + start, count)
        default:
            let step = planes.count
            for (product, plane) in planes.enumerated() {
                for channel in 0..<count {
                    let place = start + channel * step + product
                    values[place] = plane.visibilities[offset + channel] ^ 1 << 63
                    let weight = plane.weights[offset + channel]
                    weights[place] = weight >= 0 && weight < .infinity ? weight : 0
                    bytes[place] = plane.flags[offset + channel] == 0 ? 0 : 1
                }
            }
        }
        guard !piece.factors.isEmpty else { return }
        for channel in 0..<count {
            let factor = piece.factors[channel]
            for place in start + channel * planes.count..<start + (channel + 1) * planes.count {
                weights[place] = UVH5WeightUnit.nsamples(weight: weights[place], factor: factor)
            }
        }
    }

    private func clear(_ samples: Range<Int>) {
        UnsafeMutableBufferPointer(rebasing: visibilities[samples]).update(repeating: 0)
        UnsafeMutableBufferPointer(rebasing: nsamples[samples]).update(repeating: 0)
        UnsafeMutableBufferPointer(rebasing: flags[samples]).update(repeating: 0)
    }
}

/// Puts four products side by side.
@inline(__always) private func weave<Value: SIMDScalar & BitwiseCopyable>(
    _ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>, _ c: UnsafePointer<Value>,
    _ d: UnsafePointer<Value>, to target: UnsafeMutablePointer<Value>, _ count: Int,
    _ change: (SIMD4<Value>) -> SIMD4<Value>
) {
    let target = UnsafeMutableRawPointer(target)
    for index in 0..<count {
        let four = change(SIMD4(a[index], b[index], c[index], d[index]))
        target.storeBytes(
            of: four, toByteOffset: index * MemoryLayout<SIMD4<Value>>.stride, as: SIMD4<Value>.self)
    }
}

/// Puts the flags of four products side by side, 1 for any reason.
@inline(__always) private func weaveFlags(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ c: UnsafePointer<UInt8>,
    _ d: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, _ count: Int
) {
    typealias Lanes = SIMD16<UInt8>
    @inline(__always) func flags(_ plane: UnsafePointer<UInt8>, _ index: Int) -> SIMD16<UInt32> {
        let lanes = UnsafeRawPointer(plane + index).loadUnaligned(as: Lanes.self)
        return SIMD16(truncatingIfNeeded: Lanes(repeating: 1).replacing(with: 0, where: lanes .== 0))
    }
    let whole = count / Lanes.scalarCount * Lanes.scalarCount
    for index in stride(from: 0, to: whole, by: Lanes.scalarCount) {
        let four = flags(a, index) | flags(b, index) &<< 8 | flags(c, index) &<< 16 | flags(d, index) &<< 24
        UnsafeMutableRawPointer(target + 4 * index).storeBytes(of: four, as: SIMD16<UInt32>.self)
    }
    for index in whole..<count {
        target[4 * index] = a[index] == 0 ? 0 : 1
        target[4 * index + 1] = b[index] == 0 ? 0 : 1
        target[4 * index + 2] = c[index] == 0 ? 0 : 1
        target[4 * index + 3] = d[index] == 0 ? 0 : 1
    }
}
