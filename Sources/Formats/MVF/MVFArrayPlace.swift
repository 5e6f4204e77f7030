/// Where the samples of an array [dump][channel][product...] lie in the file.
struct MVFArrayPlace: Sendable {
    /// How to get at a run of channels of a dump.
    private enum Source {
        /// As plain bytes of the file, from this offset on.
        case bytes(Int)
        /// Through libhdf5, which decodes, converts, or gives the fill value.
        case library
    }

    let dataset: HDF5Dataset
    /// Whether its bytes can be read around libhdf5.
    private(set) var isPlain: Bool
    private let contiguousOffset: Int?
    /// The places of its chunks, unless there are too many.
    let chunks: HDF5ChunkTable?
    private let bytesPerSpectrum: Int

    /// Judges an array: plain ones have no filter, the memory's number type and whole spectra in each chunk.
    init<T: HDF5Native>(_ dataset: HDF5Dataset, as type: T.Type, addressable: Bool) {
        self.dataset = dataset
        contiguousOffset = dataset.contiguousOffset
        isPlain = addressable && dataset.hasWholeSpectra && dataset.isPlain(T.self)
        chunks = isPlain ? HDF5ChunkTable(dataset) : nil
        bytesPerSpectrum = dataset.shape.dropFirst(2).reduce(dataset.elementSize, *)
    }

    /// Reads through libhdf5 unless runs of so many channels stay inside its chunks.
    mutating func require(pieceChannels: Int) {
        if let chunk = dataset.chunk, chunk[1] % pieceChannels != 0 { isPlain = false }
    }

    /// Where a run of channels of a dump lies; the run must not leave its chunk.
    private func source(dump: Int, channels: Range<Int>) throws -> Source {
        guard isPlain else { return .library }
        if let contiguousOffset {
            return .bytes(
                contiguousOffset + (dump * dataset.shape[1] + channels.lowerBound) * bytesPerSpectrum)
        }
        guard let chunk = dataset.chunk, let chunks else { return .library }
        let element = [dump, channels.lowerBound] + [Int](repeating: 0, count: dataset.shape.count - 2)
        guard case .bytes(let offset) = try chunks.location(holding: element) else { return .library }
        let inside = (dump % chunk[0]) * chunk[1] + channels.lowerBound % chunk[1]
        return .bytes(offset + inside * bytesPerSpectrum)
    }

    /// Reads a run of channels of a dump into memory.
    func read<T: HDF5Native>(
        dump: Int, channels: Range<Int>, into elements: UnsafeMutableBufferPointer<T>, _ raw: RawFile
    ) throws {
        switch try source(dump: dump, channels: channels) {
        case .bytes(let offset):
            try raw.read(into: UnsafeMutableRawBufferPointer(elements), at: offset, of: dataset.place)
        case .library:
            try dataset.read(
                [dump..<dump + 1, channels] + dataset.shape.dropFirst(2).map { 0..<$0 }, into: elements)
        }
    }
}
