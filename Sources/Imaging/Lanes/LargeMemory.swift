// An island of unsafe code: memory of buffers, with one owner.

/// Memory on cache-line boundaries; large pieces come from the spare memory of the task, if it has any.
struct LargeMemory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    /// Whether it holds zeros; else anything.
    let isZero: Bool
    private let bytes: Int
    private let spare: SpareMemory?

    init(_ wanted: Int) {
        let spare = wanted >= SpareMemory.leastBytes ? SpareMemory.current : nil
        self.spare = spare
        if let piece = spare?.take(wanted) {
            (start, bytes) = piece
            isZero = false
        } else {
            (start, bytes, isZero) = (Pages.allocate(wanted), wanted, Pages.areFresh(wanted))
        }
    }

    func free() {
        if let spare { spare.give(start, bytes: bytes) } else { Pages.free(start, bytes: bytes) }
    }
}
