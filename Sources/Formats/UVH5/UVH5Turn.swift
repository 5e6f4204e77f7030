// An island of unsafe code: samples of rows, [row][channel][product], on their way to planes.

import Visibilities

/// Turns samples of rows into planes.
///
/// Values that are not finite become 0; these, exact zeros, and what has a negative weight or one that is not finite
/// get weight 0 and `dataLost`.
struct UVH5Turn {
    let channels, products: Int
    // Constants of other modules and static ones are looked up by a call, once for each group of samples if used there.
    private let flagged = FlagReasons.unspecified.rawValue
    private let lost = FlagReasons.dataLost.rawValue
    private let magnitude = SampleDigest.magnitude

    /// Readies for rows of so many channels and products.
    init(channels: Int, products: Int) { (self.channels, self.products) = (channels, products) }

    /// Channels that are turned at once.
    private var lanes: Int { 8 }

    /// Turns all products of a row.
    ///
    /// - Parameters:
    ///   - sign: the sign bit of the imaginary part if it has to change, else 0.
    ///   - factors: what `nsamples` of each channel is multiplied with.
    ///   - planes: [product]: the planes' first elements; nil for what is not wanted.
    ///   - offset: from there to where the row's first channel goes.
    func turn(
        _ from: UVH5RowStart, sign: UInt64, factors: UnsafePointer<Float>,
        to planes: UnsafePointer<UVH5PlaneRow?>, offset: Int
    ) {
        let row = Row(from: from, sign: sign, factors: factors, planes: planes, offset: offset)
        guard channels >= lanes else { return turnSingly(row) }
        switch products {
        case 1: inGroups { turnOne(row, $0) }
        case 2: inGroups { turnTwo(row, $0) }
        case 4: inGroups { turnFour(row, $0) }
        default: turnSingly(row)
        }
    }

    /// A row to be turned, and where to.
    private struct Row {
        let from: UVH5RowStart
        let sign: UInt64
        let factors: UnsafePointer<Float>
        let planes: UnsafePointer<UVH5PlaneRow?>
        let offset: Int
    }

    /// Calls a body with the first channel of each group; the last group may overlap the one before.
    @inline(__always)
    private func inGroups(_ body: (Int) -> Void) {
        var channel = 0
        while channel &+ lanes <= channels {
            body(channel)
            channel &+= lanes
        }
        if channel < channels { body(channels &- lanes) }
    }

    @inline(__always)
    private func turnOne(_ row: Row, _ channel: Int) {
        let values = (row.from.visibilities + 8 &* channel).loadUnaligned(as: SIMD8<UInt64>.self)
        let samples = (row.from.samples + 4 &* channel).loadUnaligned(as: SIMD8<Float>.self)
        let flags = (row.from.flags + channel).loadUnaligned(as: SIMD8<UInt8>.self)
        settle(values, flags, samples, row, channel, product: 0)
    }

    @inline(__always)
    private func turnTwo(_ row: Row, _ channel: Int) {
        let values = (row.from.visibilities + 16 &* channel).loadUnaligned(as: SIMD16<UInt64>.self)
        let samples = (row.from.samples + 8 &* channel).loadUnaligned(as: SIMD16<Float>.self)
        let flags = (row.from.flags + 2 &* channel).loadUnaligned(as: SIMD16<UInt8>.self)
        settle(values.evenHalf, flags.evenHalf, samples.evenHalf, row, channel, product: 0)
        settle(values.oddHalf, flags.oddHalf, samples.oddHalf, row, channel, product: 1)
    }

    @inline(__always)
    private func turnFour(_ row: Row, _ channel: Int) {
        let values = (row.from.visibilities + 32 &* channel).loadUnaligned(as: SIMD32<UInt64>.self)
        let samples = (row.from.samples + 16 &* channel).loadUnaligned(as: SIMD32<Float>.self)
        let flags = (row.from.flags + 4 &* channel).loadUnaligned(as: SIMD32<UInt8>.self)
        let (even, evenSamples, evenFlags) = (values.evenHalf, samples.evenHalf, flags.evenHalf)
        settle(even.evenHalf, evenFlags.evenHalf, evenSamples.evenHalf, row, channel, product: 0)
        settle(even.oddHalf, evenFlags.oddHalf, evenSamples.oddHalf, row, channel, product: 2)
        let (odd, oddSamples, oddFlags) = (values.oddHalf, samples.oddHalf, flags.oddHalf)
        settle(odd.evenHalf, oddFlags.evenHalf, oddSamples.evenHalf, row, channel, product: 1)
        settle(odd.oddHalf, oddFlags.oddHalf, oddSamples.oddHalf, row, channel, product: 3)
    }

