/// A run of channels of a window in terms of the file: the pieces in which it is read.
struct MVFWindow: Sendable {
    /// A run of channels that lie together, of one chunk at most.
    struct Piece: Sendable {
        /// Channels of the file.
        let channels: Range<Int>
        /// The place of its lowest frequency in the block's channel axis.
        let destination: Int
    }

    /// The runs of channels.
    let pieces: [Piece]

    /// The channels of the file, from the lowest to the highest index.
    var channels: Range<Int> {
        (pieces.first?.channels.lowerBound ?? 0)..<(pieces.last?.channels.upperBound ?? 0)
    }

    /// Lays out a run of channels, counted in ascending frequency.
    ///
    /// - Parameters:
    ///   - total: channels in the file.
    ///   - reversed: whether the file holds them in descending order.
    init(channels ascending: Range<Int>, of total: Int, reversed: Bool, pieceChannels: Int) {
        let stored = reversed ? total - ascending.upperBound..<total - ascending.lowerBound : ascending
        var pieces: [Piece] = []
        var start = stored.lowerBound
        while start < stored.upperBound {
            let end = min((start / pieceChannels + 1) * pieceChannels, stored.upperBound)
            let destination = reversed ? stored.upperBound - end : start - stored.lowerBound
            pieces.append(Piece(channels: start..<end, destination: destination))
            start = end
        }
        self.pieces = pieces
    }
}
