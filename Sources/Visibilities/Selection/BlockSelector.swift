/// Thins the blocks of one stream by a selection, in place.
public struct BlockSelector: Sendable {
    private struct Part: Sendable {
        /// Indices kept, counted from the part's start.
        var kept: [Int]
        /// Where the part begins after the selection: its first baseline, or its sub-band number.
        var place: Int
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
        subbands = cut.subbands.map { subband in
            let kept = selection.channels[subband.spectralWindow].filter(subband.channels.contains)
                .map { $0 - subband.channels.lowerBound }
            defer { number += kept.isEmpty ? 0 : 1 }
            return Part(kept: kept, place: number)
        }
    }

    /// Compacts a block to what is kept; nothing kept leaves an empty block.
    ///
    /// - Precondition: the block belongs to the stream that the selector was made for.
    public func select(_ block: inout VisibilityBlock) {
        guard let tile = tiles[block.firstBaseline] else { preconditionFailure("a block of another stream") }
        let band = subbands[block.context.subband]
        let old = block.shape
        var shape = old
        shape.baselines = band.kept.isEmpty ? 0 : tile.kept.count
        shape.polarisations = polarisations.count
        shape.channels = band.kept.count
        guard shape != old else {
            if tile.place != block.firstBaseline || band.place != block.context.subband {
                relabel(&block, shape, tile, band)
            }
            return
        }
        compact(&block, from: old, baselines: tile.kept, channels: band.kept)
        relabel(&block, shape, tile, band)
    }

    private func relabel(_ block: inout VisibilityBlock, _ shape: BlockShape, _ tile: Part, _ band: Part) {
        let old = block.context
        guard shape.samples > 0 else {
            block.reshape(shape, context: old, firstBaseline: tile.place)
            return
        }
        let context = BlockContext(
            header, scheduleIndex: old.scheduleIndex, subband: band.place, window: old.window)
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
