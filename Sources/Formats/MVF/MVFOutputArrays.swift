import Parameters
import Visibilities

/// The sample arrays of a file being written, all of whose chunks have their places.
struct MVFOutputArrays: Sendable {
    private let visibilities: HDF5Dataset
    private let flags: HDF5Dataset
    private let weights: HDF5Dataset
    private let channelWeights: HDF5Dataset
    private let raw: RawFile
    private let products: Int
    /// The source's channel weights for each dump that is one of its dumps, if channels are the source's too.
    private let stored: MVFStoredWeights?

    /// Lays out the arrays and writes the times.
    init(
        _ layout: MVFOutputLayout, _ observation: Observation, _ source: MVF3View?, _ file: HDF5File
    ) throws {
        let data = try file.root.makeGroup("Data")
        let shape = [layout.dumps, layout.channels, layout.products.count]
        let chunk = [1, layout.channelsPerChunk, layout.products.count]
        let limits: [Int?] = [nil, layout.channels, layout.products.count]
        visibilities = try data.makeDataset(
            "correlator_data", Float.self, shape: shape + [2], maximum: limits + [2], chunk: chunk + [2])
        flags = try data.makeDataset(
            "flags", UInt8.self, shape: shape, maximum: limits, chunk: chunk,
            fill: FlagReasons.dataLost.rawValue)
        weights = try data.makeDataset(
            "weights", UInt8.self, shape: shape, maximum: limits, chunk: chunk, fill: 1)
        channelWeights = try data.makeDataset(
            "weights_channel", Float.self, shape: Array(shape[0..<2]), maximum: [nil, layout.channels],
            chunk: [1, layout.channels], fill: 1)
        let times = MVFOutputTimes(observation, source).unix.flatMap { $0 }
        try data.writeDataset("timestamps", times, shape: [times.count])
            .setAttribute("timestamp_reference", "centroid")
        // Everything that libhdf5 writes itself comes before the samples.
        try file.flush()
        raw = try RawFile(writing: file.path)
        products = layout.products.count
        stored = try source.flatMap { try MVFStoredWeights($0, observation) }
    }

    /// A run of channels of one chunk.
    struct Piece: Sendable {
        /// Channels in file order.
        let stored: Range<Int>
        /// The place of its lowest frequency in the block's channel axis.
        let offset: Int
    }

    /// The runs of a sub-band's channels.
    static func pieces(_ channels: Range<Int>, _ layout: MVFOutputLayout) -> [Piece] {
        let all = layout.channels
        let stored = layout.isReversed ? all - channels.upperBound..<all - channels.lowerBound : channels
        return stride(
            from: stored.lowerBound - stored.lowerBound % layout.channelsPerChunk, to: stored.upperBound,
            by: layout.channelsPerChunk
        ).map { start in
            let piece =
                max(start, stored.lowerBound)..<min(start + layout.channelsPerChunk, stored.upperBound)
            return Piece(
                stored: piece,
                offset: layout.isReversed
                    ? stored.upperBound - piece.upperBound : piece.lowerBound - stored.lowerBound)
        }
    }

    /// Codes the weights of a page and writes all of it.
    func write(_ page: MVFPage, dump: Int, channels: Range<Int>) throws {
        var units = [Float](repeating: 1, count: channels.count)
        for (index, channel) in channels.enumerated() {
            let row = index * products..<(index + 1) * products
            units[index] = MVFWeightCode.code(
                UnsafeBufferPointer(rebasing: page.weights[row]), stored: stored?[dump, channel],
                into: UnsafeMutableBufferPointer(rebasing: page.bytes[row]))
        }
        try write(UnsafeRawBufferPointer(page.visibilities), to: visibilities, dump, channels)
        try write(UnsafeRawBufferPointer(page.flags), to: flags, dump, channels)
        try write(UnsafeRawBufferPointer(page.bytes), to: weights, dump, channels)
        try units.withUnsafeBytes { try write($0, to: channelWeights, dump, channels) }
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer, to dataset: HDF5Dataset, _ dump: Int, _ channels: Range<Int>
    ) throws {
        let element = [dump, channels.lowerBound] + dataset.shape.dropFirst(2).map { _ in 0 }
        guard let chunk = dataset.chunk, case .bytes(let offset) = try dataset.chunkLocation(holding: element)
        else {
            throw dataset.place.error("a chunk has no place in the file", .machine)
        }
        let spectrum = dataset.shape.dropFirst(2).reduce(dataset.elementSize, *)
        try raw.write(bytes, at: offset + channels.lowerBound % chunk[1] * spectrum, of: dataset.place)
    }
}

/// The channel weights of the source, where a written channel and dump is one of its own.
struct MVFStoredWeights: Sendable {
    private let rows: [Int?]
    private let values: [Float]
    private let channels: Int
    private let sourceChannels: Int
    private let firstStored: Int

    /// Reads the source's channel weights; nil when channels were averaged or there are too many to keep.
    init?(_ source: MVF3View, _ observation: Observation) throws {
        guard let dataset = source.file.data.channelWeights, let window = observation.spectralWindows.first,
            let lowest = window.frequencies.first,
            let first = source.file.frequencies.firstIndex(where: {
                abs($0 - lowest) < 1e-3 * source.file.channelWidth
            }),
            first + window.frequencies.count <= source.file.frequencies.count,
            abs((window.widths.first ?? 0) - source.file.channelWidth) < 1e-6 * source.file.channelWidth,
            dataset.count <= HDF5.largestMetadata / 4
        else { return nil }
        channels = window.frequencies.count
        sourceChannels = source.file.frequencies.count
        firstStored = source.file.isReversed ? sourceChannels - first - channels : first
        rows = MVFOutputTimes(observation, source).sourceDumps.flatMap { $0 }
        values = try dataset.readAll(as: Float.self)
    }

    /// The source's weight of a written dump and channel (in the source's order), nil when it has none.
    subscript(dump: Int, channel: Int) -> Float? {
        rows[dump].map { values[$0 * sourceChannels + firstStored + channel] }
    }
}
