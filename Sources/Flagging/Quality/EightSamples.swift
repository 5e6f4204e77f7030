import Visibilities

/// Samples of eight neighbouring channels of a row, and which of them count.
///
/// An island of unsafe code: vector loads within spans whose size is checked. By arithmetic alone: comparisons of vectors are slow
/// loops in Swift 6.3.
struct EightSamples {
    let real: SIMD8<Float>
    let imaginary: SIMD8<Float>
    let amplitudes: SIMD8<Float>
    /// 1 for samples that are not lost and have a finite amplitude in single precision, else 0.
    let isSeen: SIMD8<UInt32>
    /// 1 for those of them that carry no flag.
    let isUnflagged: SIMD8<UInt32>

    /// The flags of eight lost samples.
    private static let lost = 0x0101_0101_0101_0101 * UInt64(FlagReasons.dataLost.rawValue)

    /// The samples from one on; those beyond `lanes` are lost.
    @inline(__always)
    init(_ visibilities: Span<Complex64>, _ flags: Span<UInt8>, at sample: Int, lanes: Int) {
        guard lanes == 8 else {
            self.init(part: visibilities, flags, at: sample, lanes: lanes)
            return
        }
        let pairs = visibilities.withUnsafeBytes { bytes -> SIMD16<Float> in
            precondition(sample >= 0 && 8 * (sample + 8) <= bytes.count, "samples beyond the plane")
            return bytes.loadUnaligned(fromByteOffset: 8 * sample, as: SIMD16<Float>.self)
        }
        let bits = flags.withUnsafeBytes { bytes -> UInt64 in
            precondition(sample + 8 <= bytes.count, "flags beyond the plane")
            return bytes.loadUnaligned(fromByteOffset: sample, as: UInt64.self)
        }
        self.init(pairs, bits)
    }

    /// The end of a row.
    private init(part visibilities: Span<Complex64>, _ flags: Span<UInt8>, at sample: Int, lanes: Int) {
        var (values, bits) = (SIMD16<Float>(), Self.lost)
        for lane in 0..<lanes {
            values[2 * lane] = visibilities[sample + lane].real
            values[2 * lane + 1] = visibilities[sample + lane].imaginary
            let shift = UInt64(8 * lane)
            bits = bits & ~(0xFF << shift) | UInt64(flags[sample + lane]) << shift
        }
        self.init(values, bits)
    }

    @inline(__always)
    private init(_ pairs: SIMD16<Float>, _ flags: UInt64) {
        (real, imaginary) = (pairs.evenHalf, pairs.oddHalf)
        amplitudes = (real * real + imaginary * imaginary).squareRoot()
        let one = SIMD8<UInt32>(repeating: 1)
        isSeen = Self.isFinite(amplitudes) & (Self.isSet(flags & Self.lost) ^ one)
        isUnflagged = isSeen & (Self.isSet(flags) ^ one)
    }

    /// 1 for finite numbers: the exponent of others is all ones, so that one more carries into the sign.
    @inline(__always)
    private static func isFinite(_ values: SIMD8<Float>) -> SIMD8<UInt32> {
        let magnitude = unsafeBitCast(values, to: SIMD8<UInt32>.self) & SIMD8(repeating: 0x7FFF_FFFF)
        let isBad = (magnitude &+ SIMD8(repeating: 0x0080_0000)) &>> SIMD8(repeating: 31)
        return isBad ^ SIMD8(repeating: 1)
    }

    /// Floats by their bits where a lane is 1, 0 where it is 0.
    @inline(__always)
    static func only(_ bits: SIMD8<UInt32>, _ lanes: SIMD8<UInt32>) -> SIMD8<Float> {
        unsafeBitCast(bits & (SIMD8<UInt32>(repeating: 0) &- lanes), to: SIMD8<Float>.self)
    }

    /// 1 for each of the eight bytes of a word that is not 0 (Warren, Hacker's Delight, section 6-1), in memory order on a
    /// little-endian machine.
    @inline(__always)
    private static func isSet(_ word: UInt64) -> SIMD8<UInt32> {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let high = (word & low) &+ low | word
        let lanes = SIMD8<UInt32>(
            lowHalf: SIMD4(repeating: UInt32(truncatingIfNeeded: high)),
            highHalf: SIMD4(repeating: UInt32(truncatingIfNeeded: high &>> 32)))
        return (lanes &>> SIMD8(7, 15, 23, 31, 7, 15, 23, 31)) & SIMD8(repeating: 1)
    }
}