    /// Eight samples of one product by the rules, in arithmetic on words: comparisons of vectors would go lane by lane.
    @inline(__always)
    private func settle(
        _ bits: SIMD8<UInt64>, _ flags: SIMD8<UInt8>, _ samples: SIMD8<Float>, _ row: Row, _ channel: Int,
        product: Int
    ) {
        guard let to = row.planes[product]?.advanced(by: row.offset + channel) else { return }
        // One less than zero has the top bit; one more in the exponent of what is not finite runs over into the sign.
        let size = bits & SIMD8(repeating: magnitude)
        let over =
            (bits & SIMD8(repeating: 0x7f80_0000_7f80_0000)) &+ SIMD8(repeating: 0x0080_0000_0080_0000)
        let marks = (size &- SIMD8(repeating: 1)) | over | (over &<< SIMD8(repeating: 32))
        let isBad = unsafeBitCast(
            unsafeBitCast(marks, to: SIMD8<Int64>.self) &>> SIMD8(repeating: 63), to: SIMD8<UInt64>.self)
        UnsafeMutableRawPointer(to.visibilities).storeBytes(
            of: (bits ^ SIMD8(repeating: row.sign)) & ~isBad, as: SIMD8<UInt64>.self)
        let counts = unsafeBitCast(samples, to: SIMD8<UInt32>.self)
        let weights = unsafeBitCast(
            samples * UnsafeRawPointer(row.factors + channel).loadUnaligned(as: SIMD8<Float>.self),
            to: SIMD8<UInt32>.self)
        // Negative, but not minus zero; not finite; or of a bad value.
        let size32 = counts & SIMD8<UInt32>(repeating: 0x7fff_ffff)
        let isNegative = counts & (size32 &+ SIMD8<UInt32>(repeating: 0x7fff_ffff))
        let exponent = weights & SIMD8<UInt32>(repeating: 0x7f80_0000)
        let isInfinite = exponent &+ SIMD8<UInt32>(repeating: 0x0080_0000)
        let odd = isNegative | isInfinite | unsafeBitCast(isBad, to: SIMD16<UInt32>.self).oddHalf
        let isLost = unsafeBitCast(
            unsafeBitCast(odd, to: SIMD8<Int32>.self) &>> SIMD8(repeating: 31), to: SIMD8<UInt32>.self)
        UnsafeMutableRawPointer(to.weights).storeBytes(of: weights & ~isLost, as: SIMD8<UInt32>.self)
        let isFlagged = (flags | (SIMD8<UInt8>() &- flags)) &>> SIMD8(repeating: 7)
        let reasons = isFlagged &* SIMD8<UInt8>(repeating: flagged)
        let losses = SIMD8<UInt8>(truncatingIfNeeded: isLost) & SIMD8(repeating: lost)
        UnsafeMutableRawPointer(to.flags).storeBytes(of: reasons | losses, as: SIMD8<UInt8>.self)
    }

    /// Sample by sample: for few channels, or another number of products than 1, 2 and 4.
    private func turnSingly(_ row: Row) {
        for product in 0..<products {
            guard let to = row.planes[product]?.advanced(by: row.offset) else { continue }
            for channel in 0..<channels {
                let place = channel * products + product
                let value = row.from.visibilities.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
                let samples = row.from.samples.loadUnaligned(fromByteOffset: 4 * place, as: Float.self)
                let flag = row.from.flags.load(fromByteOffset: place, as: UInt8.self)
                let weight = samples * row.factors[channel]
                let isBad = SampleDigest.isBad(value)
                let isLost = isBad || !(samples >= 0 && weight < .infinity)
                to.visibilities[channel] = isBad ? 0 : value ^ row.sign
                to.weights[channel] = isLost ? 0 : weight
                to.flags[channel] = (flag != 0 ? flagged : 0) | (isLost ? lost : 0)
            }
        }
    }
}
