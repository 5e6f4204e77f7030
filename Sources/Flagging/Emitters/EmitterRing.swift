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
    /// Turns of the fringes at the end of each block.
    private var turns: [Double] = []
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
        let known = blocks
        blocks = known.lowerBound..<max(known.upperBound, sums.blocks.upperBound)
        // Blocks without any sums lie between those of before and these where all was missing for a while.
        for block in known.upperBound..<blocks.upperBound {
            self.sums(block: block, slot: 0).update(repeating: 0, count: slots * Self.rows * stride)
            turns.append(sums.turns[0])
        }
        for (block, turns) in zip(sums.blocks, sums.turns) { self.turns[block - blocks.lowerBound] = turns }
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
        let first = max(dump / EmitterSums.block, blocks.lowerBound)
        guard first > blocks.lowerBound else { return }
        // Where all was missing, what is dropped may not be there.
        let gone = min(first, blocks.upperBound) - blocks.lowerBound
        let block = slots * Self.rows * stride
        samples.update(from: samples + gone * block, count: (blocks.count - gone) * block)
        turns.removeFirst(gone)
        blocks = first..<max(first, blocks.upperBound)
    }

    /// How often the fringes turn over a window of at least two blocks.
    func turns(over window: Range<Int>) -> Double {
        let (first, last) = (window.lowerBound - blocks.lowerBound, window.upperBound - 1 - blocks.lowerBound)
        return abs(turns[last] - turns[first]) * Double(window.count) / Double(window.count - 1)
    }

    /// Forgets the scan.
    func reset() {
        blocks = 0..<0
        turns = []
    }
}
