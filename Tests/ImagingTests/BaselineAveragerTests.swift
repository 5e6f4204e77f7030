import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Imaging

@Suite("Averaging by baseline") struct BaselineAveragerTests {
    /// Baselines of 20 m to 5 km that turn for some minutes.
    private struct Turning {
        let lengths = [20.0, 90, 400, 1500, 5000]
        let dumps = 24
        let frequencies = (0..<20).map { 1.3e9 + 1e6 * Double($0) }
        let geometry: ImageGeometry

        init() throws { geometry = try ImageGeometry(width: 512, height: 400, cell: 2e-5) }

        /// A source of 1 Jy at l, m; every 7th sample of weight 0 and without a number, if flagged.
        func batch(
            _ l: Double, _ m: Double, flagged: (_ dump: Int, _ channel: Int) -> Bool = { _, _ in false }
        ) -> VisibilityBatch {
            var batch = VisibilityBatch(frequencies: frequencies)
            let n = -(l * l + m * m) / (1 + (1 - l * l - m * m).squareRoot())
            for length in lengths {
                for dump in 0..<dumps {
                    let angle = 0.3 + 8 * Double(dump) * 7.29e-5
                    let uvw = UVW(length * cos(angle), length * sin(angle) * 0.6, length * sin(angle) * 0.8)
                    batch.uvw.append(uvw)
                    for (channel, frequency) in frequencies.enumerated() {
                        let turns = frequency / Conventions.speedOfLight * (uvw.u * l + uvw.v * m + uvw.w * n)
                        let out = flagged(dump, channel)
                        batch.visibilities.append(
                            out
                                ? Complex64(.nan, .infinity)
                                : Complex64(Float(cos(2 * .pi * turns)), Float(sin(2 * .pi * turns))))
                        batch.weights.append(out ? 0 : Float(1 + (dump + channel) % 3))
                    }
                }
            }
            return batch
        }

        var runs: [Int] { lengths.map { _ in dumps } }
    }

    /// Direct sum at a direction: Σ w Re(V exp(-2πi ...)) / Σ w (the visibilities above have the opposite sign).
    private func image(_ batches: [VisibilityBatch], _ l: Double, _ m: Double) -> Double {
        let n = -(l * l + m * m) / (1 + (1 - l * l - m * m).squareRoot())
        var (sum, weight) = (0.0, 0.0)
        for batch in batches {
            for (row, uvw) in batch.uvw.enumerated() {
                for (channel, frequency) in batch.frequencies.enumerated() {
                    let sample = row * batch.frequencies.count + channel
                    guard batch.weights[sample] > 0 else { continue }
                    let phase =
                        2 * .pi * frequency / Conventions.speedOfLight * (uvw.u * l + uvw.v * m + uvw.w * n)
                    let value = batch.visibilities[sample]
                    sum +=
                        Double(batch.weights[sample])
                        * (Double(value.real) * cos(phase) + Double(value.imaginary) * sin(phase))
                    weight += Double(batch.weights[sample])
                }
            }
        }
        return sum / weight
    }

    @Test(
        "a point in a corner loses no more than was allowed, one in the middle nothing",
        arguments: [0.001, 0.01, 0.05])
    func bound(loss: Double) throws {
        let field = try Turning()
        let averager = try BaselineAverager(field.geometry, loss: loss)
        for (column, row) in [(0, 0), (511, 0), (0, 399), (511, 399), (256, 200)] {
            let (l, m) = (field.geometry.l(column), field.geometry.m(row))
            let batch = field.batch(l, m)
            let averaged = try averager.averaged(batch, baselines: field.runs)
            let samples = averaged.reduce(0) { $0 + $1.weights.count }
            #expect(samples * 3 < batch.weights.count * 2)
            let peak = image(averaged, l, m)
            #expect(peak > 1 - loss && peak < 1 + 1e-6, "\(peak)")
            // Every single mean keeps to it: the longest baselines make the image's finest structure.
            for part in averaged {
                for (value, weight) in zip(part.visibilities, part.weights) where weight > 0 {
                    let amplitude = Double(value.real * value.real + value.imaginary * value.imaginary)
                        .squareRoot()
                    #expect(amplitude > 1 - loss)
                }
            }
        }
    }

    @Test("nor does it where flags leave one end of what is averaged")
    func flaggedEnds() throws {
        let field = try Turning()
        for loss in [0.001, 0.01, 0.05] {
            let averager = try BaselineAverager(field.geometry, loss: loss)
            let (l, m) = (field.geometry.l(0), field.geometry.m(0))
            for keep in [2, 4, 8] {
                let batch = field.batch(l, m) { $1 % keep != 0 || $0 % 3 == 1 }
                let peak = image(try averager.averaged(batch, baselines: field.runs), l, m)
                #expect(peak > 1 - loss, "\(peak), \(loss), \(keep)")
            }
        }
    }

    @Test("weights add up to what they were, flagged samples count nowhere")
    func weights() throws {
        let field = try Turning()
        let averager = try BaselineAverager(field.geometry, loss: 0.02)
        let batch = field.batch(0, 0) { ($0 * 3 + $1) % 7 == 0 }
        let averaged = try averager.averaged(batch, baselines: field.runs)
        let sum = averaged.reduce(0.0) { $1.weights.reduce($0) { $0 + Double($1) } }
        #expect(abs(sum - batch.weights.reduce(0.0) { $0 + Double($1) }) < 1e-6 * sum)
        for part in averaged {
            for (value, weight) in zip(part.visibilities, part.weights) where weight > 0 {
                #expect(abs(value.real - 1) < 1e-6 && abs(value.imaginary) < 1e-6)
            }
        }
        // The longest baseline stays as it is, where so little may be lost.
        let strict = try BaselineAverager(field.geometry, loss: 1e-6).averaged(batch, baselines: field.runs)
        #expect(strict.first?.weights.suffix(24 * 20) == batch.weights.suffix(24 * 20))
    }

    @Test("values that are no numbers count nowhere either, whatever their weight")
    func notNumbers() throws {
        let field = try Turning()
        let averager = try BaselineAverager(field.geometry, loss: 0.02)
        let flagged = field.batch(0.001, 0) { ($0 * 3 + $1) % 7 == 0 }
        var unflagged = flagged
        for sample in flagged.weights.indices where flagged.weights[sample] == 0 {
            unflagged.weights[sample] = 2
        }
        let means = try [flagged, unflagged].map { try averager.averaged($0, baselines: field.runs) }
        for (one, other) in zip(means[0], means[1]) {
            for sample in one.weights.indices where one.weights[sample] > 0 {
                #expect(one.weights[sample] == other.weights[sample])
                #expect(one.visibilities[sample] == other.visibilities[sample])
            }
        }
    }

    @Test("odd batches: none, one row, one channel, all flagged; rows that do not add up are refused")
    func odd() throws {
        let averager = try BaselineAverager(Turning().geometry, loss: 0.01)
        let none = VisibilityBatch(frequencies: [1e9])
        #expect(try averager.averaged(none, baselines: []).allSatisfy { $0.rows == 0 })
        let one = VisibilityBatch(
            frequencies: [1e9], uvw: [UVW(1, 2, 3)], visibilities: [Complex64(1, 2)], weights: [0])
        let same = try averager.averaged(one, baselines: [1])
        #expect(same.count == 1 && same[0].uvw == one.uvw && same[0].weights == [0])
        #expect(throws: ImagingError.self) { try averager.averaged(one, baselines: [2]) }
        #expect(throws: ImagingError.self) { try BaselineAverager(Turning().geometry, loss: 0) }
    }
}
