// An island of unsafe code: one pass over a spectrum's bytes that hashes them and looks for bad samples.

/// A fast checksum of samples as read, with what the same pass over them sees.
///
/// Each (dump, channel) row of all products is hashed by itself: 8 lanes of 64 bits, each adding the sample and the
/// product of the halves of (sample xor a key that depends on the place in the row). The rows' hashes are mixed with
/// their place in the file and summed, so that neither the order of reading nor sub-bands nor threads matter. It
/// guards against mistakes, not against malice.
struct SampleDigest {
    private static let golden: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let start = SIMD8<UInt64>(
        0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xd6e8_feb8_6659_fd93, 0xa076_1d64_78bd_642f,
        0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3, 0x1d8e_4e27_c47d_124f)
    /// The bits of a pair of floats without their signs.
    static let magnitude: UInt64 = 0x7fff_ffff_7fff_ffff

    /// The hash of a row so far.
    private(set) var hash: UInt64

    /// Starts the hash of a row at its place in the file.
    init(dump: Int, channel: Int) {
        hash = Self.mixed(
            UInt64(truncatingIfNeeded: dump) &* Self.golden ^ UInt64(truncatingIfNeeded: channel))
    }

    /// The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ golden
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Adds a row of visibilities; true when one of them is not finite or exactly zero.
    mutating func add(visibilities row: UnsafePointer<UInt64>, count: Int) -> Bool {
        var sum = Self.start
        var key = Self.start &* SIMD8(repeating: 3)
        var nan = SIMD16<Float>(repeating: 0)
        var zero = SIMDMask<SIMD8<Int64>>(repeating: false)
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let bits = UnsafeRawPointer(row + index).loadUnaligned(as: SIMD8<UInt64>.self)
            key = key &+ SIMD8(repeating: Self.golden)
            let product = bits ^ key
            sum =
                sum &+ bits &+ (product & SIMD8(repeating: 0xffff_ffff)) &* (product &>> SIMD8(repeating: 32))
            nan += unsafeBitCast(bits, to: SIMD16<Float>.self) * SIMD16(repeating: 0)
            zero = zero .| ((bits & SIMD8(repeating: Self.magnitude)) .== SIMD8(repeating: 0))
        }
        for lane in 0..<8 { hash = Self.mixed(hash ^ sum[lane]) }
        var isBad = any(nan .!= nan) || any(zero)
        for index in whole..<max(count, whole) {
            hash = Self.mixed(hash ^ row[index])
            isBad = isBad || Self.isBad(row[index])
        }
        return isBad
    }

    /// Adds a row of bytes (flags or weights).
    mutating func add(bytes row: UnsafePointer<UInt8>, count: Int) {
        var sum = Self.start
        var key = Self.start &* SIMD8(repeating: 5)
        let whole = count & ~63
        for index in stride(from: 0, to: whole, by: 64) {
            let bits = UnsafeRawPointer(row + index).loadUnaligned(as: SIMD8<UInt64>.self)
            key = key &+ SIMD8(repeating: Self.golden)
            let product = bits ^ key
            sum =
                sum &+ bits &+ (product & SIMD8(repeating: 0xffff_ffff)) &* (product &>> SIMD8(repeating: 32))
        }
        for lane in 0..<8 { hash = Self.mixed(hash ^ sum[lane]) }
        for index in whole..<max(count, whole) { hash = Self.mixed(hash ^ UInt64(row[index])) }
    }

    /// Adds the bits of one number.
    mutating func add(_ value: Float) { hash = Self.mixed(hash ^ UInt64(value.bitPattern)) }

    /// Whether a visibility (two floats, the real part in the low half) is not finite or exactly zero.
    static func isBad(_ bits: UInt64) -> Bool {
        let exponent: UInt64 = 0x7f80_0000
        return bits & magnitude == 0 || bits & exponent == exponent || (bits >> 32) & exponent == exponent
    }
}
