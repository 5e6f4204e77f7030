import Synchronization
import Tiles
import Visibilities

extension PhaseShift {
    /// Moves the blocks of a window, several at once, and returns them in their order.
    func apply(to blocks: consuming [VisibilityBlock], threads: Int) async throws -> [VisibilityBlock] {
        // Each block is taken out while it changes: one that an array still held would be copied.
        var reversed: [VisibilityBlock?] = []
        while let block = blocks.popLast() { reversed.append(block) }
        let count = reversed.count
        let shelf = Mutex<[VisibilityBlock?]>(reversed)
        reversed = []
        try await inTiles(count, width: threads) { tile in
            guard var block = shelf.withLock({ $0[tile].take() }) else { return }
            apply(to: &block)
            block.changeHalo { apply(to: &$0) }
            shelf.withLock { [block] in $0[tile] = block }
        }
        return shelf.withLock { shelf in
            defer { shelf = [] }
            return shelf.reversed().compactMap { $0 }
        }
    }
}
