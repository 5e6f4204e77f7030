import Synchronization
import Tiles

/// Lines of eight complex numbers on cache-line boundaries; shared by threads that write disjoint parts.
final class LineBuffer<Scalar: ImagingScalar>: @unchecked Sendable {
    let lines: UnsafeMutablePointer<ComplexLanes<Scalar>>
    let count: Int
    private let memory: LargeMemory

    /// Lines of any contents, or of zeros.
    ///
    /// - Precondition: `count` lines fit an address space: callers bound it by image and plan.
    init(_ count: Int, zeroed: Bool = false) {
        self.count = count
        memory = LargeMemory(max(count, 1) * MemoryLayout<ComplexLanes<Scalar>>.stride)
        lines = memory.start.bindMemory(to: ComplexLanes<Scalar>.self, capacity: max(count, 1))
        if zeroed, !memory.isZero { lines.update(repeating: .zero, count: count) }
    }

    deinit { memory.free() }

    /// The same lines in memory of their own, copied by all threads.
    ///
    /// - Throws: `CancellationError`.
    func copied() async throws -> LineBuffer {
        let copy = LineBuffer(count)
        let part = 1 << 14
        try await inTiles((count + part - 1) / part) { [count] number in
            let first = number * part
            (copy.lines + first).update(from: self.lines + first, count: min(part, count - first))
        }
        return copy
    }
}

/// The blocks of a sparse grid: a slab as planned, and slabs for what comes off the plan.
///
/// A block holds 2 x 16 lines: cells v 0-7 and 8-15 of the tile, each for u 0 ... 15; the lanes of a line are the v.
struct BlockStorage<Scalar: ImagingScalar>: Sendable {
    private static var linesPerBlock: Int { 32 }
    private var planned: LineBuffer<Scalar>
    private let plannedBlocks: Int
    private var extra: [LineBuffer<Scalar>] = []
    private static var blocksPerExtra: Int { 1024 }

    init(blocks: Int) {
        planned = LineBuffer(blocks * Self.linesPerBlock, zeroed: true)
        plannedBlocks = blocks
    }

    /// The same values in memory of its own.
    ///
    /// - Throws: `CancellationError`.
    func copied() async throws -> BlockStorage {
        var copy = self
        copy.planned = try await planned.copied()
        for slab in extra.indices { copy.extra[slab] = try await extra[slab].copied() }
        return copy
    }

    /// Makes room for so many blocks.
    mutating func grow(to blocks: Int) {
        while plannedBlocks + extra.count * Self.blocksPerExtra < blocks {
            extra.append(LineBuffer(Self.blocksPerExtra * Self.linesPerBlock, zeroed: true))
        }
    }

    /// The first line of a block.
    @inline(__always) func lines(_ block: Int) -> UnsafeMutablePointer<ComplexLanes<Scalar>> {
        if block < plannedBlocks { return planned.lines + block * Self.linesPerBlock }
        let (slab, index) = (block - plannedBlocks).quotientAndRemainder(dividingBy: Self.blocksPerExtra)
        return extra[slab].lines + index * Self.linesPerBlock
    }
}

/// Eight real values side by side, of any contents at first; shared by threads that write disjoint parts.
final class LaneBuffer<Scalar: ImagingScalar>: @unchecked Sendable {
    let lanes: UnsafeMutablePointer<SIMD8<Scalar>>
    let count: Int
    private let memory: LargeMemory

    init(_ count: Int) {
        self.count = count
        memory = LargeMemory(max(count, 1) * MemoryLayout<SIMD8<Scalar>>.stride)
        lanes = memory.start.bindMemory(to: SIMD8<Scalar>.self, capacity: max(count, 1))
    }

    deinit { memory.free() }

    func clear() { lanes.update(repeating: .zero, count: count) }
}

/// Scratch buffers of one size that tiles of a kernel take and give back: as many as threads.
final class ScratchPool<Scalar: ImagingScalar>: Sendable {
    private let lines: Int
    private let free = Mutex<[LineBuffer<Scalar>]>([])

    init(lines: Int) { self.lines = lines }

    /// A buffer of any contents.
    func take() -> LineBuffer<Scalar> { free.withLock { $0.popLast() } ?? LineBuffer(lines) }

    func give(_ buffer: LineBuffer<Scalar>) { free.withLock { $0.append(buffer) } }
}
