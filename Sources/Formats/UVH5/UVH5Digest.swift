// An island of unsafe code: one pass over a run of samples that hashes them.

/// A checksum of samples as read that does not depend on how they were cut.
///
/// Each sample adds the product of the halves of (its bits xor a key) and its bits, where the key follows from its row
/// and its place in the row. It guards against mistakes, not against malice.
enum UVH5Digest {
    private static let golden: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// The hash of words of 64 bits from a place in a row on.
    static func sum(words: UnsafePointer<UInt64>, count: Int, row: Int, first: Int) -> UInt64 {
        let base = key(row, 1)
        var keys = start(base, first)
        var sums = SIMD8<UInt64>()
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let bits = UnsafeRawPointer(words + index).loadUnaligned(as: SIMD8<UInt64>.self)
            sums = sums &+ term(bits, keys)
            keys = keys &+ SIMD8(repeating: 8 &* golden)
        }
        var sum = sums.wrappedSum()
        for index in whole..<max(count, whole) {
            sum &+= term(words[index], base &+ golden &* UInt64(truncatingIfNeeded: first + index))
        }
        return sum
    }

    /// The hash of flags and weights from a place in a row on.
    static func sum(
        flags: UnsafePointer<UInt8>, samples: UnsafePointer<Float>, count: Int, row: Int, first: Int
    ) -> UInt64 {
        let base = key(row, 2)
        var keys = start(base, first)
        var sums = SIMD8<UInt64>()
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let flag = UnsafeRawPointer(flags + index).loadUnaligned(as: SIMD8<UInt8>.self)
            let sample = UnsafeRawPointer(samples + index).loadUnaligned(as: SIMD8<UInt32>.self)
            let bits =
                SIMD8<UInt64>(truncatingIfNeeded: flag) &<< SIMD8(repeating: 32)
                | SIMD8<UInt64>(truncatingIfNeeded: sample)
            sums = sums &+ term(bits, keys)
            keys = keys &+ SIMD8(repeating: 8 &* golden)
        }
        var sum = sums.wrappedSum()
        for index in whole..<max(count, whole) {
            let bits = UInt64(flags[index]) << 32 | UInt64(samples[index].bitPattern)
            sum &+= term(bits, base &+ golden &* UInt64(truncatingIfNeeded: first + index))
        }
        return sum
    }

    private static func key(_ row: Int, _ array: UInt64) -> UInt64 {
        SampleDigest.mixed(UInt64(truncatingIfNeeded: row) &* 4 &+ array)
    }

    private static func start(_ base: UInt64, _ first: Int) -> SIMD8<UInt64> {
        let lanes = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7)
        return SIMD8(repeating: base)
            &+ SIMD8(repeating: golden) &* (SIMD8(repeating: UInt64(truncatingIfNeeded: first)) &+ lanes)
    }

    @inline(__always)
    private static func term(_ bits: SIMD8<UInt64>, _ keys: SIMD8<UInt64>) -> SIMD8<UInt64> {
        let product = bits ^ keys
        return bits &+ (product & SIMD8(repeating: 0xffff_ffff)) &* (product &>> SIMD8(repeating: 32))
    }

    @inline(__always)
    private static func term(_ bits: UInt64, _ key: UInt64) -> UInt64 {
        let product = bits ^ key
        return bits &+ (product & 0xffff_ffff) &* (product >> 32)
    }
}
