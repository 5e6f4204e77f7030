/// What the levels of a baseline's channels were in the blocks before, relative to those around.
///
/// Interference that fills a block in time is its level, so nothing stands out, the background takes it in and it is gone. Where the
/// blocks before did not have it, their level is the better guess.
final class LevelHistory {
    /// Blocks remembered at most.
    private static let most = 8

    private let strategy: Strategy
    /// [block][part][channel].
    private var blocks: [[[Float]]] = []

    /// An empty history.
    init(_ strategy: Strategy) { self.strategy = strategy }

    /// Memory that it takes at most, bytes.
    static func byteCount(polarisations: Int, channels: Int) -> Int {
        // Of two products the difference is a third part.
        4 * most * (polarisations + 1) * channels
    }

    /// Forgets the scan.
    func reset() { blocks = [] }

    /// The levels of a block, [part][channel], none far above what it was in half of the blocks before; the block's own are remembered.
    func bound(_ levels: [[Float]]) -> [[Float]] {
        let around = levels.map {
            ChannelNoise.runningQuantile(
                $0, reach: strategy.boundReach, quantile: strategy.boundQuantile, centred: false)
        }
        // Blocks in which the difference of two hands was among the parts do not tell of those without.
        let known = blocks.filter { $0.count == levels.count }
        blocks.append(zip(levels, around).map { zip($0, $1).map { $0 / $1 } })
        if blocks.count > Self.most { blocks.removeFirst() }
        guard !known.isEmpty else { return levels }
        return levels.indices.map { part in
            levels[part].indices.map { channel in
                let before = known.map { $0[part][channel] }.filter(\.isFinite).sorted()
                guard !before.isEmpty else { return levels[part][channel] }
                let usual = before[(before.count - 1) / 2] * around[part][channel]
                return min(levels[part][channel], strategy.levelRise * usual)
            }
        }
    }
}
