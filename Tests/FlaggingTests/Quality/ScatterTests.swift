import TestSupport
import Testing
import Visibilities

@testable import Flagging

@Suite("Scatter from dump to dump")
struct ScatterTests {
    /// Sums over one plane of normal noise, to which something is done.
    private func sums(
        rows: Int = 64, channels: Int, planes: Int = 1, seed: UInt64 = 1,
        _ change: (_ row: Int, _ channel: Int, _ sample: inout Complex64, _ flag: inout UInt8) -> Void
    ) -> [ScatterSums] {
        var random = Seeded(seed)
        var sums = [ScatterSums](repeating: ScatterSums(), count: channels)
        for _ in 0..<planes {
            var samples = (0..<rows * channels).map { _ in
                Complex64(Float(random.normal()), Float(random.normal()))
            }
            var flags = [UInt8](repeating: 0, count: samples.count)
            for index in samples.indices {
                change(index / channels, index % channels, &samples[index], &flags[index])
            }
            var span = sums.mutableSpan
            addDifferences(samples.span, flags: flags.span, to: &span)
        }
        return sums
    }

    private func kurtosis(_ moments: ScatterSums.Moments) -> Double {
        moments.kurtosis / Double(moments.judged)
    }

    @Test("sums are those of plain loops in double precision", arguments: [1, 8, 21])
    func plainLoops(channels: Int) {
        let rows = 30
        var samples: [Complex64] = []
        var flags: [UInt8] = []
        let found = sums(rows: rows, channels: channels) { row, channel, sample, flag in
            flag = (row * 7 + channel) % 13 == 0 ? 128 : (row + channel) % 17 == 5 ? 8 : 0
            if row == 20 && channel == 0 { sample.real = .nan }
            samples.append(sample)
            flags.append(flag)
        }
        for channel in 0..<channels {
            for isBefore in [true, false] {
                var (count, second) = (0, 0.0)
                for row in 1..<rows - 1 {
                    let three = (row - 1...row + 1).map { $0 * channels + channel }
                    let isThere = three.allSatisfy {
                        samples[$0].real.isFinite && (isBefore ? flags[$0] & 8 == 0 : flags[$0] == 0)
                    }
                    guard isThere else { continue }
                    let (a, b, c) = (samples[three[0]], samples[three[1]], samples[three[2]])
                    let real = Double(a.real) - 2 * Double(b.real) + Double(c.real)
                    let imaginary = Double(a.imaginary) - 2 * Double(b.imaginary) + Double(c.imaginary)
                    second += real * real + imaginary * imaginary
                    count += 1
                }
                let moments = isBefore ? found[channel].before : found[channel].after
                #expect(moments.count == count && abs(moments.power - second) <= 1e-5 * second)
            }
        }
    }

    @Test("noise of any strength has the kurtosis 1 and its own variance", arguments: [10, 16, 64])
    func noise(rows: Int) {
        for scale in [Float(1e-6), 1, 1e7] {
            let found = sums(rows: rows, channels: 40, planes: 25_600 / rows / 4) { _, _, sample, _ in
                sample = Complex64(scale * sample.real, scale * sample.imaginary)
            }
            let all = found.reduce(into: ScatterSums.Moments()) { sum, channel in
                sum.power += channel.after.power
                sum.count += channel.after.count
                sum.kurtosis += channel.after.kurtosis
                sum.judged += channel.after.judged
            }
            #expect(abs(kurtosis(all) - 1) < 0.015)
            let variance = all.power / (12 * Double(all.count))
            #expect(abs((variance.squareRoot() / Double(scale)) - 1) < 0.01)
        }
    }

    @Test("bursts raise it, flags on them and steady carriers leave it, and cut tails lower it")
    func kinds() {
        let found = sums(channels: 32, planes: 40) { row, channel, sample, flag in
            let isBurst = row % 16 == 3
            switch channel / 8 {
            case 0: if isBurst { sample.real += 6 }
            case 1:
                if isBurst { sample.real += 6 }
                flag = isBurst ? 128 : 0
            case 2: sample.imaginary += 50
            default:
                flag = sample.real * sample.real + sample.imaginary * sample.imaginary > 3 ? 128 : 0
            }
        }
        for channel in 0..<8 {
            #expect(kurtosis(found[channel].after) > 1.4)
            #expect(kurtosis(found[8 + channel].before) > 1.4)
            #expect(abs(kurtosis(found[8 + channel].after) - 1) < 0.15)
            #expect(abs(kurtosis(found[16 + channel].after) - 1) < 0.15)
        }
        let cut = found[24...].map { kurtosis($0.after) }
        #expect(cut.reduce(0, +) / 8 < 0.95)
    }

    @Test("tiles change no bit, and what is too short for a kurtosis has none")
    func tiles() throws {
        let stream = QualityStream(dumps: [9, 70])
        func figures(_ tile: Int, window: Int) throws -> [Scatter.Figures] {
            var scatter = Scatter(stream.observation)
            try stream.forEachBlock(of: stream.cut(window: window, subband: 16, tile: tile)) {
                scatter.add($0)
            }
            return scatter.figures(
                spectralWindow: 0, channels: 0..<37, polarisation: 2, cross: true, before: true)
        }
        let whole = try figures(99, window: 64)
        #expect(whole.allSatisfy { $0.noise > 0.5 && $0.noise < 1.5 && $0.kurtosis.isFinite })
        for tile in [1, 3] { #expect(try figures(tile, window: 64) == whole) }
        #expect(try figures(3, window: 5).allSatisfy { $0.noise > 0.5 && $0.kurtosis.isNaN })
        #expect(try figures(3, window: 2).allSatisfy { $0.noise.isNaN && $0.kurtosis.isNaN })
    }
}
