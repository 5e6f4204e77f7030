import Foundation
import TestSupport
import Testing

@testable import Flagging

/// Noise on a sky that turns slowly with time and frequency, channels of very different gain, and a mask with gaps.
private struct MaskedBlock {
    let rows: Int
    let channels: Int
    let real: Plane
    let imaginary: Plane
    let mask: Plane
    /// Of the channels, padded with zeros.
    let scale: Plane

    init(rows: Int, channels: Int) {
        (self.rows, self.channels) = (rows, channels)
        let stride = Plane.stride(channels: channels)
        func plane(_ rows: Int) -> Plane { Plane(rows: rows, stride: stride) }
        (real, imaginary, mask, scale) = (plane(rows), plane(rows), plane(rows), plane(1))
        var random = Seeded(UInt64(1000 * rows + channels))
        let gains = (0..<channels).map { _ in exp2(4 * random.float() - 2) }
        for channel in 0..<channels { scale.samples[channel] = 1 / gains[channel] }
        for row in 0..<rows {
            for channel in 0..<channels {
                let index = row * stride + channel
                let angle = Double(row) / 20 + Double(channel) / 15
                real.samples[index] = gains[channel] * Float(5 * cos(angle) + random.normal())
                imaginary.samples[index] = gains[channel] * Float(5 * sin(angle) + random.normal())
                // Dumps and channels that are gone, wider than the kernel and alone, and a few samples left among them.
                let isGap =
                    (70..<122).contains(row) || row == 9 || (40..<85).contains(channel) || channel == 3
                mask.samples[index] = random.float() < (isGap ? 0.01 : 0.8) ? 1 : 0
            }
        }
    }

    var part: PolarisationParts {
        PolarisationParts(real: real.samples, imaginary: imaginary.samples, degrees: 2, slot: 0)
    }

    /// A plane without its padding.
    func values(_ plane: Plane) -> [[Double]] { SlowReference.image(plane, channels: channels) }

    /// Samples times the scale, less their background.
    func residual(_ plane: Plane, isOfEachChannel: Bool) -> (left: [[Double]], bare: Int) {
        let factors = values(scale)[0]
        let scaled = values(plane).map { zip($0, factors).map { $0 * $1 } }
        let found = SlowReference.background(of: scaled, mask: values(mask), isOfEachChannel: isOfEachChannel)
        return (zip(scaled, found.lines).map { zip($0, $1).map { $0 - $1 } }, found.bare)
    }
}

@Suite("The background of a block")
struct BackgroundTests {
    private static let rows = [1, 3, 4, 8, 61, 64, 96, 130]

    /// What a background of the code leaves; its mask was another one before.
    private func residuals(
        of block: MaskedBlock, isOfEachChannel: Bool
    ) -> (real: Plane, imaginary: Plane, power: ResidualPower, powerAlone: ResidualPower) {
        let stride = block.mask.stride
        func plane() -> Plane { Plane(rows: block.rows, stride: stride) }
        let (mask, real, imaginary) = (plane(), plane(), plane())
        let background = Background(mask: mask)
        background.renormalise()
        mask.samples.update(from: block.mask.samples, count: mask.count)
        background.isOfEachChannel = isOfEachChannel
        background.renormalise()
        let powers = (0..<2).map { _ in ResidualPower(rows: block.rows, stride: stride) }
        let summed = powers[0].fill(block.part, mask: mask)
        background.findResiduals(
            of: block.part, summed: summed, scale: block.scale.samples, power: powers[0],
            into: (real, imaginary))
        background.findResiduals(
            of: block.part, summed: nil, scale: block.scale.samples, power: powers[1], into: nil)
        return (real, imaginary, powers[0], powers[1])
    }

    /// What single precision may leave of a dump that is its own background, in units of the noise.
    private let leastPower = 1e-4

