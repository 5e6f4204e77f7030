/// The sums of `EmitterSums` that hops of one baseline still look at, in units of their noise.
///
/// A marked island: blocks are appended and dropped whole, and never more than `capacity`.
final class EmitterRing {
    /// Polarisations, and their difference where it takes the place of some.
    let slots: Int
    let channels: Int
    let stride: Int
    private let capacity: Int
    /// [block][slot][padded channel / 16][4 sums, count][channel % 16].
    private let samples: HeldMemory<Float>
    /// Turns of the fringes at the end of each block.
    private var turns: [Double] = []
    /// Bit s of each block: slot s has sums there; other slots hold anything.
    private var filled: [Int] = []
    /// The last block at or before the first at hand that stands at the start of the memory.
    private var turnover = 0
    /// The blocks at hand.
    private(set) var blocks = 0..<0

    private static let rows = EmitterSums.parts + 1

    /// A ring for dumps that span at most so many rows at once.
    ///
    /// - Parameter isLasting: whether it is kept from call to call.
    init(slots: Int, channels: Int, rows: Int, isLasting: Bool) {
        self.slots = slots
        self.channels = channels
        stride = Plane.stride(channels: channels)
        capacity = Self.capacity(rows: rows)
        samples = HeldMemory(capacity * slots * Self.rows * stride, isLasting: isLasting)
    }

    private static func capacity(rows: Int) -> Int { rows / EmitterSums.block + 2 }

    /// Memory of a ring, bytes.
    static func byteCount(slots: Int, channels: Int, rows: Int) -> Int {
        4 * capacity(rows: rows) * slots * Self.rows * Plane.stride(channels: channels)
    }

    /// The four sums of a slot of a block in a vector of channels, then its counts, a vector each.
    ///
    /// - Parameter column: the first of the channels, a multiple of 16.
    @inline(__always)
    func sums(block: Int, slot: Int, column: Int) -> UnsafeMutablePointer<Float> {
        let place = block - turnover
        let row = (place < capacity ? place : place - capacity) * slots + slot
        return samples.start + (row * stride + column) * Self.rows
    }

    /// The slots that have sums in some of the blocks; in the others they are 0.
    func usedSlots(in blocks: Range<Int>) -> [Int] {
        let bits = { self.filled[$0 - self.blocks.lowerBound] }
        let used = blocks.reduce(0) { $0 | bits($1) }
        return (0..<slots).filter { slot in
            guard used >> slot & 1 == 1 else { return false }
            for block in blocks where bits(block) >> slot & 1 == 0 { clear(block: block, slot: slot) }
            return true
        }
    }

    private func clear(block: Int, slot: Int) {
        sums(block: block, slot: slot, column: 0).update(repeating: 0, count: Self.rows * stride)
        filled[block - blocks.lowerBound] |= 1 << slot
    }

    /// Adds sums, times a factor per slot and channel that makes their noise 1; those of factor 0 do not count.
    func add(_ sums: EmitterSums, factors: [Plane?]) {
        precondition(
            sums.blocks.upperBound - blocks.lowerBound <= capacity, "blocks are dropped with their hops")
        let known = blocks
        blocks = known.lowerBound..<max(known.upperBound, sums.blocks.upperBound)
        // Blocks without any sums lie between those of before and these where all was missing for a while.
        for _ in known.upperBound..<blocks.upperBound {
            filled.append(0)
            turns.append(sums.turns[0])
        }
        for (block, turns) in zip(sums.blocks, sums.turns) { self.turns[block - blocks.lowerBound] = turns }
        for (slot, factor) in factors.enumerated() {
            guard let factor = factor?.samples else { continue }
            for (number, block) in sums.blocks.enumerated() {
                let isFirst = filled[block - blocks.lowerBound] >> slot & 1 == 0
                filled[block - blocks.lowerBound] |= 1 << slot
                let from = sums.sums[slot].samples + EmitterSums.parts * number * stride
                let counts = sums.counts.samples + number * stride
                let zero = Plane.Lanes(repeating: 0)
                for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    let scale = factor.lanes(channel)
                    let to = self.sums(block: block, slot: slot, column: channel)
                    for part in 0..<EmitterSums.parts {
                        let place = part * Plane.lanes
                        let before = isFirst ? zero : to.lanes(place)
                        to.setLanes(place, before + scale * from.lanes(part * stride + channel))
                    }
                    let place = EmitterSums.parts * Plane.lanes
                    let counted = blend(zero, counts.lanes(channel), where: words(zero .< scale))
                    to.setLanes(place, (isFirst ? zero : to.lanes(place)) + counted)
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
        filled.removeFirst(gone)
        turns.removeFirst(gone)
        turnover = first - first % capacity
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
        turnover = 0
        filled = []
        turns = []
    }
}
