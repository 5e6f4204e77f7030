// An island of unsafe code: loops over a row of samples that the compiler turns into vectors, each within its span.

import Visibilities

/// Flags samples whose amplitude |V| lies in some ranges and in none of others.
///
/// Amplitudes are compared as squares in double precision, where those of two floats neither overflow nor vanish. A sample
/// that is not a number has no amplitude; an infinite one lies in every range without an upper end.
public struct AmplitudeClip: Sendable, Hashable {
    private let included: [ClosedRange<Double>]
    private let excluded: [ClosedRange<Double>]

    /// A clip of the amplitudes in some ranges, both ends in, that are in none of the excluded ones; negative ends count as 0.
    public init(_ included: [ClosedRange<Double>], excluding excluded: [ClosedRange<Double>] = []) {
        self.included = included.compactMap(Self.squared)
        self.excluded = excluded.compactMap(Self.squared)
    }

    private static func squared(_ range: ClosedRange<Double>) -> ClosedRange<Double>? {
        guard range.upperBound >= 0 else { return nil }
        let lower = max(range.lowerBound, 0)
        return lower * lower...range.upperBound * range.upperBound
    }

    /// Adds a reason to the samples of a baseline, each product for itself.
    ///
    /// - Parameters:
    ///   - reason: the bits to add.
    ///   - block: where they are.
    ///   - baseline: index in the block.
    ///   - regions: the dumps and channels to look at.
    /// - Returns: how many samples had no flag before.
    public func flag(
        _ reason: FlagReasons, in block: inout VisibilityBlock, baseline: Int, regions: [BlockRegion]
    ) -> Int {
        let shape = block.shape
        var mask = [UInt8](repeating: 0, count: shape.channels)
        var fresh = 0
        for polarisation in 0..<shape.polarisations {
            block.withMutablePlane(baseline * shape.polarisations + polarisation) { plane in
                for region in regions {
                    for time in region.times {
                        let start = time * shape.channels
                        let row =
                            start + region.channels.lowerBound..<start + region.channels.upperBound
                        precondition(row.lowerBound >= 0 && row.upperBound <= shape.planeSize)
                        find(plane.visibilities.span.extracting(row), &mask)
                        fresh += Self.add(reason, to: &plane.flags, row, where: mask)
                    }
                }
            }
        }
        return fresh
    }

    /// Sets the bytes of a mask to 1 where a sample is to be flagged, else to 0.
    private func find(_ samples: Span<Complex64>, _ mask: inout [UInt8]) {
        precondition(samples.count <= mask.count)
        samples.withUnsafeBufferPointer { samples in
            mask.withUnsafeMutableBufferPointer { mask in
                for index in samples.indices { mask[index] = 0 }
                for range in included {
                    let (lower, upper) = (range.lowerBound, range.upperBound)
                    for index in samples.indices {
                        let power = Self.power(samples[index])
                        mask[index] |= (power >= lower ? 1 : 0) & (power <= upper ? 1 : 0)
                    }
                }
                for range in excluded {
                    let (lower, upper) = (range.lowerBound, range.upperBound)
                    for index in samples.indices {
                        let power = Self.power(samples[index])
                        mask[index] &= (power >= lower ? 0 : 1) | (power <= upper ? 0 : 1)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func power(_ sample: Complex64) -> Double {
        let (real, imaginary) = (Double(sample.real), Double(sample.imaginary))
        return real * real + imaginary * imaginary
    }

    private static func add(
        _ reason: FlagReasons, to flags: inout MutableSpan<UInt8>, _ row: Range<Int>, where mask: [UInt8]
    ) -> Int {
        let bits = reason.rawValue
        return flags.withUnsafeMutableBufferPointer { flags in
            mask.withUnsafeBufferPointer { mask in
                var fresh = 0
                for index in 0..<row.count {
                    let old = flags[row.lowerBound + index]
                    fresh += Int(mask[index] & (old == 0 ? 1 : 0))
                    flags[row.lowerBound + index] = old | mask[index] &* bits
                }
                return fresh
            }
        }
    }
}
