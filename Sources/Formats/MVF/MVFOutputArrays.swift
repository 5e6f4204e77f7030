import Parameters
import Visibilities

/// The sample arrays of a file being written.
///
/// Each is stored in one piece, whose place is fixed before the first sample: its length is known from the schedule, one
/// address tells where every sample goes, and a reader needs no index of chunks.
struct MVFOutputArrays: Sendable {
    /// One of them, [dump][channel][product...].
    private struct Target: Sendable {
        let dataset: HDF5Dataset
        let offset: Int
        let bytesPerSpectrum: Int

        init<T: HDF5Native>(_ group: HDF5Group, _ name: String, _ type: T.Type, _ shape: [Int]) throws {
            dataset = try group.makeDataset(name, T.self, shape: shape, reserved: true)
            guard let offset = dataset.contiguousOffset else {
                throw dataset.place.error("the dataset has no place in the file", .machine)
            }
            self.offset = offset
            bytesPerSpectrum = shape.dropFirst(2).reduce(dataset.elementSize, *)
        }
    }

    private let visibilities: Target
    private let flags: Target
    private let weights: Target
    private let channelWeights: Target
    private let raw: RawFile
    private let products: Int
    /// The source's channel weights for each dump that is one of its dumps, if channels are the source's too.
    private let stored: MVFStoredWeights?

    /// Lays out the arrays and writes the times.
    init(
        _ layout: MVFOutputLayout, _ observation: Observation, _ source: MVF3File?, _ file: HDF5File
    ) throws {
        let data = try file.root.makeGroup("Data")
        let shape = [layout.dumps, layout.channels, layout.products.count]
        visibilities = try Target(data, "correlator_data", Float.self, shape + [2])
        flags = try Target(data, "flags", UInt8.self, shape)
        weights = try Target(data, "weights", UInt8.self, shape)
        channelWeights = try Target(data, "weights_channel", Float.self, Array(shape[0..<2]))
        let times = MVFOutputTimes(observation, source).unix.flatMap { $0 }
        try data.writeDataset("timestamps", times, shape: [times.count])
            .setAttribute("timestamp_reference", "centroid")
        // Everything that libhdf5 writes itself comes before the samples.
        try file.flush()
        raw = try RawFile(writing: file.path)
        products = layout.products.count
        stored = try source.flatMap { try MVFStoredWeights($0, observation) }
    }

    /// A run of channels that is turned and written at once.
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
        let length = MVFPage.channels(products: layout.products.count)
        return stride(from: stored.lowerBound, to: stored.upperBound, by: length).map { start in
            let piece = start..<min(start + length, stored.upperBound)
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
        _ bytes: UnsafeRawBufferPointer, to target: Target, _ dump: Int, _ channels: Range<Int>
    ) throws {
        let spectrum = dump * target.dataset.shape[1] + channels.lowerBound
        try raw.write(bytes, at: target.offset + spectrum * target.bytesPerSpectrum, of: target.dataset.place)
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
    init?(_ source: MVF3File, _ observation: Observation) throws {
        guard let dataset = source.data.channelWeights,
            let lowest = Self.lowestChannel(source, observation)
        else { return nil }
        channels = observation.spectralWindows.first?.frequencies.count ?? 0
        sourceChannels = source.frequencies.count
        firstStored = source.isReversed ? sourceChannels - lowest - channels : lowest
        rows = MVFOutputTimes(observation, source).sourceDumps.flatMap { $0 }
        values = try dataset.readAll(as: Float.self)
    }

    /// Bytes of what is kept of a source; 0 when its channel weights are not.
    static func byteCount(_ source: MVF3File, _ observation: Observation) -> Int {
        guard let dataset = source.data.channelWeights, lowestChannel(source, observation) != nil
        else { return 0 }
        let rows = observation.schedule.reduce(0) { $0 + $1.times.count }
        return dataset.count * MemoryLayout<Float>.stride + rows * MemoryLayout<Int?>.stride
    }

    /// The source's channel, in order of frequency, that is the lowest written; nil when its weights cannot be kept.
    private static func lowestChannel(_ source: MVF3File, _ observation: Observation) -> Int? {
        guard let dataset = source.data.channelWeights, let window = observation.spectralWindows.first,
            let lowest = window.frequencies.first,
            let first = source.frequencies.firstIndex(where: {
                abs($0 - lowest) < 1e-3 * source.channelWidth
            }),
            first + window.frequencies.count <= source.frequencies.count,
            abs((window.widths.first ?? 0) - source.channelWidth) < 1e-6 * source.channelWidth,
            dataset.count <= HDF5.largestMetadata / 4
        else { return nil }
        return first
    }

    /// The source's weight of a written dump and channel (in the source's order), nil when it has none.
    subscript(dump: Int, channel: Int) -> Float? {
        rows[dump].map { values[$0 * sourceChannels + firstStored + channel] }
    }
}
