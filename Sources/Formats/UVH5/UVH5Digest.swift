// An island of unsafe code: one pass over samples that hashes them.

/// A checksum of samples as read that does not depend on how they were cut.
///
/// Each sample adds the product of the halves of (its bits xor a key) and its bits, where the key follows from its row
/// and its place in the row. It guards against mistakes, not against malice.
struct UVH5Digest {
    private static let golden: UInt64 = 0x9e37_79b9_7f4a_7c15
    private var sums = SIMD8<UInt64>()
    private var rest: UInt64 = 0

    /// The checksum so far.
    var value: UInt64 { sums.wrappedSum() &+ rest }

    /// Adds pieces of rows.
    ///
    /// - Parameters:
    ///   - words: visibilities as they stand in the file; in a row `wordsPerSample` words of 64 bits for each sample.
    ///   - row: the file's row of the first one.
    ///   - channel: the file's channel of the first one.
    mutating func add(_ piece: UVH5Piece, words: UVH5Piece.Part, wordsPerSample: Int, row: Int, channel: Int)
    {
        let (count, first) = (piece.channels * piece.products, channel * piece.products)
        for place in 0..<piece.rows {
            add(
                words: words.start + place * words.rowStride, count: count * wordsPerSample,
                key: Self.key(row + place, 1, first * wordsPerSample))
            add(
                flags: piece.flags.start + place * piece.flags.rowStride,
                samples: piece.samples.start + place * piece.samples.rowStride, count: count,
                key: Self.key(row + place, 2, first))
        }
    }

    @inline(__always)
    private mutating func add(words: UnsafeRawPointer, count: Int, key: UInt64) {
        var keys = Self.keys(key)
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            sums = sums &+ Self.term((words + 8 * index).loadUnaligned(as: SIMD8<UInt64>.self), keys)
            keys = keys &+ SIMD8(repeating: 8 &* Self.golden)
        }
        for index in whole..<max(count, whole) {
            let bits = words.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
            rest &+= Self.term(bits, key &+ Self.golden &* UInt64(truncatingIfNeeded: index))
        }
    }

    @inline(__always)
    private mutating func add(flags: UnsafeRawPointer, samples: UnsafeRawPointer, count: Int, key: UInt64) {
        var keys = Self.keys(key)
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let flag = (flags + index).loadUnaligned(as: SIMD8<UInt8>.self)
            let sample = (samples + 4 * index).loadUnaligned(as: SIMD8<UInt32>.self)
            let bits =
                SIMD8<UInt64>(truncatingIfNeeded: flag) &<< SIMD8(repeating: 32)
                | SIMD8<UInt64>(truncatingIfNeeded: sample)
            sums = sums &+ Self.term(bits, keys)
            keys = keys &+ SIMD8(repeating: 8 &* Self.golden)
        }
        for index in whole..<max(count, whole) {
            let flag = flags.load(fromByteOffset: index, as: UInt8.self)
            let sample = samples.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
            let bits = UInt64(flag) << 32 | UInt64(sample)
            rest &+= Self.term(bits, key &+ Self.golden &* UInt64(truncatingIfNeeded: index))
        }
    }

    /// The key of a place in a row of one of the arrays.
    private static func key(_ row: Int, _ array: UInt64, _ place: Int) -> UInt64 {
        SampleDigest.mixed(UInt64(truncatingIfNeeded: row) &* 4 &+ array)
            &+ golden &* UInt64(truncatingIfNeeded: place)
    }

    /// The keys of eight places from one on.
    @inline(__always)
    private static func keys(_ first: UInt64) -> SIMD8<UInt64> {
        SIMD8(repeating: first) &+ SIMD8(repeating: golden) &* SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
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
