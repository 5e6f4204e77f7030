import Visibilities

/// How the arrays of a file are read: where they lie, and the sizes of the pieces.
struct UVH5Layout: Sendable {
    /// How much is fetched, turned and kept at once.
    struct Limits: Sendable {
        /// Bytes of decoded chunks that are kept of each array.
        var keptBytes = 128 << 20
        /// Bytes of samples that a thread fetches and turns at once: what stays in its cache.
        var partBytes = 1 << 20
        /// Rows that a thread fetches at once.
        var rows = 4096
        /// Bytes of blocks that a thread fills at a time.
        var groupBytes = 2 << 20
    }

    private let limits: Limits
    /// Bytes of the file that may be mapped at a time where each byte is used once.
    private static let mostMappedOnce = 64 << 20
    /// The same where rows hold more channels than travel together, so that every page is used again and again.
    private static let mostMappedAgain = 4 << 30
    /// Chunks up to so many channels travel whole.
    private static let mostChunkChannels = 128

    let visibilities: UVH5Array
    let flags: UVH5Array
    let samples: UVH5Array
    let mapped: MappedFile?

    /// Judges the arrays of a file.
    init(_ file: HDF5File, _ data: UVH5Data, limits: Limits = Limits()) throws {
        self.limits = limits
        mapped = file.startsAtByteZero ? try MappedFile(reading: file.path) : nil
        // Addresses come from the file that libhdf5 has open, samples from the one that is mapped.
        if let mapped { try file.end?.require(mapped.identity) }
        // One that has shrunk since is too short to hold what was announced, which is no fault of the data.
        try file.end?.check()
        let limit = limits.keptBytes
        switch data.parts {
        case .single:
            visibilities = UVH5Array(
                data.visibilities, as: UVH5Single.self,
                isStored: data.visibilities.isStored(as: UVH5Single.self),
                in: mapped, limit: limit)
        case .double:
            visibilities = UVH5Array(
                data.visibilities, as: UVH5Double.self,
                isStored: data.visibilities.isStored(as: UVH5Double.self),
                in: mapped, limit: limit)
        case .integer:
            visibilities = UVH5Array(
                data.visibilities, as: UVH5Integer.self,
                isStored: data.visibilities.isStored(as: UVH5Integer.self), in: mapped, limit: limit)
        }
        flags = UVH5Array(
            data.flags, as: UInt8.self, isStored: data.flags.elementSize == 1, in: mapped, limit: limit)
        samples = UVH5Array(
            data.samples, as: Float.self, isStored: data.samples.isStored(as: Float.self), in: mapped,
            limit: limit)
    }

    private var arrays: [UVH5Array] { [visibilities, flags, samples] }

    /// Channels that are best read together.
    static func channelsPerChunk(_ data: UVH5Data) -> Int {
        let chunked = [data.visibilities, data.flags, data.samples].compactMap { dataset in
            dataset.chunk.map { $0[$0.count - 2] }
        }
        let widest = min(chunked.max() ?? 32, data.channels)
        return max(min(widest, mostChunkChannels), 1)
    }

    /// The fewest channels of a piece that is used where it lies: of narrower chunks several are put together.
    private static let leastPieceChannels = 8

    /// Runs of channels cut where chunks of visibilities end.
    func pieces(_ runs: [UVH5Spectrum.Run]) -> [UVH5Spectrum.Run] {
        let width = visibilities.channelsTogether
        guard width >= Self.leastPieceChannels else { return runs }
        return runs.flatMap { run in
            let first = run.stored.lowerBound / width * width
            return stride(from: first, to: run.stored.upperBound, by: width).map { start in
                let part = run.stored.clamped(to: start..<start + width)
                let before =
                    run.isReversed
                    ? run.stored.upperBound - part.upperBound : part.lowerBound - run.stored.lowerBound
                return UVH5Spectrum.Run(
                    stored: part, destination: run.destination + before, isReversed: run.isReversed)
            }
        }
    }

    /// How many baselines and dumps are fetched and turned at once: whole planes, if one fits.
    func partExtent(dumps: Int, channels: Int, products: Int) -> (baselines: Int, dumps: Int) {
        let rowBytes = max(13 * channels * products, 1)
        let rows = min(max(limits.partBytes / rowBytes, 1), limits.rows)
        return dumps > 0 && rows >= dumps ? (rows / dumps, dumps) : (1, rows)
    }

    /// Baselines whose planes a thread fills at a time.
    func baselines(dumps: Int, channels: Int, products: Int) -> Int {
        max(limits.groupBytes / max(13 * dumps * channels * products, 1), 1)
    }

    /// Staging memory of a thread, bytes, for runs of up to so many channels.
    func stagingBytes(channels: Int, products: Int) -> Int {
        let elements = limits.partBytes / 13 + channels * products
        // Converted visibilities stand beside those of the file; what is fetched at once begins at a multiple of 16 bytes.
        return arrays.reduce(8 * elements) { $0 + elements * $1.elementSize } + 4 * 16 * limits.rows
    }

    /// Where the first row after these begins that needs pieces of its own.
    func rowsEnd(from row: Int, most: Int) -> Int {
        arrays.reduce(row + most) { min($0, $1.rowsEnd(from: row, most: most)) }
    }

    /// Bytes that chunks, mapped parts of the file and libhdf5's own room take at most.
    ///
    /// - Parameter staging: staging memory of a thread: as much may be taken once more for what libhdf5 reads.
    func residentBytes(threads: Int, rows: Int, staging: Int) -> Int {
        let chunks = arrays.reduce(0) { $0 + $1.cachedBytes(threads: threads, limit: limits.keptBytes) }
        let library = arrays.contains { $0.needsLibrary } ? threads * staging : 0
        return chunks + library + min(mappedBytes(rows: rows, channels: .max), mostMapped)
    }

    /// Whether rows of the file hold more channels than travel together.
    var isWide: Bool { arrays.contains { $0.isMapped && $0.channelsTogether > Self.mostChunkChannels } }

    /// Bytes of the file that may be mapped at a time.
    var mostMapped: Int { isWide ? Self.mostMappedAgain : Self.mostMappedOnce }

    /// Bytes of the file that reading so many rows and channels makes resident.
    func mappedBytes(rows: Int, channels: Int) -> Int {
        arrays.reduce(0) { $0 + $1.mappedBytes(rows: rows, channels: channels) }
    }
}
