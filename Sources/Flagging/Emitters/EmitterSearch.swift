/// Finds emitters on the ground that are steady, but weak in every sample: their power adds up over a window in phase, while
/// noise and sky, which turns against them, do not.
///
/// Of a window, P = Σ |S|²/n over the polarisations is chi-squared in the absence of emitters; √(4P) − √(4k−1) with k polarisations is close to
/// unit normal (Fisher 1925). Its middle and spread are taken from the lower third of the window's channels, for some of the sky may be left.
/// Both halves of a window have to agree, so that no burst stands for an emitter.
///
/// Where fringes do not turn, as in drift scans, nothing tells emitters from what else is steady: there is no search.
///
/// A marked island over the ring's rows.
struct EmitterSearch {
    /// Standard deviations that an emitter has to stand out by.
    let significance: Double
    /// Blocks of a window, 2, 4 and multiples of that, shorter ones first; each is searched on what those before have left.
    static let lengths = [2, 4, 8, 12]
    /// What a window has to stand out by, over what each of its halves has to.
    private static let halfRatio = 5.5
    /// Turns of the fringes over a window below which nothing is tracked: what is steady then is not only emitters, but also what antennas
    /// pick up of each other.
    static let leastTurns = 0.05
    /// Channels at each end of the band, where the background is one-sided and leaves more of the sky, and what is asked of them.
    private static let end = 6
    private static let endFactor: Float = 2
    /// Channels that tell the middle and the spread, at most, and the fewest that do.
    private static let mostChannels = OrderStatistics.most
    private static let fewestChannels = 16

    /// Calls `found` with the blocks and the channel of every emitter in windows that touch some dumps.
    func search(
        _ ring: EmitterRing, touching dumps: Range<Int>, seen: Range<Int>, _ found: (Range<Int>, Int) -> Void
    ) {
        let block = EmitterSums.block
        let hop = dumps.lowerBound / block..<(dumps.upperBound + block - 1) / block
        let whole = seen.lowerBound / block..<(seen.upperBound + block - 1) / block
        let blocks = whole.clamped(to: ring.blocks)
        let chosen = Self.windows(of: blocks).filter {
            $0.overlaps(hop) && ring.turns(over: $0) >= Self.leastTurns
        }
        guard !chosen.isEmpty else { return }
        let windows = EmitterWindows(chosen, of: ring, in: blocks)
        for (number, window) in chosen.enumerated() {
            windows.refresh(window: number)
            // Both signs are judged before either takes anything away: conjugation changes nothing.
            let emitters = (0..<2).map { standingOut(windows, number, sign: $0, channels: ring.channels) }
            for channel in emitters.joined() {
                windows.remove(window: number, channel: channel)
                found(window, channel)
            }
        }
    }

    private static func windows(of blocks: Range<Int>) -> [Range<Int>] {
        lengths.flatMap { length in
            let step = max(1, length / 4)
            let first = (blocks.lowerBound + step - 1) / step * step
            return stride(from: first, through: blocks.upperBound - length, by: step).map {
                $0..<$0 + length
            }
        }
    }

    /// The channels of a window that hold an emitter.
    private func standingOut(_ windows: EmitterWindows, _ window: Int, sign: Int, channels: Int) -> [Int] {
        let all = windows.deviations(window: window, sign: sign)
        // However the channels spread, less than this is never enough.
        guard Self.greatest(all, channels: channels) > Float(significance),
            // In a narrow band emitters may well stand in most channels.
            let noise = Self.noise(all, channels: channels)?.ofLowest
        else {
            return []
        }
        let spread = max(1, 0.9 * noise.spread)
        let least = max(noise.middle, 0) + Float(significance) * spread
        let leastHalf = max(noise.middle, 0) + Float(significance / Self.halfRatio)
        var found: [Int] = []
        for column in stride(from: 0, to: channels, by: Plane.lanes) where all.lanes(column).max() > least {
            let half = windows.lesserHalf(window: window, sign: sign, column: column)
            for channel in column..<min(column + Plane.lanes, channels)
            where all[channel] > least && half[channel - column] > leastHalf {
                let inside = min(channel, channels - 1 - channel)
                if inside >= Self.end || all[channel] > Self.endFactor * least { found.append(channel) }
            }
        }
        return found
    }

    private static func greatest(_ all: UnsafeMutablePointer<Float>, channels: Int) -> Float {
        var greatest = all.lanes(0)
        for column in stride(from: Plane.lanes, to: channels, by: Plane.lanes) {
            greatest = greater(greatest, all.lanes(column))
        }
        return greatest.max()
    }

    /// Of evenly spaced channels; nil where too few of them are left.
    private static func noise(_ all: UnsafeMutablePointer<Float>, channels: Int) -> MiddleAndSpread? {
        // Odd, so that no place within coarse channels is always the one that is taken.
        let step = (channels + mostChannels - 1) / mostChannels | 1
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: mostChannels) { sample in
            guard let sample = sample.baseAddress else { return nil }
            var count = 0
            for channel in stride(from: 0, to: channels, by: step)
            where all[channel] > EmitterWindows.none {
                (sample + count).initialize(to: all[channel])
                count += 1
            }
            guard count >= fewestChannels else { return nil }
            return MiddleAndSpread(of: sample, count: count)
        }
    }
}
