/// Finds emitters on the ground that are steady, but weak in every sample: their power adds up over a window in phase, while
/// noise and sky, which turns against them, do not.
///
/// Of a window, P = Σ |S|²/n over the polarisations is chi-squared in the absence of emitters; √(4P) − √(4k−1) with k polarisations is close to
/// unit normal (Fisher 1925). Its middle and spread are taken from all channels of the window, for some of the sky may be left. Both halves
/// of a window have to agree, so that no burst stands for an emitter.
///
/// Where fringes do not turn, as in drift scans, nothing tells emitters from what else is steady: there is no search.
///
/// A marked island over the ring's rows.
struct EmitterSearch {
    /// Standard deviations that an emitter has to stand out by.
    let significance: Double
    /// Blocks of a window, shorter ones first; each is searched on what those before have left.
    static let lengths = [2, 4, 8, 12]
    /// Standard deviations by which each half of a window has to stand out.
    private static let halfSignificance: Float = 1
    /// Turns of the fringes over a window below which nothing is tracked: what is steady then is not only emitters, but also what antennas
    /// pick up of each other.
    private static let leastTurns = 0.05
    /// The least share of a window's samples that are not masked.
    private static let leastShare: Float = 0.3
    /// Channels at each end of the band, where the background is one-sided and leaves more of the sky, and what is asked of them.
    private static let end = 6
    private static let endFactor: Float = 2
    /// Channels that tell the middle and the spread, at most, and the fewest that do.
    private static let mostChannels = 128
    private static let fewestChannels = 16

    /// Calls `found` with the blocks and the channel of every emitter in windows that touch some dumps.
    func search(
        _ ring: EmitterRing, touching dumps: Range<Int>, seen: Range<Int>, _ found: (Range<Int>, Int) -> Void
    ) {
        let block = EmitterSums.block
        let hop = dumps.lowerBound / block..<(dumps.upperBound + block - 1) / block
        let whole = seen.lowerBound / block..<(seen.upperBound + block - 1) / block
        let blocks = whole.clamped(to: ring.blocks)
        let kept = Plane(rows: blocks.count, stride: ring.stride, cleared: false)
        kept.samples.update(repeating: 1, count: kept.count)
        let deviations = (0..<2).map { _ in Plane(rows: 3, stride: ring.stride, cleared: false) }
        for length in Self.lengths {
            let step = max(1, length / 4)
            var first = (blocks.lowerBound + step - 1) / step * step
            while first + length <= blocks.upperBound {
                let window = first..<first + length
                first += step
                guard window.overlaps(hop), ring.turns(over: window) >= Self.leastTurns else { continue }
                // Both signs are judged before either takes anything away: conjugation changes nothing.
                for sign in 0..<2 {
                    find(ring, window, sign: sign, kept, start: blocks.lowerBound, deviations[sign])
                }
                for sign in 0..<2 {
                    mark(deviations[sign], channels: ring.channels) { channel in
                        for block in window {
                            kept.samples[(block - blocks.lowerBound) * ring.stride + channel] = 0
                        }
                        found(window, channel)
                    }
                }
            }
        }
    }

    /// The deviations of a window and of its halves, far below any threshold where too few samples are left.
    private func find(
        _ ring: EmitterRing, _ window: Range<Int>, sign: Int, _ kept: Plane, start: Int, _ deviations: Plane
    ) {
        let stride = ring.stride
        let middle = window.lowerBound + window.count / 2
        let least = Plane.Lanes(repeating: Self.leastShare * Float(window.count * EmitterSums.block))
        for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
            var (before, after, all) = (Half(), Half(), Half())
            var counted = Plane.Lanes(repeating: 0)
            for slot in 0..<ring.slots {
                var (early, late) = (Sum(), Sum())
                for block in window {
                    let sums = ring.sums(block: block, slot: slot) + 2 * sign * stride + channel
                    let counts = ring.sums(block: block, slot: slot) + EmitterSums.parts * stride + channel
                    let mask = kept.samples.lanes((block - start) * stride + channel)
                    let sum = Sum(
                        real: mask * sums.lanes(0), imaginary: mask * sums.lanes(stride),
                        count: mask * counts.lanes(0))
                    if block < middle { early += sum } else { late += sum }
                }
                before.add(early)
                after.add(late)
                early += late
                all.add(early)
                counted += early.count
            }
            let few = counted .< least * greater(all.polarisations, Plane.Lanes(repeating: 1))
            deviations.samples.setLanes(
                channel, all.deviation.replacing(with: Plane.Lanes(repeating: -1000), where: few))
            deviations.samples.setLanes(stride + channel, before.deviation)
            deviations.samples.setLanes(2 * stride + channel, after.deviation)
        }
    }

    private struct Sum {
        var real = Plane.Lanes(repeating: 0)
        var imaginary = Plane.Lanes(repeating: 0)
        var count = Plane.Lanes(repeating: 0)

        @inline(__always)
        static func += (sum: inout Sum, other: Sum) {
            sum.real += other.real
            sum.imaginary += other.imaginary
            sum.count += other.count
        }
    }

    private struct Half {
        private var power = Plane.Lanes(repeating: 0)
        private(set) var polarisations = Plane.Lanes(repeating: 0)

        @inline(__always)
        mutating func add(_ sum: Sum) {
            let one = Plane.Lanes(repeating: 1)
            power += (sum.real * sum.real + sum.imaginary * sum.imaginary) / greater(sum.count, one)
            polarisations += lesser(sum.count, one)
        }

        @inline(__always)
        var deviation: Plane.Lanes {
            let offset = greater(4 * polarisations - 1, Plane.Lanes(repeating: 0))
            return (4 * power).squareRoot() - offset.squareRoot()
        }
    }

    private func mark(_ deviations: Plane, channels: Int, _ found: (Int) -> Void) {
        let (all, before) = (deviations.samples, deviations.samples + deviations.stride)
        let after = before + deviations.stride
        let step = (channels + Self.mostChannels - 1) / Self.mostChannels
        var sample: [Float] = Swift.stride(from: 0, to: channels, by: step).compactMap {
            all[$0] > -1000 ? all[$0] : nil
        }
        guard sample.count >= Self.fewestChannels else { return }
        sample.sort()
        let middle = sample[sample.count / 2]
        let below = middle - sample[sample.count * 4 / 25]
        // 65 % of unit normal deviates lie below 0.3853: in a narrow band interference may well fill a third of the channels.
        let above = (sample[sample.count * 13 / 20] - middle) / 0.3853
        let spread = max(1, 0.9 * max(below, above))
        let least = max(middle, 0) + Float(significance) * spread
        let leastHalf = max(middle, 0) + Self.halfSignificance
        for channel in 0..<channels
        where all[channel] > least && before[channel] > leastHalf && after[channel] > leastHalf {
            let inside = min(channel, channels - 1 - channel)
            if inside >= Self.end || all[channel] > Self.endFactor * least { found(channel) }
        }
    }
}
