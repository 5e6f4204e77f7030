/// How far windows of blocks stand out of noise, by channel and sign of the fringes.
///
/// Sums are made once for all windows, a vector of channels at a time; where blocks were taken out, anew.
///
/// A marked island over the ring's rows.
final class EmitterWindows {
    typealias Lanes = Plane.Lanes

    /// Windows in the order of their lengths.
    let windows: [Range<Int>]
    /// What stands for a window of which too few samples are left.
    static let none: Float = -1000
    /// The least share of a window's samples that are not masked.
    private static let leastShare: Float = 0.3

    private let ring: EmitterRing
    private let blocks: Range<Int>
    private let slots: [Int]
    /// [window][sign][padded channel].
    private let deviations: Plane
    /// 1 where a block counts, 0 where it was taken out, [block][padded channel].
    private let kept: Plane
    /// The vectors of channels from which something was taken out.
    private var changed: Set<Int> = []

    /// All deviations of windows of the blocks.
    init(_ windows: [Range<Int>], of ring: EmitterRing, in blocks: Range<Int>) {
        self.windows = windows
        self.ring = ring
        self.blocks = blocks
        slots = ring.usedSlots(in: blocks)
        deviations = Plane(rows: 2 * windows.count, stride: ring.stride, cleared: false)
        kept = Plane(rows: blocks.count, stride: ring.stride, cleared: false)
        kept.samples.update(repeating: 1, count: kept.count)
        let parts = EmitterSums.parts + 1
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 2 * parts * blocks.count) { sums in
            withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 4 * windows.count) { found in
                guard let sums = sums.baseAddress, let found = found.baseAddress else { return }
                for column in Swift.stride(from: 0, to: ring.stride, by: Plane.lanes) {
                    fill(column, sums, found)
                }
            }
        }
    }

    /// The deviations of a window's channels.
    func deviations(window: Int, sign: Int) -> UnsafeMutablePointer<Float> {
        deviations.samples + (2 * window + sign) * deviations.stride
    }

    /// Takes the blocks of a window out of a channel; windows not refreshed yet are judged without them.
    func remove(window: Int, channel: Int) {
        for block in windows[window] {
            kept.samples[(block - blocks.lowerBound) * kept.stride + channel] = 0
        }
        changed.insert(channel / Plane.lanes * Plane.lanes)
    }

    /// Brings a window up to date with what was taken out.
    func refresh(window: Int) {
        for column in changed {
            for sign in 0..<2 {
                let power = power(of: windows[window], sign: sign, column: column)
                deviations(window: window, sign: sign).setLanes(
                    column, power.deviation(dumps: windows[window].count * EmitterSums.block))
            }
        }
    }

    /// The lesser of the deviations that the halves of a window have, in a vector of channels.
    func lesserHalf(window: Int, sign: Int, column: Int) -> Lanes {
        let window = windows[window]
        let middle = window.lowerBound + window.count / 2
        return lesser(
            power(of: window.lowerBound..<middle, sign: sign, column: column).deviation(dumps: 0),
            power(of: middle..<window.upperBound, sign: sign, column: column).deviation(dumps: 0))
    }

    /// P = Σ |S|²/n over polarisations, how many these are, and Σ n.
    private struct Power {
        var power = Lanes(repeating: 0)
        var polarisations = Lanes(repeating: 0)
        var counted = Lanes(repeating: 0)

        /// √(4P) − √(4k−1), or `none` where a share of so many dumps is not there.
        @inline(__always)
        func deviation(dumps: Int) -> Lanes {
            EmitterWindows.deviation(power, polarisations, counted, dumps: dumps)
        }
    }

    /// As of `Power`; vectors are handed over as such, since in memory masks of Swift's own kind take the lanes one by one.
    @inline(__always)
    private static func deviation(
        _ power: Lanes, _ polarisations: Lanes, _ counted: Lanes, dumps: Int
    ) -> Lanes {
        let offset = greater(4 * polarisations - 1, Lanes(repeating: 0))
        let least = leastShare * Float(dumps) * greater(polarisations, Lanes(repeating: 1))
        let found = rootOfMagnitude(4 * power) - rootOfMagnitude(offset)
        return blend(found, Lanes(repeating: EmitterWindows.none), where: words(counted .< least))
    }

    /// Of some blocks, without what was taken out.
    private func power(of part: Range<Int>, sign: Int, column: Int) -> Power {
        var found = Power()
        for slot in slots {
            var (real, imaginary) = (Lanes(repeating: 0), Lanes(repeating: 0))
            var count = real
            for block in part {
                let sums = ring.sums(block: block, slot: slot, column: column)
                let mask = kept.samples.lanes((block - blocks.lowerBound) * kept.stride + column)
                real += mask * sums.lanes(2 * sign * Plane.lanes)
                imaginary += mask * sums.lanes((2 * sign + 1) * Plane.lanes)
                count += mask * sums.lanes(EmitterSums.parts * Plane.lanes)
            }
            let one = Lanes(repeating: 1)
            found.power += (real * real + imaginary * imaginary) * (one / greater(count, one))
            found.polarisations += lesser(count, one)
            found.counted += count
        }
        return found
    }

    /// Deviations of a vector of channels in all windows, nothing taken out.
    ///
    /// - Parameters:
    ///   - sums: room for twice the parts of all blocks.
    ///   - found: room for four vectors a window: P of either sign, polarisations, and what is counted.
    private func fill(
        _ column: Int, _ sums: UnsafeMutablePointer<Lanes>, _ found: UnsafeMutablePointer<Lanes>
    ) {
        found.initialize(repeating: Lanes(repeating: 0), count: 4 * windows.count)
        for slot in slots {
            let parts = EmitterSums.parts + 1
            for (number, block) in blocks.enumerated() {
                let from = ring.sums(block: block, slot: slot, column: column)
                for part in 0..<parts {
                    (sums + number * parts + part).initialize(to: from.lanes(part * Plane.lanes))
                }
            }
            addPowers(sums, sums + parts * blocks.count, to: found)
        }
        for (number, window) in windows.enumerated() {
            let dumps = window.count * EmitterSums.block
            for sign in 0..<2 {
                let deviation = Self.deviation(
                    found[4 * number + sign], found[4 * number + 2], found[4 * number + 3], dumps: dumps)
                deviations(window: number, sign: sign).setLanes(column, deviation)
            }
        }
    }

    /// Adds the powers of one polarisation; sums over windows grow in place, from those of single blocks to ever longer ones.
    private func addPowers(
        _ sums: UnsafeMutablePointer<Lanes>, _ longest: UnsafeMutablePointer<Lanes>,
        to found: UnsafeMutablePointer<Lanes>
    ) {
        let parts = EmitterSums.parts + 1
        var length = 1
        for (number, window) in windows.enumerated() {
            while length < window.count, length < 4 {
                grow(sums, into: sums, by: sums + length * parts, count: blocks.count - 2 * length + 1)
                length *= 2
            }
            while length < window.count {
                // Eight blocks are twice four, twelve are four more.
                let from = length == 4 ? sums : longest
                grow(from, into: longest, by: sums + length * parts, count: blocks.count - length - 3)
                length += 4
            }
            let from = (length > 4 ? longest : sums) + (window.lowerBound - blocks.lowerBound) * parts
            add(from, to: found + 4 * number)
        }
    }

    @inline(__always)
    private func grow(
        _ from: UnsafeMutablePointer<Lanes>, into: UnsafeMutablePointer<Lanes>,
        by others: UnsafeMutablePointer<Lanes>, count: Int
    ) {
        for place in 0..<count * (EmitterSums.parts + 1) {
            (into + place).initialize(to: from[place] + others[place])
        }
    }

    @inline(__always)
    private func add(_ sums: UnsafeMutablePointer<Lanes>, to found: UnsafeMutablePointer<Lanes>) {
        let one = Lanes(repeating: 1)
        let count = sums[EmitterSums.parts]
        let inverse = one / greater(count, one)
        found[0] += (sums[0] * sums[0] + sums[1] * sums[1]) * inverse
        found[1] += (sums[2] * sums[2] + sums[3] * sums[3]) * inverse
        found[2] += lesser(count, one)
        found[3] += count
    }
}
