/// How the arrays of a file are read: their places and the sizes of the pieces.
struct MVFLayout: Sendable {
    /// The most channels in a piece of a plain array: what stays in the cache between reading and turning.
    private static let mostChannels = 128
    /// Bytes that a group of dumps of a piece may take.
    private static let groupBytes = 2 << 20

    let visibilities: MVFArrayPlace
    let flags: MVFArrayPlace?
    let weights: MVFArrayPlace?
    /// Whether weights are bytes, as the format has them; else they are read as floats.
    let hasByteWeights: Bool
    /// Channels in a piece.
    let pieceChannels: Int
    /// Dumps that one thread takes at a time.
    let groupDumps: Int
    /// Correlation products in the file.
    let products: Int

    /// Judges the arrays of a file.
    ///
    /// - Parameter addressable: whether HDF5's addresses are offsets in the file.
    init(_ data: MVFData, addressable: Bool) {
        visibilities = MVFArrayPlace(data.visibilities, as: Float.self, addressable: addressable)
        let chunk = data.channelsPerChunk
        let wanted =
            chunk <= Self.mostChannels ? chunk : (1...Self.mostChannels).last { chunk % $0 == 0 } ?? 1
        pieceChannels = max(wanted, 1)
        products = data.products
        hasByteWeights = data.weights?.isStored(as: UInt8.self) ?? false
        var flags = data.flags.map { MVFArrayPlace($0, as: UInt8.self, addressable: addressable) }
        flags?.require(pieceChannels: pieceChannels)
        var weights = data.weights.map { MVFArrayPlace($0, as: UInt8.self, addressable: addressable) }
        weights?.require(pieceChannels: pieceChannels)
        self.flags = flags
        self.weights = weights
        groupDumps = max(1, Self.groupBytes / max(pieceChannels * products * 10, 1))
    }

    private static func aligned(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
    private var samples: Int { pieceChannels * products }
    /// Where flags begin in the staging memory of a piece.
    var flagsOffset: Int { Self.aligned(8 * samples) }
    /// Where weights begin.
    var weightsOffset: Int { flagsOffset + Self.aligned(samples) }
    /// Where room for the corner turn's rows of weights begins.
    var scratchOffset: Int { weightsOffset + Self.aligned((hasByteWeights ? 1 : 4) * samples) }
    /// Staging memory of one piece, bytes.
    var stagingBytes: Int { scratchOffset + Self.aligned(MVFCornerTurn.planesAtOnce * pieceChannels) }
}
