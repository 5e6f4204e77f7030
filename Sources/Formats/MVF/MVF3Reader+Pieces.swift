// An island of unsafe code: one piece (a run of channels of a dump) from the file to its planes.

import Synchronization

extension MVF3Reader {
    /// Reads a piece into staging memory, hashes and checks it, turns it into its planes.
    ///
    /// - Parameter offset: the piece's place in each plane.
    func turn(
        dump: Int, _ piece: MVFWindow.Piece, offset: Int, _ destinations: [MVFDestination],
        _ staging: UnsafeMutableRawBufferPointer, _ weights: MVFChannelWeights.Row, counts: Bool
    ) throws {
        let spectra = try stage(dump: dump, piece.channels, staging, weights)
        var sum: UInt64 = 0
        var bad: [Int] = []
        for channel in 0..<spectra.channels {
            var digest = SampleDigest(dump: dump, channel: piece.channels.lowerBound + channel)
            let row = channel * spectra.products
            let isBad = digest.add(visibilities: spectra.visibilities + row, count: spectra.products)
            if let flags = spectra.flags { digest.add(bytes: flags + row, count: spectra.products) }
            if let bytes = spectra.weights { digest.add(bytes: bytes + row, count: spectra.products) }
            digest.add(weights.stored[channel])
            sum &+= digest.hash
            if isBad || weights.stored[channel] != weights.safe[channel] { bad.append(channel) }
        }
        MVFCornerTurn.turn(spectra, destinations, offset: offset, isReversed: isReversed)
        for channel in bad {
            MVFCornerTurn.repair(
                spectra.visibilities + channel * spectra.products, destinations,
                offset: offset + (isReversed ? spectra.channels - 1 - channel : channel),
                losesAll: weights.stored[channel] != weights.safe[channel])
        }
        if counts { count(spectra.channels * spectra.products, sum) }
    }

    /// Reads a piece of every array into staging memory.
    private func stage(
        dump: Int, _ channels: Range<Int>, _ staging: UnsafeMutableRawBufferPointer,
        _ weights: MVFChannelWeights.Row
    ) throws -> MVFSpectra {
        let samples = channels.count * layout.products
        func part<T>(_ type: T.Type, at offset: Int, _ count: Int) -> UnsafeMutableBufferPointer<T> {
            UnsafeMutableRawBufferPointer(rebasing: staging[offset..<offset + count * MemoryLayout<T>.stride])
                .bindMemory(to: T.self)
        }
        let values = part(Float.self, at: 0, 2 * samples)
        let words = UnsafeMutableRawPointer(staging.baseAddress.unsafelyUnwrapped).assumingMemoryBound(
            to: UInt64.self)
        try layout.visibilities.read(dump: dump, channels: channels, into: values, raw)
        let flags = part(UInt8.self, at: layout.flagsOffset, samples)
        try layout.flags?.read(dump: dump, channels: channels, into: flags, raw)
        let scratch = (staging.baseAddress.unsafelyUnwrapped + layout.scratchOffset)
            .assumingMemoryBound(to: UInt8.self)
        var bytes: UnsafePointer<UInt8>?
        var floats: UnsafePointer<Float>?
        if let place = layout.weights, layout.hasByteWeights {
            let weights = part(UInt8.self, at: layout.weightsOffset, samples)
            try place.read(dump: dump, channels: channels, into: weights, raw)
            bytes = UnsafePointer(weights.baseAddress)
        } else if let place = layout.weights {
            let weights = part(Float.self, at: layout.weightsOffset, samples)
            try place.read(dump: dump, channels: channels, into: weights, raw)
            floats = UnsafePointer(weights.baseAddress)
        }
        return MVFSpectra(
            channels: channels.count, products: layout.products,
            visibilities: UnsafePointer(words),
            flags: layout.flags == nil ? nil : UnsafePointer(flags.baseAddress), weights: bytes,
            floatWeights: floats,
            channelWeights: weights.safe,
            scratch: scratch)
    }
}
