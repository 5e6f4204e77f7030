/// Lines of eight complex numbers on cache-line boundaries, zero at first; shared by threads that write disjoint parts.
final class LineBuffer: @unchecked Sendable {
    let lines: UnsafeMutablePointer<ComplexLanes>
    let count: Int

    /// - Precondition: `count` lines of 64 bytes fit an address space: callers bound it by image and plan.
    init(_ count: Int) {
        self.count = count
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 64, alignment: 64)
        lines = bytes.bindMemory(to: ComplexLanes.self, capacity: max(count, 1))
        clear()
    }

    deinit { UnsafeMutableRawPointer(lines).deallocate() }

    func clear() { lines.update(repeating: .zero, count: count) }
}

/// The blocks of a sparse grid: a slab as planned, and slabs for what comes off the plan.
///
/// A block holds 2 x 16 lines: cells v 0-7 and 8-15 of the tile, each for u 0 ... 15; the lanes of a line are the v.
struct BlockStorage: Sendable {
    static let linesPerBlock = 32
    private let planned: LineBuffer
    private let plannedBlocks: Int
    private var extra: [LineBuffer] = []
    private static let blocksPerExtra = 1024

    init(blocks: Int) {
        planned = LineBuffer(blocks * Self.linesPerBlock)
        plannedBlocks = blocks
    }

    /// Makes room for so many blocks.
    mutating func grow(to blocks: Int) {
        while plannedBlocks + extra.count * Self.blocksPerExtra < blocks {
            extra.append(LineBuffer(Self.blocksPerExtra * Self.linesPerBlock))
        }
    }

    /// The first line of a block.
    @inline(__always) func lines(_ block: Int) -> UnsafeMutablePointer<ComplexLanes> {
        if block < plannedBlocks { return planned.lines + block * Self.linesPerBlock }
        let (slab, index) = (block - plannedBlocks).quotientAndRemainder(dividingBy: Self.blocksPerExtra)
        return extra[slab].lines + index * Self.linesPerBlock
    }
}

/// Eight real values side by side, zero at first; shared by threads that write disjoint parts.
final class LaneBuffer: @unchecked Sendable {
    let lanes: UnsafeMutablePointer<Lanes>
    let count: Int

    init(_ count: Int) {
        self.count = count
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 32, alignment: 64)
        lanes = bytes.bindMemory(to: Lanes.self, capacity: max(count, 1))
        clear()
    }

    deinit { UnsafeMutableRawPointer(lanes).deallocate() }

    func clear() { lanes.update(repeating: .zero, count: count) }
}
