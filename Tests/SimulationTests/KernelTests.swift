import Foundation
import Testing

@testable import Simulation

@Suite("Simulation kernels") struct KernelTests {
    @Test(
        "phasors agree with double precision to 1e-6 for delays up to 1 ms",
        arguments: [0, 1e-9, -3.3e-6, 2.7e-5, 1e-3])
    func phasors(delay: Double) {
        let axis = ChannelAxis(start: 856e6, step: 26123.046875)
        for channels in [0..<200, 5000..<5100] {
            var row = ChannelLanes(covering: channels)
            let amplitude = [SIMD8<Float>](
                repeating: SIMD8(repeating: 1), count: ChannelLanes.vectors(for: 5120))
            row.addPhasors(delay: delay, axis: axis, amplitude: amplitude)
            for channel in channels {
                let turns = delay * (axis.start + Double(channel) * axis.step)
                let angle = 2 * Double.pi * (turns - turns.rounded())
                let place = channel - row.first
                let (x, y) = (
                    Double(row.real[place / 8][place % 8]), Double(row.imaginary[place / 8][place % 8])
                )
                #expect(hypot(x - cos(angle), y - sin(angle)) < 1e-6)
            }
        }
    }

    @Test("only the blocks asked for change")
    func blocks() {
        var row = ChannelLanes(covering: 70..<300)
        #expect(row.first == 64 && row.real.count == 32)
        let amplitude = [SIMD8<Float>](repeating: SIMD8(repeating: 2), count: 32)
        row.addPhasors(
            delay: 0, axis: ChannelAxis(start: 1, step: 1), amplitude: amplitude, amplitudeFirst: 64,
            blocks: 1..<2)
        for vector in 0..<32 {
            #expect(row.real[vector] == SIMD8(repeating: (8..<16).contains(vector) ? 2 : 0))
            #expect(row.imaginary[vector] == SIMD8())
        }
    }

    @Test("noise amplitudes follow Rayleigh's and phases a uniform distribution (chi-squared)")
    func noise() {
        var (sizes, turns) = ([Int](repeating: 0, count: 16), [Int](repeating: 0, count: 16))
        for key in 0..<64 {
            var row = ChannelLanes(covering: 0..<256)
            row.addNoise(KeyedRandom(key: UInt64(key)), deviation: 1)
            for vector in row.real.indices {
                for lane in 0..<8 {
                    let (x, y) = (Double(row.real[vector][lane]), Double(row.imaginary[vector][lane]))
                    sizes[min(Int(16 * exp(-0.5 * (x * x + y * y))), 15)] += 1
                    turns[min(Int(16 * (atan2(y, x) / (2 * .pi) + 0.5)), 15)] += 1
                }
            }
        }
        let expected = 64.0 * 256 / 16
        for counts in [sizes, turns] {
            let chiSquared = counts.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
            // 15 degrees of freedom: 99.99 % lie below 44.3.
            #expect(chiSquared < 44.3)
        }
    }

    @Test("keyed numbers depend on every part of the key and stay in range")
    func keys() {
        let root = KeyedRandom(key: 1)
        let numbers = (0..<1000).map { root.uniform($0) }
        #expect(numbers.allSatisfy { (0..<1).contains($0) } && Set(numbers).count == 1000)
        #expect(root.child(1).child(2) != root.child(2).child(1))
        let mean = numbers.reduce(0, +) / 1000
        #expect(abs(mean - 0.5) < 0.0457)
        let dice = (0..<100).map { root.integer($0, below: 7) }
        #expect(Set(dice) == Set(0..<7) && root.integer(0, below: 0) == 0)
        let normal = (0..<4000).map { root.normal($0) }
        let variance = normal.reduce(0) { $0 + $1 * $1 } / 4000
        #expect(abs(variance - 1) < 0.112)
    }
}
