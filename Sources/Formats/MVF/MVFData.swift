/// The sample arrays of a file: [dump][channel][product] each.
struct MVFData: Sendable {
    /// f4 [T, F, B, 2], real and imaginary part.
    let visibilities: HDF5Dataset
    /// u1 [T, F, B] bit field, absent when nothing is flagged.
    let flags: HDF5Dataset?
    /// u1 [T, F, B], absent for 1.
    let weights: HDF5Dataset?
    /// f4 [T, F], absent for 1; a sample's weight is the product of the two.
    let channelWeights: HDF5Dataset?

    /// Dumps in the file.
    var dumps: Int { visibilities.shape[0] }
    /// Channels in the file.
    var channels: Int { visibilities.shape[1] }
    /// Correlation products in the file.
    var products: Int { visibilities.shape[2] }

    /// Opens the arrays and checks their shapes.
    init(_ group: HDF5Group, of file: HDF5File) throws {
        guard let visibilities = try group.dataset("correlator_data", cacheBytes: Self.cacheBytes) else {
            throw group.place.child("correlator_data").error(
                "the dataset is missing: the file holds no visibilities")
        }
        let shape = visibilities.shape
        guard shape.count == 4, shape[3] == 2, shape[0] > 0, shape[1] > 0, shape[2] > 0,
            visibilities.isReal
        else {
            throw visibilities.place.error(
                "expected real numbers of shape [dumps, channels, products, 2], found \(shape)")
        }
        // What memory needs per spectrum; more than these is no correlator's output.
        guard shape[0] <= 1 << 28, shape[1] <= 1 << 24, shape[2] <= 1 << 24,
            let spectra = HDF5.count([shape[1], shape[2], 16]), spectra <= 1 << 40
        else { throw visibilities.place.error("a dataset of shape \(shape) is not credible") }
        func optional(_ name: String, _ expected: [Int]) throws -> HDF5Dataset? {
            guard let dataset = try group.dataset(name, cacheBytes: Self.cacheBytes) else { return nil }
            guard dataset.shape == expected, dataset.isNumeric else {
                throw dataset.place.error("expected numbers of shape \(expected), found \(dataset.shape)")
            }
            return dataset
        }
        self.visibilities = visibilities
        let flags = try optional("flags", Array(shape[0..<3]))
        if let flags, !flags.isInteger {
            throw flags.place.error("expected integers, whose bits are reasons")
        }
        self.flags = flags
        weights = try optional("weights", Array(shape[0..<3]))
        channelWeights = try optional("weights_channel", Array(shape[0..<2]))
    }

    /// Bytes of libhdf5's cache of the chunks of one array.
    private static let cacheBytes = 16 << 20

    /// The most bytes that libhdf5 keeps of chunks.
    var mostCachedBytes: Int {
        let arrays = [visibilities, flags, weights, channelWeights].compactMap { $0 }
        return arrays.count { $0.isCached } * Self.cacheBytes
    }

    /// Channels that are best read together: sub-bands that are multiples of it read each byte of a chunk once.
    var channelsPerChunk: Int { visibilities.chunk?[1] ?? min(32, channels) }

    /// Bytes of all products of one channel in one dump.
    var bytesPerSpectrum: Int {
        products * (8 + (flags == nil ? 0 : 1) + (weights == nil ? 0 : 1)) + (channelWeights == nil ? 0 : 4)
    }

    /// The weight of the last product in the middle of the file: what a cross product typically has.
    func typicalWeight() throws -> Float {
        func sample(_ dataset: HDF5Dataset?, _ element: [Int]) throws -> Float {
            guard let dataset else { return 1 }
            var value: [Float] = [0]
            try value.withUnsafeMutableBufferPointer {
                try dataset.read(element.map { $0..<$0 + 1 }, into: $0)
            }
            return value[0]
        }
        let place = [dumps / 2, channels / 2]
        let weight = try sample(weights, place + [products - 1]) * sample(channelWeights, place)
        return weight.isFinite && weight > 0 ? weight : 1
    }
}
