// An island of unsafe code: byte loops that the compiler turns into vectors, over spans checked beforehand.

extension VisibilityBlock {
    /// Adds a reason to the samples of a baseline, in all its products, where a mask is not 0.
    ///
    /// - Parameters:
    ///   - reason: the bits to add.
    ///   - baseline: index in the block.
    ///   - times: the block's dumps that the mask covers.
    ///   - mask: [time][channel] of those dumps; its bits may tell what found a sample.
    /// - Returns: of the samples that had no flag before, how many have each bit of the mask, lowest first.
    /// - Precondition: the mask has the size of those dumps.
    @discardableResult public mutating func addFlags(
        _ reason: FlagReasons, baseline: Int, times: Range<Int>, where mask: Span<UInt8>
    ) -> SIMD8<Int> {
        precondition(times.lowerBound >= 0 && times.upperBound <= shape.times, "dumps outside the block")
        precondition(mask.count == times.count * shape.channels, "a mask of another shape")
        let shape = shape
        var fresh = SIMD8<Int>(repeating: 0)
        for polarisation in 0..<shape.polarisations {
            withMutablePlane(baseline * shape.polarisations + polarisation) { plane in
                plane.flags.withUnsafeMutableBufferPointer { flags in
                    mask.withUnsafeBufferPointer { mask in
                        let start = times.lowerBound * shape.channels
                        fresh &+= add(
                            reason.rawValue,
                            to: UnsafeMutableBufferPointer(rebasing: flags[start..<start + mask.count]),
                            where: mask)
                    }
                }
            }
        }
        return fresh
    }
}

/// Adds bits where the mask is set and counts the samples that had none, by bit of the mask.
///
/// Eight bytes a word, four words at once: Swift makes no vectors of SIMD masks of bytes.
private func add(
    _ bits: UInt8, to flags: UnsafeMutableBufferPointer<UInt8>, where mask: UnsafeBufferPointer<UInt8>
) -> SIMD8<Int> {
    typealias Words = SIMD4<UInt64>
    let size = MemoryLayout<Words>.size
    let whole = mask.count / size * size
    let spread = Words(repeating: UInt64(bits) &* 0x0101_0101_0101_0101)
    var fresh = SIMD8<Int>(repeating: 0)
    if whole > 0, let from = mask.baseAddress, let to = flags.baseAddress {
        for start in stride(from: 0, to: whole, by: size) {
            let old = UnsafeRawPointer(to + start).loadUnaligned(as: Words.self)
            let found = UnsafeRawPointer(from + start).loadUnaligned(as: Words.self)
            let masked = topBits(found)
            // 0x80 to 0xff: all bits of the bytes whose top bit is set.
            let bytes = masked &<< Words(repeating: 1) &- masked &>> Words(repeating: 7)
            UnsafeMutableRawPointer(to + start).storeBytes(of: old | bytes & spread, as: Words.self)
            let counted = masked & ~topBits(old)
            guard counted.x | counted.y | counted.z | counted.w != 0 else { continue }
            for bit in 0..<8 {
                let ones = counted & found &<< Words(repeating: UInt64(7 - bit))
                fresh[bit] &+= ones.x.nonzeroBitCount &+ ones.y.nonzeroBitCount
                fresh[bit] &+= ones.z.nonzeroBitCount &+ ones.w.nonzeroBitCount
            }
        }
    }
    for index in whole..<mask.count where mask[index] != 0 {
        if flags[index] == 0 {
            fresh &+= SIMD8(repeating: Int(mask[index])) &>> SIMD8(0, 1, 2, 3, 4, 5, 6, 7) & 1
        }
        flags[index] |= bits
    }
    return fresh
}

/// The top bit of each byte that is not 0 (Warren, Hacker's Delight, section 6-1).
@inline(__always)
private func topBits(_ words: SIMD4<UInt64>) -> SIMD4<UInt64> {
    let low = SIMD4<UInt64>(repeating: 0x7f7f_7f7f_7f7f_7f7f)
    return ((words & low) &+ low | words) & ~low
}
