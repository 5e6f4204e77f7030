// An island of unsafe code: the corner turn from a file's [channel][product] to a block's [plane][dump][channel].

import Visibilities

/// Where the samples of one product of the file go in a window's blocks.
struct MVFDestination: @unchecked Sendable {
    /// The product's index in the file.
    let product: Int
    /// The sign bit of the imaginary part if it has to change, else 0.
    let conjugation: UInt64
    /// The plane's first visibility, as a pair of floats in 64 bits.
    let visibilities: UnsafeMutablePointer<UInt64>
    /// The plane's first weight.
    let weights: UnsafeMutablePointer<Float>
    /// The plane's first flags.
    let flags: UnsafeMutablePointer<UInt8>
}

/// A run of channels of one dump as it stands in the file, [channel][product].
struct MVFSpectra {
    /// How many channels.
    let channels: Int
    /// How many products.
    let products: Int
    let visibilities: UnsafePointer<UInt64>
    let flags: UnsafePointer<UInt8>?
    /// Weights as bytes.
    let weights: UnsafePointer<UInt8>?
    /// Weights of a file that does not hold bytes.
    let floatWeights: UnsafePointer<Float>?
    /// Weight of each channel.
    let channelWeights: UnsafePointer<Float>
    /// Room for `MVFCornerTurn.planesAtOnce` bytes per channel.
    let scratch: UnsafeMutablePointer<UInt8>
}

/// Turns samples as a file holds them into the planes of blocks.
enum MVFCornerTurn {
    /// Planes that are turned together: 4 squares of 8 x 8 bytes.
    static let planesAtOnce = 32

    /// Turns all products of some channels of a dump.
    ///
    /// - Parameters:
    ///   - destinations: in order of product.
    ///   - offset: place in each plane of the first channel.
    ///   - isReversed: whether the last channel of the file comes first.
    static func turn(_ spectra: MVFSpectra, _ destinations: [MVFDestination], offset: Int, isReversed: Bool) {
        destinations.withUnsafeBufferPointer { all in
            var first = 0
            while first < all.count {
                let group = min(planesAtOnce, all.count - first)
                let planes = UnsafeBufferPointer(rebasing: all[first..<first + group])
                turnVisibilities(spectra, planes, offset)
                turnFlags(spectra, planes, offset)
                turnWeights(spectra, planes, offset)
                if isReversed { reverse(planes, offset, spectra.channels) }
                first += group
            }
        }
    }

    private static func turnVisibilities(
        _ spectra: MVFSpectra, _ planes: UnsafeBufferPointer<MVFDestination>, _ offset: Int
    ) {
        let (channels, products) = (spectra.channels, spectra.products)
        var first = 0
        while first + 4 <= planes.count {
            let group = (planes[first], planes[first + 1], planes[first + 2], planes[first + 3])
            let areNeighbours = group.3.product == group.0.product + 3
            let whole = areNeighbours ? channels & ~3 : 0
            turnSquares(spectra.visibilities + group.0.product, products, group, offset, whole)
            for channel in whole..<channels {
                let row = spectra.visibilities + channel * products
                group.0.visibilities[offset + channel] = row[group.0.product] ^ group.0.conjugation
                group.1.visibilities[offset + channel] = row[group.1.product] ^ group.1.conjugation
                group.2.visibilities[offset + channel] = row[group.2.product] ^ group.2.conjugation
                group.3.visibilities[offset + channel] = row[group.3.product] ^ group.3.conjugation
            }
            first += 4
        }
        for plane in planes[first...] {
            let to = plane.visibilities + offset
            let from = spectra.visibilities + plane.product
            for channel in 0..<channels { to[channel] = from[channel * products] ^ plane.conjugation }
        }
    }

