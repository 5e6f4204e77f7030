/// Numbers of readers of one link.
@usableFromInline struct ReaderSet: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// How many readers a link may have.
    static let limit = UInt64.bitWidth

    private var bits: UInt64 = 0

    @usableFromInline init(arrayLiteral readers: Int...) {
        for reader in readers { insert(reader) }
    }

    @usableFromInline var isEmpty: Bool { bits == 0 }

    mutating func insert(_ reader: Int) { bits |= 1 << UInt64(reader) }

    /// Takes a reader out; whether it was in.
    mutating func remove(_ reader: Int) -> Bool {
        defer { bits &= ~(1 << UInt64(reader)) }
        return bits & (1 << UInt64(reader)) != 0
    }

    /// Takes the lowest reader out.
    mutating func popFirst() -> Int? {
        guard bits != 0 else { return nil }
        defer { bits &= bits - 1 }
        return bits.trailingZeroBitCount
    }
}
