/// The sums of `EmitterSums` that hops of one baseline still look at, in units of their noise.
///
/// A marked island: blocks are appended and dropped whole, and never more than `capacity`.
final class EmitterRing {
    /// Polarisations, and their difference where it takes the place of some.
    let slots: Int
    let channels: Int
    let stride: Int
    private let capacity: Int
    /// [block][slot][4 sums, count][padded channel].
    private let samples: UnsafeMutablePointer<Float>
    /// The blocks at hand.
    private(set) var blocks = 0..<0

    private static let rows = EmitterSums.parts + 1

    /// A ring for dumps that span at most so many rows at once.
    init(slots: Int, channels: Int, rows: Int) {
        self.slots = slots
        self.channels = channels
        stride = Plane.stride(channels: channels)
        capacity = Self.capacity(rows: rows)
        samples = .allocate(capacity: capacity * slots * Self.rows * stride)
        samples.initialize(repeating: 0, count: capacity * slots * Self.rows * stride)
    }

    deinit { samples.deallocate() }

    private static func capacity(rows: Int) -> Int { rows / EmitterSums.block + 2 }

    /// Memory of a ring, bytes.
    static func byteCount(slots: Int, channels: Int, rows: Int) -> Int {
        4 * capacity(rows: rows) * slots * Self.rows * Plane.stride(channels: channels)
    }

    /// The four sums of a slot of a block, then its counts, `stride` apart.
    @inline(__always)
    func sums(block: Int, slot: Int) -> UnsafeMutablePointer<Float> {
        samples + ((block - blocks.lowerBound) * slots + slot) * Self.rows * stride
    }

    /// Adds sums, times a factor per slot and channel that makes their noise 1; those of factor 0 do not count.
    func add(_ sums: EmitterSums, factors: [Plane?]) {
        precondition(
            sums.blocks.upperBound - blocks.lowerBound <= capacity, "blocks are dropped with their hops")
        let fresh =
            max(blocks.upperBound, sums.blocks.lowerBound)..<max(blocks.upperBound, sums.blocks.upperBound)
        blocks = blocks.lowerBound..<fresh.upperBound
        for block in fresh {
            self.sums(block: block, slot: 0).update(repeating: 0, count: slots * Self.rows * stride)
        }
        for (slot, factor) in factors.enumerated() {
            guard let factor = factor?.samples else { continue }
            for (number, block) in sums.blocks.enumerated() {
                let to = self.sums(block: block, slot: slot)
                let from = sums.sums[slot].samples + EmitterSums.parts * number * stride
                let counts = sums.counts.samples + number * stride
                for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    let scale = factor.lanes(channel)
                    for part in 0..<EmitterSums.parts {
                        let place = part * stride + channel
                        to.setLanes(place, to.lanes(place) + scale * from.lanes(place))
                    }
                    let place = EmitterSums.parts * stride + channel
                    let counted = counts.lanes(channel).replacing(
                        with: Plane.Lanes(repeating: 0), where: scale .<= Plane.Lanes(repeating: 0))
                    to.setLanes(place, to.lanes(place) + counted)
                }
            }
        }
    }

    /// Forgets the blocks that end before a dump.
    func drop(before dump: Int) {
        let first = min(max(dump / EmitterSums.block, blocks.lowerBound), blocks.upperBound)
        guard first > blocks.lowerBound else { return }
        let block = slots * Self.rows * stride
        samples.update(
            from: samples + (first - blocks.lowerBound) * block, count: (blocks.upperBound - first) * block)
        blocks = first..<blocks.upperBound
    }

    /// Forgets the scan.
    func reset() { blocks = 0..<0 }
}
