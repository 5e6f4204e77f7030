// An island of unsafe code: samples of one row, [channel][product], on their way to a plane's row.

import Visibilities

/// A run of channels of one row as it stands in memory, [channel][product].
struct UVH5RowPiece {
    let channels: Int
    let products: Int
    let visibilities: UnsafePointer<UInt64>
    let flags: UnsafePointer<UInt8>
    let samples: UnsafePointer<Float>
}

/// Where the samples of one product of a row go: the first channel of a plane's row.
struct UVH5PlaneRow {
    let visibilities: UnsafeMutablePointer<UInt64>
    let weights: UnsafeMutablePointer<Float>
    let flags: UnsafeMutablePointer<UInt8>
}

/// Turns samples of a row into planes.
enum UVH5Turn {
    private static let lost = FlagReasons.dataLost.rawValue
    private static let flagged = FlagReasons.unspecified.rawValue

    /// Turns one product: conjugates, weighs, flags.
    ///
    /// Values that are not finite become 0; these, exact zeros, and what has a negative weight or one that is not finite
    /// get weight 0 and `dataLost`.
    ///
    /// - Parameters:
    ///   - sign: the sign bit of the imaginary part if it has to change, else 0.
    ///   - factors: what `nsamples` of each channel is multiplied with.
    static func turn(
        _ row: UVH5RowPiece, product: Int, sign: UInt64, factors: UnsafePointer<Float>, to: UVH5PlaneRow
    ) {
        let isOdd: Bool
        switch row.products {
        case 1: isOdd = turnMost(row, product, 1, sign, factors, to)
        case 2: isOdd = turnMost(row, product, 2, sign, factors, to)
        case 4: isOdd = turnMost(row, product, 4, sign, factors, to)
        default: isOdd = true
        }
        // What is left over; and all, one by one, where something has to be marked as lost.
        let done = isOdd ? 0 : row.channels & ~7
        for channel in done..<row.channels {
            let from = channel * row.products + product
            settle(
                row.visibilities[from] ^ sign, row.flags[from], row.samples[from] * factors[channel],
                row.samples[from], channel, to)
        }
    }

    /// One sample by the rules.
    @inline(__always)
    private static func settle(
        _ value: UInt64, _ flag: UInt8, _ weight: Float, _ samples: Float, _ channel: Int, _ to: UVH5PlaneRow
    ) {
        let isBad = SampleDigest.isBad(value)
        let isLost = isBad || !(samples >= 0 && weight < .infinity)
        to.visibilities[channel] = isBad ? 0 : value
        to.weights[channel] = isLost ? 0 : weight
        to.flags[channel] = (flag != 0 ? flagged : 0) | (isLost ? lost : 0)
    }

    /// Turns whole groups of 8 channels as if nothing were lost; true when something is.
    @inline(__always)
    private static func turnMost(
        _ row: UVH5RowPiece, _ product: Int, _ stride: Int, _ sign: UInt64,
        _ factors: UnsafePointer<Float>, _ to: UVH5PlaneRow
    ) -> Bool {
        let signs = SIMD8(repeating: sign)
        let magnitude = SIMD8<UInt64>(repeating: SampleDigest.magnitude)
        // One more in the exponent of what is not finite runs over into the sign.
        let (exponents, step) = (
            SIMD8<UInt64>(repeating: 0x7f80_0000_7f80_0000), SIMD8<UInt64>(repeating: 0x0080_0000_0080_0000)
        )
        let top = SIMD8<UInt64>(repeating: 0x8000_0000_8000_0000)
        // Marks gather in top bits: comparisons of vectors go lane by lane.
        var odd = SIMD8<UInt64>()
        var oddWeights = SIMD8<UInt32>()
        let (exponent, unit) = (SIMD8<UInt32>(repeating: 0x7f80_0000), SIMD8<UInt32>(repeating: 0x0080_0000))
        var channel = 0
        while channel + 8 <= row.channels {
            let from = channel * stride + product
            let bits = gather(row.visibilities + from, stride)
            let size = bits & magnitude
            odd |= (size &- SIMD8(repeating: 1)) & SIMD8(repeating: 1 << 63)
            odd |= ((bits & exponents) &+ step) & top
            UnsafeMutableRawPointer(to.visibilities + channel).storeBytes(
                of: bits ^ signs, as: SIMD8<UInt64>.self)
            let samples = gather(row.samples + from, stride)
            let weights =
                samples * UnsafeRawPointer(factors + channel).loadUnaligned(as: SIMD8<Float>.self)
            let weightBits = unsafeBitCast(weights, to: SIMD8<UInt32>.self)
            oddWeights |= unsafeBitCast(samples, to: SIMD8<UInt32>.self)
            oddWeights |= (weightBits & exponent) &+ unit
            UnsafeMutableRawPointer(to.weights + channel).storeBytes(of: weights, as: SIMD8<Float>.self)
            let flags = gather(row.flags + from, stride)
            let marks = (flags | (SIMD8<UInt8>() &- flags)) &>> SIMD8(repeating: 7)
            UnsafeMutableRawPointer(to.flags + channel).storeBytes(of: marks, as: SIMD8<UInt8>.self)
            channel += 8
        }
        var isOdd = false
        for lane in 0..<8 { isOdd = isOdd || odd[lane] != 0 || oddWeights[lane] >> 31 != 0 }
        return isOdd
    }

    @inline(__always)
    private static func gather<T: SIMDScalar>(_ from: UnsafePointer<T>, _ stride: Int) -> SIMD8<T> {
        if stride == 1 { return UnsafeRawPointer(from).loadUnaligned(as: SIMD8<T>.self) }
        // Of two products both are loaded and every second one kept: 8 single loads would cost more.
        if stride == 2, MemoryLayout<T>.size > 1 {
            let low = UnsafeRawPointer(from).loadUnaligned(as: SIMD8<T>.self)
            let high = UnsafeRawPointer(from + 7).loadUnaligned(as: SIMD8<T>.self)
            return SIMD8(lowHalf: low.evenHalf, highHalf: high.oddHalf)
        }
        return SIMD8(
            from[0], from[stride], from[2 * stride], from[3 * stride], from[4 * stride], from[5 * stride],
            from[6 * stride], from[7 * stride])
    }

    /// Turns channels round, for files whose frequencies descend.
    static func reverse(_ row: UVH5PlaneRow, _ channels: Int) {
        func reverse<T>(_ start: UnsafeMutablePointer<T>) {
            for index in 0..<channels / 2 { swap(&start[index], &start[channels - 1 - index]) }
        }
        reverse(row.visibilities)
        reverse(row.weights)
        reverse(row.flags)
    }

    /// Turns complex numbers of double precision into pairs of floats; what is too large becomes infinite.
    static func narrow(_ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<2 * count { to[index] = Float(from[index]) }
    }

    /// Turns complex whole numbers into pairs of floats, to the nearest.
    static func widen(_ from: UnsafePointer<Int32>, _ to: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<2 * count { to[index] = Float(from[index]) }
    }
}
