import Foundation
import TestSupport
import Testing
import Tiles

@testable import Imaging

@Suite struct TransformTests {
    @Test(
        "pruned transforms of eight lanes follow the definition",
        arguments: [64, 96, 160, 288, 480, 800, 1152, 4096])
    func laneFFT(_ length: Int) {
        check(LaneFFT<Float>(length), tolerance: 4e-6)
        check(LaneFFT<Double>(length), tolerance: 1e-14)
    }

    private func check<Scalar: ImagingScalar>(_ transform: LaneFFT<Scalar>, tolerance: Double)
    where Scalar.RawSignificand: FixedWidthInteger {
        let length = transform.length
        let input = LineBuffer<Scalar>(length, zeroed: true)
        var random = Seeded(UInt64(length))
        var tiles = [UnsafePointer<ComplexLanes<Scalar>>?](repeating: nil, count: length / 16)
        for tile in tiles.indices where tile % 3 != 1 {
            for line in 16 * tile..<16 * tile + 16 {
                input.lines[line].real[line % 8] = Scalar.random(in: -1...1, using: &random)
                input.lines[line].imaginary[line % 8] = Scalar.random(in: -1...1, using: &random)
                input.lines[line].real[3] = Scalar.random(in: -1...1, using: &random)
            }
            tiles[tile] = UnsafePointer(input.lines + 16 * tile)
        }
        let window = -(length / 4 + 1)..<length / 4 + length % 3
        let output = LineBuffer<Scalar>(window.count)
        let scratch = LineBuffer<Scalar>(transform.scratchLines)
        transform.forward(tiles, to: window, output.lines, scratch: scratch.lines)
        for (lane, k) in [
            (0, window.lowerBound), (3, -1), (3, 0), (5, 1), (7, window.upperBound - 1), (3, length / 8),
        ] {
            var sum = SIMD2<Double>.zero
            for n in 0..<length { sum += turned(input.lines[n], lane: lane, by: -n * k, of: length) }
            let tolerance = tolerance * Double(length).squareRoot()
            #expect(abs(Double(output.lines[k - window.lowerBound].real[lane]) - sum.x) < tolerance)
            #expect(abs(Double(output.lines[k - window.lowerBound].imaginary[lane]) - sum.y) < tolerance)
        }
    }

    @Test(
        "transforms back from a window of pixels to wanted tiles follow the definition",
        arguments: [64, 96, 160, 288, 480, 800, 1152, 4096], [1, 2, 13, 31, 64])
    func backward(_ length: Int, _ pixels: Int) {
        check(LaneFFT<Float>(length), pixels, tolerance: 4e-6)
        check(LaneFFT<Double>(length), pixels, tolerance: 1e-14)
    }

    private func check<Scalar: ImagingScalar>(
        _ transform: LaneFFT<Scalar>, _ pixels: Int, tolerance: Double
    ) where Scalar.RawSignificand: FixedWidthInteger {
        let length = transform.length
        let window = -(pixels / 2)..<pixels - pixels / 2
        let input = LineBuffer<Scalar>(pixels, zeroed: true)
        var random = Seeded(UInt64(length))
        for slot in 0..<pixels {
            for lane in [0, slot % 8] {
                input.lines[slot].real[lane] = Scalar.random(in: -1...1, using: &random)
                input.lines[slot].imaginary[lane] = Scalar.random(in: -1...1, using: &random)
            }
        }
        let output = LineBuffer<Scalar>(length)
        output.lines.update(repeating: ComplexLanes(repeating: SIMD2(7, 7)), count: length)
        let tiles = (0..<length / 16).map { $0 % 3 == 1 ? nil : output.lines + 16 * $0 }
        let scratch = LineBuffer<Scalar>(transform.scratchLines)
        transform.backward(input.lines, from: window, tiles, scratch: scratch.lines)
        for n in stride(from: 0, to: length, by: 7) {
            guard tiles[n / 16] != nil else {
                #expect(output.lines[n].real == SIMD8(repeating: 7), "what is not wanted stays")
                continue
            }
            for lane in [0, n % 8] {
                var sum = SIMD2<Double>.zero
                for (slot, k) in window.enumerated() {
                    sum += turned(input.lines[slot], lane: lane, by: n * k, of: length)
                }
                let tolerance = tolerance * Double(pixels).squareRoot()
                #expect(abs(Double(output.lines[n].real[lane]) - sum.x) < tolerance)
                #expect(abs(Double(output.lines[n].imaginary[lane]) - sum.y) < tolerance)
            }
        }
    }

