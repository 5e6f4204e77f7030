import Synchronization

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
    init(_ file: MVF3File) {
        let data = file.data
        let addressable = file.file.startsAtByteZero
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

/// Staging memory, one piece per thread, allocated when first used.
final class StagingPool: Sendable {
    private struct Memory: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer
    }

    /// How many pieces may be in use at once.
    let count: Int
    private let byteCount: Int
    private let free = Mutex<[Memory]>([])

    init(count: Int, byteCount: Int) {
        self.count = count
        self.byteCount = byteCount
    }

    deinit { free.withLock { for memory in $0 { memory.bytes.deallocate() } } }

    /// Lends a piece of memory to a body.
    func with<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
        let taken = free.withLock { $0.popLast() }
        let memory = taken ?? Memory(bytes: .allocate(byteCount: byteCount, alignment: 64))
        defer { free.withLock { $0.append(memory) } }
        return try body(memory.bytes)
    }
}
