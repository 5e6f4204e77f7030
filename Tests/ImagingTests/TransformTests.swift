import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct TransformTests {
    @Test(
        "pruned transforms of eight lanes follow the definition",
        arguments: [64, 96, 160, 288, 480, 800, 1152])
    func laneFFT(_ length: Int) {
        let transform = LaneFFT(length)
        let input = LineBuffer(length, zeroed: true)
        var random = Seeded(UInt64(length))
        var tiles = [UnsafePointer<ComplexLanes>?](repeating: nil, count: length / 16)
        for tile in tiles.indices where tile % 3 != 1 {
            for line in 16 * tile..<16 * tile + 16 {
                input.lines[line].real[line % 8] = Float.random(in: -1...1, using: &random)
                input.lines[line].imaginary[line % 8] = Float.random(in: -1...1, using: &random)
                input.lines[line].real[3] = Float.random(in: -1...1, using: &random)
            }
            tiles[tile] = UnsafePointer(input.lines + 16 * tile)
        }
        let half = length / 4 + 1
        let output = LineBuffer(2 * half)
        let scratch = LineBuffer(transform.scratchLines)
        transform.transform(tiles, half: half, into: output.lines, scratch: scratch.lines)
        for (lane, k) in [(0, -half), (3, -1), (3, 0), (5, 1), (7, half - 1), (3, half / 2)] {
            var (real, imaginary) = (0.0, 0.0)
            for n in 0..<length {
                let angle = -2 * .pi * Double(n * k % length) / Double(length)
                let (x, y) = (Double(input.lines[n].real[lane]), Double(input.lines[n].imaginary[lane]))
                real += x * cos(angle) - y * sin(angle)
                imaginary += x * sin(angle) + y * cos(angle)
            }
            let tolerance = 1e-6 * Double(length).squareRoot() * 4
            #expect(abs(Double(output.lines[k + half].real[lane]) - real) < tolerance)
            #expect(abs(Double(output.lines[k + half].imaginary[lane]) - imaginary) < tolerance)
        }
    }

    @Test("eight lines of eight lanes are transposed")
    func transpose() {
        let input = LineBuffer(8)
        let output = LineBuffer(8)
        for line in 0..<8 {
            for lane in 0..<8 {
                input.lines[line].real[lane] = Float(8 * line + lane)
                input.lines[line].imaginary[lane] = -Float(8 * line + lane)
            }
        }
        input.lines.transpose(into: output.lines)
        for line in 0..<8 {
            for lane in 0..<8 {
                #expect(output.lines[line].real[lane] == Float(8 * lane + line))
                #expect(output.lines[line].imaginary[lane] == -Float(8 * lane + line))
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
                let value = kernel.coefficients.dropFirst().reduce(kernel.coefficients[0]) {
                    $0 * Float(t) + $1
                }
                for cell in 0..<entry.shape.support {
                    let distance = Double(cell) - Double(entry.shape.support - 1) / 2 - t / 2
                    let exact = entry.shape.value(at: distance)
                    #expect(abs(Double(value[cell]) - exact) < max(2e-6, 3 * entry.error))
                }
            }
            let worst =
                stride(from: 0.0, through: 0.5, by: 0.125).map { x -> Double in
                    let kept = x / entry.oversampling
                    let aliased = [-1.0, 1].map { pow(kernel.transform(kept + $0), 2) }.reduce(
                        0, +)
                    return aliased.squareRoot() / kernel.transform(kept)
                }.max() ?? 0
            #expect(worst < 1.1 * entry.error)
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