    /// Turns squares of 4 channels x 4 neighbouring products in registers.
    @inline(__always)
    private static func turnSquares(
        _ from: UnsafePointer<UInt64>, _ products: Int,
        _ to: (MVFDestination, MVFDestination, MVFDestination, MVFDestination), _ offset: Int, _ channels: Int
    ) {
        let (toA, toB) = (to.0.visibilities + offset, to.1.visibilities + offset)
        let (toC, toD) = (to.2.visibilities + offset, to.3.visibilities + offset)
        let (signA, signB) = (SIMD4(repeating: to.0.conjugation), SIMD4(repeating: to.1.conjugation))
        let (signC, signD) = (SIMD4(repeating: to.2.conjugation), SIMD4(repeating: to.3.conjugation))
        var channel = 0
        while channel < channels {
            let row = UnsafeRawPointer(from + channel * products)
            let stride = 8 * products
            let r0 = row.loadUnaligned(as: SIMD4<UInt64>.self)
            let r1 = (row + stride).loadUnaligned(as: SIMD4<UInt64>.self)
            let r2 = (row + 2 * stride).loadUnaligned(as: SIMD4<UInt64>.self)
            let r3 = (row + 3 * stride).loadUnaligned(as: SIMD4<UInt64>.self)
            store(SIMD4(r0[0], r1[0], r2[0], r3[0]) ^ signA, toA + channel)
            store(SIMD4(r0[1], r1[1], r2[1], r3[1]) ^ signB, toB + channel)
            store(SIMD4(r0[2], r1[2], r2[2], r3[2]) ^ signC, toC + channel)
            store(SIMD4(r0[3], r1[3], r2[3], r3[3]) ^ signD, toD + channel)
            channel += 4
        }
    }

    @inline(__always)
    private static func store(_ values: SIMD4<UInt64>, _ to: UnsafeMutablePointer<UInt64>) {
        UnsafeMutableRawPointer(to).storeBytes(of: values, as: SIMD4<UInt64>.self)
    }

    private static func turnFlags(
        _ spectra: MVFSpectra, _ planes: UnsafeBufferPointer<MVFDestination>, _ offset: Int
    ) {
        guard let flags = spectra.flags else {
            for plane in planes { (plane.flags + offset).update(repeating: 0, count: spectra.channels) }
            return
        }
        turnBytes(flags, spectra.products, spectra.channels, planes) { $0.pointee.flags + offset }
    }

    private static func turnWeights(
        _ spectra: MVFSpectra, _ planes: UnsafeBufferPointer<MVFDestination>, _ offset: Int
    ) {
        let channels = spectra.channels
        if let bytes = spectra.weights, let first = planes.baseAddress {
            let rows = spectra.scratch
            turnBytes(bytes, spectra.products, channels, planes) { plane in rows + (plane - first) * channels
            }
            for (index, plane) in planes.enumerated() {
                let (from, to) = (rows + index * channels, plane.weights + offset)
                for channel in 0..<channels {
                    to[channel] = Float(from[channel]) * spectra.channelWeights[channel]
                }
            }
        } else if let weights = spectra.floatWeights {
            for plane in planes {
                let (from, to) = (weights + plane.product, plane.weights + offset)
                for channel in 0..<channels {
                    let weight = from[channel * spectra.products] * spectra.channelWeights[channel]
                    let isGood = weight >= 0 && weight < .infinity
                    to[channel] = isGood ? weight : 0
                    if !isGood { plane.flags[offset + channel] |= FlagReasons.dataLost.rawValue }
                }
            }
        } else {
            for plane in planes {
                (plane.weights + offset).update(from: spectra.channelWeights, count: channels)
            }
        }
    }

    private static func reverse(_ planes: UnsafeBufferPointer<MVFDestination>, _ offset: Int, _ channels: Int)
    {
        for plane in planes {
            reverse(plane.visibilities + offset, channels)
            reverse(plane.weights + offset, channels)
            reverse(plane.flags + offset, channels)
        }
    }

    private static func reverse<T>(_ start: UnsafeMutablePointer<T>, _ count: Int) {
        for index in 0..<count / 2 { swap(&start[index], &start[count - 1 - index]) }
    }

    /// Marks the bad samples of one channel of a dump as lost: not finite, exactly zero, or all if it has no weight.
    ///
    /// - Parameter offset: the channel's place in each plane.
    static func repair(
        _ row: UnsafePointer<UInt64>, _ destinations: [MVFDestination], offset: Int, losesAll: Bool
    ) {
        for plane in destinations where losesAll || SampleDigest.isBad(row[plane.product]) {
            plane.flags[offset] |= FlagReasons.dataLost.rawValue
            plane.weights[offset] = 0
            if SampleDigest.isBad(row[plane.product]) { plane.visibilities[offset] = 0 }
        }
    }
}
