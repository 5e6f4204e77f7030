/// What the levels of a baseline's channels were in the blocks before, relative to those around.
///
/// Interference that fills a block in time is its level, so nothing stands out, the background takes it in and it is gone. Where the
/// blocks before did not have it, their level is the better guess.
///
/// A marked island over planes of [part][padded channel].
final class LevelHistory {
    /// Blocks remembered at most.
    private static let most = 8

    private let strategy: Strategy
    private var blocks: [(slots: [Int], ratios: Plane)] = []

    /// An empty history.
    init(_ strategy: Strategy) { self.strategy = strategy }

    /// Memory that it takes at most, bytes.
    static func byteCount(polarisations: Int, channels: Int) -> Int {
        // At most: of two products the difference is a third part.
        4 * most * (polarisations + 1) * Plane.stride(channels: channels)
    }

    /// Forgets the scan.
    func reset() { blocks = [] }

    /// The levels of a block, [part][channel], none far above what it was in half of the blocks before; the block's own are remembered.
    ///
    /// - Parameter slots: which polarisations the parts are; blocks of others tell nothing.
    func bound(_ levels: [[Float]], slots: [Int]) -> [[Float]] {
        guard let channels = levels.first?.count else { return levels }
        let around = levels.map {
            ChannelQuantiles.wideQuantiles(
                $0, reach: strategy.boundReach, quantile: strategy.boundQuantile)
        }
        let known = blocks.filter { $0.slots == slots }.map(\.ratios)
        let own = Plane(lasting: levels.count, stride: Plane.stride(channels: channels))
        for part in levels.indices {
            for channel in 0..<channels {
                let ratio = levels[part][channel] / around[part][channel]
                own.samples[part * own.stride + channel] = ratio.isFinite ? ratio : .infinity
            }
        }
        blocks.append((slots, own))
        if blocks.count > Self.most { blocks.removeFirst() }
        guard !known.isEmpty else { return levels }
        let usual = lowerMedians(known)
        return levels.indices.map { part in
            levels[part].indices.map { channel in
                let most =
                    strategy.levelRise * usual.samples[part * usual.stride + channel] * around[part][channel]
                return most < levels[part][channel] ? most : levels[part][channel]
            }
        }
    }

    /// The lower median over blocks of the finite ratios; infinite without any.
    private func lowerMedians(_ known: [Plane]) -> Plane {
        let medians = Plane(rows: known[0].rows, stride: known[0].stride, cleared: false)
        let infinity = Plane.Lanes(repeating: .infinity)
        let one = Plane.Lanes(repeating: 1)
        withUnsafeTemporaryAllocation(of: Plane.Lanes.self, capacity: known.count) { sorted in
            for index in Swift.stride(from: 0, to: medians.count, by: Plane.lanes) {
                var count = Plane.Lanes(repeating: 0)
                for (number, block) in known.enumerated() {
                    var ratio = block.samples.lanes(index)
                    count += Plane.Lanes(repeating: 0).replacing(with: one, where: ratio .< infinity)
                    // Each goes where it belongs among those before.
                    for place in 0..<number {
                        let other = sorted[place]
                        sorted[place] = lesser(other, ratio)
                        ratio = greater(other, ratio)
                    }
                    sorted[number] = ratio
                }
                var found = sorted[0]
                for place in 1..<max(sorted.count, 1) {
                    // The lower one in the middle of `count` stands at (count - 1) / 2.
                    let isReached = count .> Plane.Lanes(repeating: Float(2 * place))
                    found = found.replacing(with: sorted[place], where: isReached)
                }
                medians.samples.setLanes(index, found)
            }
        }
        return medians
    }
}
