import Flagging
import Foundation
import TestSupport
import Testing

/// A random image of integers with lines and patches above the rest, and flags set before.
struct TestImage {
    let times: Int
    let channels: Int
    var samples: [Float]
    var mask: [UInt8]

    init(_ random: inout Seeded, largest: Int = 40, missing: Bool = true) {
        times = Int.random(in: 1...largest, using: &random)
        channels = Int.random(in: 1...largest, using: &random)
        samples = (0..<times * channels).map { _ in Float(Int.random(in: -30...30, using: &random)) }
        let line = Int.random(in: 0..<channels, using: &random)
        for time in 0..<times { samples[time * channels + line] += 15 }
        let row = Int.random(in: 0..<times, using: &random)
        for channel in 0..<channels { samples[row * channels + channel] -= 12 }
        let share = missing ? Double.random(in: 0..<0.4, using: &random) : 0
        mask = samples.map { _ in Double.random(in: 0..<1, using: &random) < share ? 1 : 0 }
        for index in samples.indices where missing && Int.random(in: 0..<40, using: &random) == 0 {
            samples[index] = [.nan, .infinity, -.infinity][index % 3]
        }
    }

    func flagged(_ operation: SumThreshold) -> [UInt8] {
        var flags = mask
        var span = flags.mutableSpan
        #expect(operation.apply(samples.span, times: times, channels: channels, mask: &span))
        return flags
    }
}

@Suite("SumThreshold")
struct SumThresholdTests {
    @Test("agrees with plain loops over every window", arguments: 0..<60)
    func plainLoops(seed: Int) {
        var random = Seeded(UInt64(seed))
        let image = TestImage(&random)
        let (time, frequency) = (
            Double.random(in: 20...50, using: &random), Double.random(in: 20...50, using: &random)
        )
        let expected = SlowReference.sumThreshold(
            image.samples.map(Double.init), times: image.times, channels: image.channels, mask: image.mask,
            time: time, frequency: frequency)
        #expect(image.flagged(SumThreshold(timeThreshold: time, frequencyThreshold: frequency)) == expected)
    }

    @Test("reaches windows of 256 samples along either axis", arguments: [(300, 3), (3, 300)])
    func longWindows(times: Int, channels: Int) {
        // A steady level above the last threshold (0.75⁸ = 0.1001) but below the one before (0.1335).
        let samples = [Float](repeating: 0.11, count: times * channels)
        var mask = [UInt8](repeating: 0, count: samples.count)
        var span = mask.mutableSpan
        SumThreshold(timeThreshold: 1).apply(samples.span, times: times, channels: channels, mask: &span)
        #expect(mask.allSatisfy { $0 == 1 })
        var shorter = [UInt8](repeating: 0, count: samples.count)
        span = shorter.mutableSpan
        SumThreshold(timeThreshold: 1, longest: 128).apply(
            samples.span, times: times, channels: channels, mask: &span)
        #expect(shorter.allSatisfy { $0 == 0 })
    }

    @Test("does not depend on a factor of two on image and thresholds", arguments: [-90, -3, 5, 60])
    func powersOfTwo(exponent: Int) {
        var random = Seeded(7)
        var image = TestImage(&random)
        let expected = image.flagged(SumThreshold(timeThreshold: 31))
        let factor = Float(sign: .plus, exponent: exponent, significand: 1)
        image.samples = image.samples.map { $0 * factor }
        #expect(image.flagged(SumThreshold(timeThreshold: 31 * Double(factor))) == expected)
    }

    @Test("looks at deviations of either sign, and only beyond the threshold")
    func signs() {
        var mask = [UInt8](repeating: 0, count: 4)
        var span = mask.mutableSpan
        SumThreshold(timeThreshold: 1, longest: 1).apply(
            [1, -1, 1.001, -1.001].span, times: 2, channels: 2, mask: &span)
        #expect(mask == [0, 0, 1, 1])
        mask = [0, 0, 0, 0]
        span = mask.mutableSpan
        SumThreshold(timeThreshold: 1, twoSided: false)
            .apply([-9, -9, 0.25, 9].span, times: 1, channels: 4, mask: &span)
        #expect(mask == [0, 0, 0, 1])
    }

    @Test("refuses shapes that do not agree, and thresholds that mean nothing flag nothing")
    func badInput() {
        var mask: [UInt8] = [0, 0, 0, 0]
        var span = mask.mutableSpan
        let image: [Float] = [9, 9, 9, 9]
        for (times, channels) in [(3, 1), (0, 4), (-2, -2), (Int.max, 2), (5, 1)] {
            #expect(
                !SumThreshold(timeThreshold: 1).apply(
                    image.span, times: times, channels: channels, mask: &span))
        }
        for threshold in [0, -1, .nan, .infinity, 1e300] {
            #expect(
                SumThreshold(timeThreshold: threshold).apply(image.span, times: 2, channels: 2, mask: &span))
        }
        #expect(mask == [0, 0, 0, 0])
    }
}

@Suite("Scale-invariant rank")
struct ScaleInvariantRankTests {
    @Test("agrees with trying every interval, on either axis, ties included", arguments: 0..<40)
    func everyInterval(seed: Int) {
        var random = Seeded(UInt64(seed))
        let count = Int.random(in: 1...60, using: &random)
        let share = Double.random(in: 0..<0.8, using: &random)
        let flags: [UInt8] = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) < share ? 1 : 0 }
        for (numerator, denominator) in [(1, 5), (1, 10), (1, 4), (2, 5), (0, 1), (1, 1)] {
            let operation = ScaleInvariantRank(numerator, denominator)
            let expected = SlowReference.scaleInvariantRank(
                flags, numerator: numerator, denominator: denominator)
            var (time, frequency) = (flags, flags)
            var span = time.mutableSpan
            operation.growAlongTime(&span, missing: [UInt8]().span, times: count, channels: 1)
            #expect(time == expected)
            span = frequency.mutableSpan
            operation.growAlongFrequency(&span, missing: [UInt8]().span, times: 1, channels: count)
            #expect(frequency == expected)
        }
    }

    @Test("treats each line by itself and steps over missing samples", arguments: 0..<20)
    func missing(seed: Int) {
        var random = Seeded(UInt64(seed))
        let (times, channels) = (17, 23)
        let flags: [UInt8] = (0..<times * channels).map { _ in UInt8.random(in: 0...1, using: &random) }
        let lost: [UInt8] = flags.map { _ in Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0 }
        var (time, frequency) = (flags, flags)
        var span = time.mutableSpan
        ScaleInvariantRank.standard.growAlongTime(&span, missing: lost.span, times: times, channels: channels)
        span = frequency.mutableSpan
        ScaleInvariantRank.standard.growAlongFrequency(
            &span, missing: lost.span, times: times, channels: channels)
        func check(_ line: [Int], _ grown: [UInt8]) {
            let kept = line.filter { lost[$0] == 0 }
            let expected = SlowReference.scaleInvariantRank(
                kept.map { flags[$0] }, numerator: 1, denominator: 5)
            #expect(kept.map { grown[$0] } == expected)
            #expect(line.filter { lost[$0] == 1 }.allSatisfy { grown[$0] == flags[$0] })
        }
        for channel in 0..<channels { check((0..<times).map { $0 * channels + channel }, time) }
        for row in 0..<times { check((0..<channels).map { row * channels + $0 }, frequency) }
    }
}
