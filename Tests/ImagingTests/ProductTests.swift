import Foundation
import Rings
import Testing
import Visibilities

@testable import Imaging

@Suite struct ProductTests {
    static let linear: [Polarisation] = [.xx, .xy, .yx, .yy]
    static let circular: [Polarisation] = [.rr, .rl, .lr, .ll]

    /// A block of an autocorrelation and a cross baseline of two dumps, filled in by plane and sample.
    private func block(
        planes: Int, channels: Int, _ fill: (_ plane: Int, _ sample: Int) -> (Complex64, Float, UInt8)
    ) throws -> VisibilityBlock {
        let shape = BlockShape(baselines: 2, polarisations: planes, times: 2, channels: channels)
        let context = BlockContext(
            scan: 0, intent: "track", field: 0, phaseCentre: Direction(rightAscension: 0, declination: 0),
            spectralWindow: 0, channels: 0..<channels,
            frequencies: (0..<channels).map { 1e9 + 1e8 * Double($0) },
            widths: [Double](repeating: 1e8, count: channels), scheduleIndex: 0, dumps: 0..<2, times: [0, 8],
            intervals: [8, 8], subband: 0, window: 0, endsScan: true)
        let pool = SlabPool("test", slabs: 1, byteCount: 1 << 14)
        var block = try VisibilityBlock(shape, context: context, firstBaseline: 0, from: pool)
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            for sample in visibilities.indices {
                let filled = fill(sample / shape.planeSize, sample % shape.planeSize)
                (visibilities[sample], weights[sample], flags[sample]) = filled
            }
            for row in uvw.indices {
                uvw[row] = UVW(Double(row), 0, 1)
                centroids[row] = 0
            }
        }
        return block
    }

    /// The batches of a part of a block.
    private func batches(
        _ block: VisibilityBlock, _ products: ImagedProducts, times: Range<Int> = 0..<2,
        channels: Range<Int>? = nil, turns: [SIMD2<Float>] = []
    ) throws -> [VisibilityBatch] {
        let channels = channels ?? 0..<block.shape.channels
        var batch = ProductBatch(products, frequencies: Array(block.context.frequencies[channels]))
        try batch.append(
            block, BlockRegion(times: times, channels: channels),
            baselines: [Baseline(0, 0), Baseline(0, 1)], turns: turns)
        return batch.batches()
    }

    @Test(
        "hands are averaged, weights combined, either flag flags; autocorrelations stay out",
        arguments: [3, 4, 11])
    func hands(channels: Int) throws {
        let plane = 2 * channels
        let block = try block(planes: 4, channels: channels) { plane, sample in
            let sample = plane * 2 * channels + sample
            return (Complex64(Float(sample), -Float(sample)), Float(sample % 5 + 1), sample % 7 == 3 ? 4 : 0)
        }
        let products = try ImagedProducts.sets([.i], from: Self.linear)
        let batch = try batches(block, products[0])[0]
        #expect(batch.uvw == [UVW(2, 0, 1), UVW(3, 0, 1)])
        for sample in 0..<plane {
            let (x, y) = (4 * plane + sample, 7 * plane + sample)
            #expect(batch.visibilities[sample].real == Float(x + y) / 2)
            let flagged = x % 7 == 3 || y % 7 == 3
            let expected = 4 / (1 / Float(x % 5 + 1) + 1 / Float(y % 5 + 1))
            #expect(abs(batch.weights[sample] - (flagged ? 0 : expected)) < 1e-6)
        }
    }

    /// A source's Stokes parameters, which vary with the channel.
    private func source(_ channel: Int) -> (i: Double, q: Double, u: Double, v: Double) {
        (3 + Double(channel), 0.7, -0.4 + 0.1 * Double(channel), 0.2)
    }

    /// What feeds at an angle see of the source, all with one complex factor.
    private func seen(_ product: Polarisation, _ channel: Int, angle: Double) -> Complex64 {
        let s = source(channel)
        let q = s.q * cos(2 * angle) + s.u * sin(2 * angle)
        let u = -s.q * sin(2 * angle) + s.u * cos(2 * angle)
        let (real, imaginary): (Double, Double) =
            switch product {
            case .xx: (s.i + q, 0)
            case .yy: (s.i - q, 0)
            case .xy: (u, s.v)
            case .yx: (u, -s.v)
            case .rr: (s.i + s.v, 0)
            case .ll: (s.i - s.v, 0)
            case .rl: (q, u)
            case .lr: (q, -u)
            default: (0, 0)
            }
        let (c, d) = (0.6, -0.8)
        return Complex64(Float(real * c - imaginary * d), Float(real * d + imaginary * c))
    }

    @Test(
        "Stokes parameters of turning feeds are those of the sky, linear and circular, of any dumps and channels",
        arguments: [linear, circular], [(0..<2, 0..<11), (1..<2, 2..<10)])
    func stokes(_ stream: [Polarisation], _ region: (Range<Int>, Range<Int>)) throws {
        let (times, channels) = region
        let angles = [0.3, -1.1]
        let block = try block(planes: 4, channels: 11) { plane, sample in
            (seen(stream[plane % 4], sample % 11, angle: angles[sample / 11]), Float(1 + plane % 4), 0)
        }
        let products = try ImagedProducts.sets([.i, .q, .u, .v], from: stream)
        let turns = angles.map { SIMD2(Float(cos(2 * $0)), Float(sin(2 * $0))) }
        let images = try batches(block, products[0], times: times, channels: channels, turns: turns)
        for row in 0..<times.count {
            for (index, channel) in channels.enumerated() {
                let s = source(channel)
                for (image, value) in zip(images, [s.i, s.q, s.u, s.v]) {
                    let sample = image.visibilities[row * channels.count + index]
                    #expect(abs(Double(sample.real) - 0.6 * value) < 1e-6)
                    #expect(abs(Double(sample.imaginary) + 0.8 * value) < 1e-6)
                }
            }
        }
        // 2 n / Σ 1/w of weights 1 to 4.
        let weight = Float(8 / (1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4))
        #expect(images.allSatisfy { $0.weights.allSatisfy { abs($0 - weight) < 1e-6 } })
    }

    @Test("a flag of any product flags the Stokes parameters that need it, single hands keep their own")
    func flags() throws {
        let block = try block(planes: 4, channels: 1) { plane, sample in
            (Complex64(Float(plane), 0), Float(plane + 1), plane % 4 == 1 && sample == 0 ? 1 : 0)
        }
        let sets = try ImagedProducts.sets([.xx, .i, .v, .yy], from: Self.linear)
        #expect(sets.map(\.polarisations) == [[.i, .v], [.xx], [.yy]])
        #expect(try batches(block, sets[0])[0].weights.map { $0 > 0 } == [false, true])
        #expect(try batches(block, sets[1])[0].weights == [5, 5])
        #expect(try batches(block, sets[2])[0].visibilities.map(\.real) == [7, 7])
        let intensity = try ImagedProducts.sets([.i], from: Self.linear)
        #expect(try batches(block, intensity[0])[0].weights.allSatisfy { $0 > 0 })
        #expect(!intensity[0].turns && !sets[1].turns)
        #expect(try ImagedProducts.sets([.q], from: Self.linear)[0].turns)
    }

    @Test("stored Stokes parameters pass through and do not turn")
    func stored() throws {
        let block = try block(planes: 2, channels: 9) { plane, sample in
            (Complex64(Float(10 * plane + sample), 1), 2, 0)
        }
        let products = try ImagedProducts.sets([.i, .q], from: [.i, .q])[0]
        #expect(!products.turns)
        let images = try batches(block, products)
        #expect(images[0].visibilities[17].real == 37 && images[1].visibilities[17].real == 47)
        #expect(images[0].weights.allSatisfy { $0 == 2 })
    }

    @Test("what cannot be imaged is refused, saying what it needs")
    func refusals() throws {
        #expect(throws: ImagingError.self) { try ImagedProducts.sets([.i], from: [.xx, .xy]) }
        #expect(throws: ImagingError.self) { try ImagedProducts.sets([.q], from: [.xx, .yy]) }
        #expect(throws: ImagingError.self) { try ImagedProducts.sets([.xy], from: Self.linear) }
        #expect(throws: ImagingError.self) { try ImagedProducts.sets([], from: Self.linear) }
        #expect(try ImagedProducts.sets([.xx, .xx], from: [.xx]).count == 1)
        let block = try block(planes: 1, channels: 3) { _, _ in (Complex64(1, 0), 1, 0) }
        let products = try ImagedProducts.sets([.i], from: [.i])[0]
        var batch = ProductBatch(products, frequencies: [1e9])
        let whole = BlockRegion(times: 0..<2, channels: 0..<3)
        #expect(throws: ImagingError.self) {
            try batch.append(block, whole, baselines: [Baseline(0, 0), Baseline(0, 1)])
        }
        var fitting = ProductBatch(products, frequencies: block.context.frequencies)
        #expect(throws: ImagingError.self) { try fitting.append(block, whole, baselines: [Baseline(0, 1)]) }
        let beyond = BlockRegion(times: 0..<3, channels: 0..<3)
        #expect(throws: ImagingError.self) {
            try fitting.append(block, beyond, baselines: [Baseline(0, 0), Baseline(0, 1)])
        }
    }
}
