import Flagging
import Foundation
import TestSupport
import Testing

/// A random image with lines and patches above the rest, and flags set before.
struct TestImage {
    let times: Int
    let channels: Int
    var samples: [Float]
    var mask: [UInt8]

    /// Integers, of any shape up to `largest` along each axis, or of the one given.
    init(_ random: inout Seeded, largest: Int = 40, shape: (Int, Int)? = nil, missing: Bool = true) {
        times = shape?.0 ?? Int.random(in: 1...largest, using: &random)
        channels = shape?.1 ?? Int.random(in: 1...largest, using: &random)
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

    func flagged(_ operation: SumThreshold, in workspace: SumThresholdWorkspace = SumThresholdWorkspace())
        -> [UInt8]
    {
        var flags = mask
        var span = flags.mutableSpan
        #expect(
            operation.apply(samples.span, times: times, channels: channels, mask: &span, in: workspace))
        return flags
    }

    /// The mask by plain loops.
    func reference(_ operation: SumThreshold) -> (mask: [UInt8], margin: Double) {
        SlowReference.sumThreshold(
            samples, times: times, channels: channels, mask: mask, time: operation.timeThreshold,
            frequency: operation.frequencyThreshold, twoSided: operation.twoSided)
    }
}

@Suite("SumThreshold")
struct SumThresholdTests {
    /// Shapes at the ends of vectors, windows and axes.
    static let shapes = [
        (1, 1), (1, 2), (2, 1), (1, 16), (16, 1), (1, 17), (17, 1), (3, 31), (31, 3), (15, 15), (16, 16),
        (17, 33), (1, 270),
        (270, 1), (2, 257), (257, 2), (255, 1),
    ]

    @Test("agrees with plain loops over every window, bit by bit", arguments: 0..<20)
    func plainLoops(group: Int) {
        var random = Seeded(UInt64(group))
        let workspace = SumThresholdWorkspace()
        for number in 0..<20 {
            let shape = number == 0 ? Self.shapes[group % Self.shapes.count] : nil
            var image = TestImage(&random, largest: 22, shape: shape)
            if number == 1 { image.mask = image.mask.map { _ in 1 } }
            let operation = SumThreshold(
                timeThreshold: Double.random(in: 20...50, using: &random),
                frequencyThreshold: Double.random(in: 20...(number % 4 == 0 ? 500 : 50), using: &random))
            #expect(image.flagged(operation, in: workspace) == image.reference(operation).mask)
        }
    }

    @Test(
        "agrees with plain loops on real samples, unless a mean is within 10⁻⁵ of its threshold",
        arguments: 0..<10)
    func realSamples(group: Int) {
        var random = Seeded(UInt64(100 + group))
        var compared = 0
        for number in 0..<12 {
            var image = TestImage(&random, largest: 20)
            image.samples = image.samples.map { $0 + 8 * Float(random.normal()) }
            let threshold = Double.random(in: 20...60, using: &random)
            // Cut off where plain loops are not: at a threshold below zero.
            var operation = SumThreshold(timeThreshold: threshold, twoSided: number % 3 != 0)
            if !operation.twoSided { image.samples = image.samples.map { max($0, -Float(threshold)) } }
            operation.frequencyThreshold = threshold * (number % 2 == 0 ? 1 : 0.01)
            let (expected, margin) = image.reference(operation)
            guard margin > 1e-5, operation.twoSided || number % 2 == 0 else { continue }
            #expect(image.flagged(operation) == expected)
            compared += 1
        }
        #expect(compared > 6)
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
        let (times, channels) = (
            Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random)
        )
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
