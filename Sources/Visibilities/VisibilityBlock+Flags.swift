// An island of unsafe code: byte loops that the compiler turns into vectors, over spans checked beforehand.

extension VisibilityBlock {
    /// Adds a reason to the samples of a baseline, in all its products, where a mask is not 0.
    ///
    /// - Parameters:
    ///   - reason: the bits to add.
    ///   - baseline: index in the block.
    ///   - times: the block's dumps that the mask covers.
    ///   - mask: [time][channel] of those dumps.
    /// - Returns: how many samples had no flag before.
    /// - Precondition: the mask has the size of those dumps.
    @discardableResult public mutating func addFlags(
        _ reason: FlagReasons, baseline: Int, times: Range<Int>, where mask: Span<UInt8>
    ) -> Int {
        precondition(times.lowerBound >= 0 && times.upperBound <= shape.times, "dumps outside the block")
        precondition(mask.count == times.count * shape.channels, "a mask of another shape")
        let shape = shape
        var fresh = 0
        for polarisation in 0..<shape.polarisations {
            withMutablePlane(baseline * shape.polarisations + polarisation) { plane in
                plane.flags.withUnsafeMutableBufferPointer { flags in
                    mask.withUnsafeBufferPointer { mask in
                        let start = times.lowerBound * shape.channels
                        fresh += add(
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

/// Adds bits where the mask is set and counts the samples that had none.
private func add(
    _ bits: UInt8, to flags: UnsafeMutableBufferPointer<UInt8>, where mask: UnsafeBufferPointer<UInt8>
) -> Int {
    typealias Lanes = SIMD32<UInt8>
    let whole = mask.count / Lanes.scalarCount * Lanes.scalarCount
    var fresh = 0
    if whole > 0, let from = mask.baseAddress, let to = flags.baseAddress {
        for start in stride(from: 0, to: whole, by: Lanes.scalarCount) {
            let masked = UnsafeRawPointer(from + start).loadUnaligned(as: Lanes.self) .!= 0
            let old = UnsafeRawPointer(to + start).loadUnaligned(as: Lanes.self)
            let new = old | Lanes(repeating: 0).replacing(with: bits, where: masked)
            UnsafeMutableRawPointer(to + start).storeBytes(of: new, as: Lanes.self)
            let counted = masked .& (old .== 0)
            fresh += Int(Lanes(repeating: 0).replacing(with: 1, where: counted).wrappedSum())
        }
    }
    for index in whole..<mask.count where mask[index] != 0 {
        fresh += flags[index] == 0 ? 1 : 0
        flags[index] |= bits
    }
    return fresh
}
