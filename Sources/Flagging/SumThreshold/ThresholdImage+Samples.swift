// An island of unsafe code: rows of the caller's spans are read and written within their length.

extension ThresholdImage {
    /// Starts anew with real samples on a grid; those that are flagged or not finite are missing.
    ///
    /// - Parameters:
    ///   - image: [time][channel].
    ///   - mask: as `image`, not 0 where flagged.
    ///   - least: lower samples count as this, in grid steps.
    func refill(
        _ image: UnsafePointer<Float>, mask: UnsafePointer<UInt8>, factors: (Float, Float), least: Float
    ) {
        let whole = channels / Self.lanes * Self.lanes
        let channels = channels
        let stride = stride
        refill { row, channel in
            let sample = row / stride * channels + channel
            if channel < whole {
                return Self.onGrid(
                    UnsafeRawPointer(image + sample).loadUnaligned(as: SIMD16<Float>.self),
                    UnsafeRawPointer(mask + sample).loadUnaligned(as: SIMD16<UInt8>.self), factors, least)
            }
            // The end of a row, or its padding.
            var samples = SIMD16<Float>(repeating: .nan)
            var flags = SIMD16<UInt8>(repeating: 1)
            for lane in 0..<max(0, min(Self.lanes, channels - channel)) {
                samples[lane] = image[sample + lane]
                flags[lane] = mask[sample + lane]
            }
            return Self.onGrid(samples, flags, factors, least)
        }
    }

    /// Samples on the grid, and 1 for those that count.
    @inline(__always)
    private static func onGrid(
        _ samples: SIMD16<Float>, _ flags: SIMD16<UInt8>, _ factors: (Float, Float), _ least: Float
    ) -> (value: Lanes, live: Lanes) {
        let exponent = Lanes(repeating: 0x7F80_0000)
        let isFinite = ((unsafeBitCast(samples, to: Lanes.self) & exponent) &- exponent) &>> 31
        let isUnflagged = (Lanes(truncatingIfNeeded: flags) &- 1) &>> 31
        return onGrid(samples, kept: isFinite & isUnflagged, factors, least: least)
    }

    /// Samples on the grid where all bits of `kept` are set, and 1 for them.
    @inline(__always)
    static func onGrid(
        _ samples: SIMD16<Float>, kept: Lanes, _ factors: (Float, Float), least: Float
    ) -> (value: Lanes, live: Lanes) {
        let bits = unsafeBitCast(samples, to: Lanes.self) & kept
        let scaled = unsafeBitCast(bits, to: SIMD16<Float>.self) * factors.0 * factors.1
        let cut = lesser(
            greater(scaled, SIMD16<Float>(repeating: least)), SIMD16<Float>(repeating: FixedPoint.largest))
        // Adding 1.5 x 2^23 leaves the rounded integer in the low bits of the significand.
        let value = unsafeBitCast(cut + 12_582_912, to: Lanes.self) &- 0x4B40_0000
        return (value & kept, kept & 1)
    }

    /// Sets the flags of what was found to 1, [time][channel].
    func writeFound(to mask: UnsafeMutablePointer<UInt8>) {
        let whole = channels / Self.lanes * Self.lanes
        for time in 0..<times {
            let (row, target) = (found + time * stride, mask + time * channels)
            for channel in Swift.stride(from: 0, to: whole, by: Self.lanes) {
                let flags = UnsafeMutableRawPointer(target + channel)
                let marks = SIMD16<UInt8>(truncatingIfNeeded: row.lanes(channel))
                let before = flags.loadUnaligned(as: SIMD16<UInt8>.self)
                flags.storeBytes(of: (before & ~marks) | (marks & 1), as: SIMD16<UInt8>.self)
            }
            for channel in whole..<channels where row[channel] != 0 { target[channel] = 1 }
        }
    }
}
