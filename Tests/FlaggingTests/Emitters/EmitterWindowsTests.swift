import TestSupport
import Testing

@testable import Flagging

@Suite("Windows of an emitter search")
struct EmitterWindowsTests {
    private static let channels = 40
    private static let slots = 3
    private let stride = Plane.stride(channels: channels)

    /// Sums over some blocks of noise, a tenth of it masked; one slot is left out where a block's number is even.
    private func fill(_ ring: EmitterRing, blocks: Range<Int>) {
        for block in blocks {
            var random = Seeded(UInt64(block))
            let dumps = block * EmitterSums.block..<(block + 1) * EmitterSums.block
            let delays = dumps.map { Double($0) * 1e-9 }
            let axis = BandAxis(first: 1e9, step: 1e6)
            let sums = EmitterSums(
                dumps: dumps, slots: Self.slots,
                fringes: EmitterFringes(delays: delays, axis: axis, stride: stride),
                turns: delays.map { $0 * axis.first })
            let planes = (0..<3).map { _ in Plane(rows: dumps.count, stride: stride) }
            for row in 0..<dumps.count {
                for channel in 0..<Self.channels {
                    planes[2].samples[row * stride + channel] = (block + row + channel) % 10 == 0 ? 0 : 1
                }
            }
            sums.count(planes[2], start: dumps.lowerBound)
            let factor = Plane(rows: 1, stride: stride)
            for channel in 0..<Self.channels { factor.samples[channel] = 1 }
            for slot in 0..<Self.slots {
                for index in 0..<dumps.count * stride {
                    planes[0].samples[index] = Float(random.normal())
                    planes[1].samples[index] = Float(random.normal())
                }
                sums.add((planes[0], planes[1]), slot: slot, mask: planes[2], start: dumps.lowerBound)
            }
            ring.add(sums, factors: [factor, nil, block % 2 == 0 ? nil : factor])
        }
    }

    /// √(4P) − √(4k−1) in double precision, without some blocks.
    private func deviation(
        _ ring: EmitterRing, _ window: Range<Int>, sign: Int, channel: Int, without: Range<Int> = 0..<0
    ) -> Double {
        var (power, polarisations) = (0.0, 0.0)
        for slot in ring.usedSlots(in: ring.blocks) {
            var sums = [Double](repeating: 0, count: EmitterSums.parts + 1)
            for block in window where !without.contains(block) {
                let from = ring.sums(block: block, slot: slot, column: channel / 16 * 16)
                for part in sums.indices { sums[part] += Double(from[16 * part + channel % 16]) }
            }
            let (real, imaginary) = (sums[2 * sign], sums[2 * sign + 1])
            power += (real * real + imaginary * imaginary) / max(sums[EmitterSums.parts], 1)
            polarisations += min(sums[EmitterSums.parts], 1)
        }
        return (4 * power).squareRoot() - max(4 * polarisations - 1, 0).squareRoot()
    }

    @Test(
        "sums that grow from window to window are those of their blocks, in a ring that has turned over or not",
        arguments: [0, 3, 5, 64])
    func sums(first: Int) {
        let ring = EmitterRing(
            slots: Self.slots, channels: Self.channels, rows: 14 * EmitterSums.block, isLasting: true)
        ring.drop(before: max(0, first - 2) * EmitterSums.block)
        fill(ring, blocks: max(0, first - 2)..<first)
        ring.drop(before: first * EmitterSums.block)
        fill(ring, blocks: first..<first + 13)
        #expect(ring.usedSlots(in: ring.blocks) == [0, 2])
        let chosen = [0..<2, 11..<13, 1..<5, 8..<12, 2..<10, 0..<12].map {
            $0.lowerBound + first..<$0.upperBound + first
        }
        let windows = EmitterWindows(chosen, of: ring, in: first..<first + 13)
        for (number, window) in chosen.enumerated() {
            for sign in 0..<2 {
                let found = windows.deviations(window: number, sign: sign)
                for channel in 0..<Self.channels {
                    let expected = deviation(ring, window, sign: sign, channel: channel)
                    #expect(abs(Double(found[channel]) - expected) < 1e-5)
                }
                #expect(found[Self.channels] == EmitterWindows.none)
            }
        }
    }

    @Test("what is taken out counts in no later window, and a window of which little is left is none")
    func removal() {
        let ring = EmitterRing(
            slots: Self.slots, channels: Self.channels, rows: 14 * EmitterSums.block, isLasting: true)
        fill(ring, blocks: 0..<13)
        let windows = EmitterWindows([1..<3, 1..<5, 1..<13], of: ring, in: 0..<13)
        windows.remove(window: 0, channel: 21)
        for number in 0..<3 { windows.refresh(window: number) }
        for sign in 0..<2 {
            #expect(windows.deviations(window: 0, sign: sign)[21] == EmitterWindows.none)
            for (number, window) in [(1, 1..<5), (2, 1..<13)] {
                let found = windows.deviations(window: number, sign: sign)
                let expected = deviation(ring, window, sign: sign, channel: 21, without: 1..<3)
                #expect(abs(Double(found[21]) - expected) < 1e-5)
                let other = deviation(ring, window, sign: sign, channel: 22)
                #expect(abs(Double(found[22]) - other) < 1e-5)
            }
            let half = windows.lesserHalf(window: 2, sign: sign, column: 16)[21 - 16]
            let halves = [1..<7, 7..<13].map {
                deviation(ring, $0, sign: sign, channel: 21, without: 1..<3)
            }
            #expect(abs(Double(half) - min(halves[0], halves[1])) < 1e-5)
        }
    }
}