    /// A lane of a line times exp(2πi k / n), in double precision.
    private func turned(
        _ line: ComplexLanes<some ImagingScalar>, lane: Int, by k: Int, of n: Int
    ) -> SIMD2<Double> {
        let angle = 2 * .pi * Double(k % n) / Double(n)
        let (x, y) = (Double(line.real[lane]), Double(line.imaginary[lane]))
        return SIMD2(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle))
    }

    @Test("half-transformed planes that go past the caches give the same bits, on one thread and on two")
    func streamed() async throws {
        try await checkStreamed(Float.self)
        try await checkStreamed(Double.self)
    }

    private func checkStreamed<Scalar: ImagingScalar>(_: Scalar.Type) async throws
    where Scalar.RawSignificand: FixedWidthInteger {
        let sky = SkyCase(width: 96, height: 80, field: 3, rows: 60)
        let batch = sky.batch(seed: 5)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), psf: false),
            coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
        var random = Seeded(17)
        let model = (0..<96 * 80).map { _ in Scalar.random(in: -1...1, using: &random) }
        let planes = try await ModelPlanes(plan, model: model)
        var images = [[Scalar]]()
        for cacheBytes in [Int.max, 0] {
            for width in [1, 2] {
                Threads.width = width
                defer { Threads.width = 1 }
                let transform = FinalTransform<Scalar>(plan, plan.blocks, cacheBytes: cacheBytes)
                images.append(try await transform.image(of: planes.storage, dividedBy: .weight(1)))
            }
        }
        #expect(images[0].contains { $0 != 0 })
        for image in images.dropFirst() { #expect(image == images[0]) }
    }

    @Test("eight lines of eight lanes are transposed")
    func transpose() {
        checkTranspose(Float.self)
        checkTranspose(Double.self)
    }

    private func checkTranspose<Scalar: ImagingScalar>(_: Scalar.Type) {
        let input = LineBuffer<Scalar>(8)
        let output = LineBuffer<Scalar>(8)
        for line in 0..<8 {
            for lane in 0..<8 {
                input.lines[line].real[lane] = Scalar(8 * line + lane)
                input.lines[line].imaginary[lane] = -Scalar(8 * line + lane)
            }
        }
        input.lines.transpose(into: output.lines)
        for line in 0..<8 {
            for lane in 0..<8 {
                #expect(output.lines[line].real[lane] == Scalar(8 * lane + line))
                #expect(output.lines[line].imaginary[lane] == -Scalar(8 * lane + line))
            }
        }
    }
}

@Suite struct KernelTests {
    @Test("the polynomials follow the kernel, and the table's errors are those of its kernels")
    func table() {
        for entry in KernelEntry.table where entry.shape.support % 2 == 0 && entry.oversampling >= 1.4 {
            let kernel = GriddingKernel(entry.shape)
            for step in 0...20 {
                let t = Double(step) / 10 - 1
                for (cell, powers) in kernel.powers.enumerated() {
                    let value = powers.reversed().reduce(0) { $0 * t + $1 }
                    let distance = Double(cell) - Double(entry.shape.support - 1) / 2 - t / 2
                    #expect(abs(value - entry.shape.value(at: distance)) < 3 * entry.worstError)
                }
            }
            let worst =
                stride(from: 0.0, through: 0.5, by: 0.125).map { x -> Double in
                    let kept = x / entry.oversampling
                    let aliased = [-1.0, 1].map { pow(kernel.transform(kept + $0), 2) }.reduce(
                        0, +)
                    return aliased.squareRoot() / kernel.transform(kept)
                }.max() ?? 0
            #expect(worst < 1.1 * entry.worstError + 1e-13)
        }
    }

    @Test("grid sizes are multiples of 32 with factors 2, 3 and 5, next above")
    func sizes() {
        #expect(GriddingScheme.goodSize(1) == 64)
        #expect(GriddingScheme.goodSize(64) == 64)
        #expect(GriddingScheme.goodSize(65) == 96)
        #expect(GriddingScheme.goodSize(5400) == 5760)
    }
}
