/// Thins the blocks of one stream by a selection, in place.
public struct BlockSelector: Sendable {
    private struct Part: Sendable {
        /// Indices kept, counted from the part's start.
        var kept: [Int]
        /// Where the part begins after the selection: its first baseline, or its sub-band number.
        var place: Int
        /// Of a sub-band, what is kept of the channels beside it.
        var below: [Int] = []
        var above: [Int] = []

        /// Channels kept of a block of the sub-band, or of a halo.
        func channels(_ halo: HaloSide?) -> [Int] {
            switch halo {
            case nil: kept
            case .below: below
            case .above: above
            }
        }
    }

    /// The header of the stream after the selection.
    public let header: ObservationCut
    private let polarisations: [Int]
    private let tiles: [Int: Part]
    private let subbands: [Part]

    /// Prepares a selection on a stream.
    public init(_ selection: Selection, on cut: ObservationCut) {
        header = selection.applied(to: cut)
        polarisations = selection.polarisations
        var baseline = 0
        var tiles: [Int: Part] = [:]
        for tile in cut.tiles {
            let kept = selection.baselines.filter(tile.contains).map { $0 - tile.lowerBound }
            tiles[tile.lowerBound] = Part(kept: kept, place: baseline)
            baseline += kept.count
        }
        self.tiles = tiles
        var number = 0
        subbands = cut.subbands.enumerated().map { index, subband in
            func kept(of channels: Range<Int>) -> [Int] {
                selection.channels[subband.spectralWindow].filter(channels.contains)
                    .map { $0 - channels.lowerBound }
            }
            let own = kept(of: subband.channels)
            defer { number += own.isEmpty ? 0 : 1 }
            return Part(
                kept: own, place: number, below: kept(of: cut.haloChannels(of: index, .below)),
                above: kept(of: cut.haloChannels(of: index, .above)))
        }
    }

    /// Compacts a block to what is kept; nothing kept leaves an empty block.
    ///
    /// - Precondition: the block belongs to the stream that the selector was made for.
    public func select(_ block: inout VisibilityBlock) {
        guard let tile = tiles[block.firstBaseline] else { preconditionFailure("a block of another stream") }
        let band = subbands[block.context.subband]
        let channels = band.channels(block.context.halo)
        let old = block.shape
        var shape = old
        shape.baselines = band.kept.isEmpty ? 0 : tile.kept.count
        shape.polarisations = polarisations.count
        shape.channels = channels.count
        guard shape != old else {
            if tile.place != block.firstBaseline || band.place != block.context.subband {
                relabel(&block, shape, tile, band)
            }
            return
        }
        compact(&block, from: old, baselines: tile.kept, channels: channels)
        relabel(&block, shape, tile, band)
    }

    private func relabel(_ block: inout VisibilityBlock, _ shape: BlockShape, _ tile: Part, _ band: Part) {
        let old = block.context
        guard shape.samples > 0 else {
            block.reshape(shape, context: old, firstBaseline: tile.place)
            return
        }
        let own = header.subbands[band.place].channels
        let halo = old.halo.map { side in
            let count = band.channels(side).count
            return (
                side: side,
                channels: side == .below
                    ? own.lowerBound - count..<own.lowerBound : own.upperBound..<own.upperBound + count
            )
        }
        let context = BlockContext(
            header, scheduleIndex: old.scheduleIndex, subband: band.place, window: old.window, halo: halo)
        block.reshape(shape, context: context, firstBaseline: tile.place)
    }

    /// Every sample moves to a lower index or stays, in ascending order, so nothing is overwritten before it is read.
    private func compact(
        _ block: inout VisibilityBlock, from old: BlockShape, baselines: [Int], channels: [Int]
    ) {
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            var sample = 0
            var row = 0
            for baseline in baselines {
                for polarisation in polarisations {
                    let plane = baseline * old.polarisations + polarisation
                    for time in 0..<old.times {
                        let start = (plane * old.times + time) * old.channels
                        for channel in channels {
                            visibilities[sample] = visibilities[start + channel]
                            weights[sample] = weights[start + channel]
                            flags[sample] = flags[start + channel]
                            sample += 1
                        }
                    }
                }
                for time in 0..<old.times {
                    uvw[row] = uvw[baseline * old.times + time]
                    centroids[row] = centroids[baseline * old.times + time]
                    row += 1
                }
            }
        }
    }
}