    private func expect(_ found: [Float], near expected: [Double]) {
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) {
            if expected.isFinite {
                #expect(abs(Double(found) - expected) <= 1e-4 * max(expected, leastPower))
            } else {
                #expect(found == .infinity)
            }
        }
    }

    /// The largest difference of two images.
    private func difference(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test(
        "is a running mean of what the mask keeps, and gone from the residuals", arguments: rows,
        [1, 16, 50, 130])
    func residuals(rows: Int, channels: Int) {
        let block = MaskedBlock(rows: rows, channels: channels)
        for isOfEachChannel in [false, true] {
            let real = block.residual(block.real, isOfEachChannel: isOfEachChannel)
            let imaginary = block.residual(block.imaginary, isOfEachChannel: isOfEachChannel)
            // The gap in 130 channels is wider than the kernel.
            if channels == 130 { #expect(real.bare > 0) }
            let power = zip(real.left, imaginary.left).map { zip($0, $1).map { $0 * $0 + $1 * $1 } }
            let mask = block.values(block.mask)
            let kept = zip(power.joined(), mask.joined()).filter { $0.1 > 0 }.map(\.0)
            let mean = max(leastPower, kept.reduce(0, +) / Double(max(kept.count, 1)))
            let found = residuals(of: block, isOfEachChannel: isOfEachChannel)
            #expect(difference(block.values(found.real), real.left) <= 1e-4 * mean.squareRoot())
            #expect(difference(block.values(found.imaginary), imaginary.left) <= 1e-4 * mean.squareRoot())
            let most = max(mean, power.joined().max() ?? 0)
            #expect(difference(block.values(found.power.total), power) <= 1e-5 * most)
            #expect(block.values(found.powerAlone.total) == block.values(found.power.total))
        }
    }

    @Test(
        "leaves powers whose means over groups are of all that is kept, and of second differences of three dumps in a row",
        arguments: rows, [1, 50])
    func powers(rows: Int, channels: Int) {
        let block = MaskedBlock(rows: rows, channels: channels)
        let kept = block.values(block.mask).map { $0.map { $0 > 0 } }
        for isOfEachChannel in [false, true] {
            let real = block.residual(block.real, isOfEachChannel: isOfEachChannel).left
            let imaginary = block.residual(block.imaginary, isOfEachChannel: isOfEachChannel).left
            let power = zip(real, imaginary).map { zip($0, $1).map { $0 * $0 + $1 * $1 } }
            var bends = [[Double]](repeating: Array(repeating: 0, count: channels), count: rows)
            var inARow = [[Bool]](repeating: Array(repeating: false, count: channels), count: rows)
            for row in 0..<rows where row >= 2 {
                for channel in 0..<channels {
                    for part in [real, imaginary] {
                        let bend = part[row][channel] - 2 * part[row - 1][channel] + part[row - 2][channel]
                        // The mean power of second differences of white noise is six times its own.
                        bends[row][channel] += bend * bend / 6
                    }
                    inARow[row][channel] = (row - 2...row).allSatisfy { kept[$0][channel] }
                }
            }
            let found = residuals(of: block, isOfEachChannel: isOfEachChannel)
            for power in [found.power, found.powerAlone] {
                expect(
                    power.rapidMeans.levels(channels: channels),
                    near: SlowReference.levels(of: bends, kept: inARow))
            }
            expect(
                found.power.means.levels(channels: channels),
                near: SlowReference.levels(of: power, kept: kept))
        }
    }

    @Test("powers of the samples themselves need no background", arguments: rows)
    func ownPowers(rows: Int) {
        let block = MaskedBlock(rows: rows, channels: 50)
        let (real, imaginary) = (block.values(block.real), block.values(block.imaginary))
        let power = zip(real, imaginary).map { zip($0, $1).map { $0 * $0 + $1 * $1 } }
        let found = ResidualPower(rows: rows, stride: block.mask.stride)
        let sums = found.fill(block.part, mask: block.mask)
        for (row, sum) in block.values(sums.real).enumerated() {
            for channel in 0..<50 {
                let all = real[4 * row..<min(4 * row + 4, rows)].reduce(0) { $0 + $1[channel] }
                #expect(abs(sum[channel] - all) < 1e-4)
            }
        }
        #expect(difference(block.values(found.total), power) <= 1e-6 * (power.joined().max() ?? 0))
        let kept = block.values(block.mask).map { $0.map { $0 > 0 } }
        expect(found.means.levels(channels: 50), near: SlowReference.levels(of: power, kept: kept))
    }
}
