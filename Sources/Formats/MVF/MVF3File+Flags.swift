extension MVF3File {
    /// The share of samples of some dumps, all products counted, that the file flags; nil if it stores no flags.
    ///
    /// - Throws: `HDF5Error` when the flags cannot be read.
    public func flaggedShare(dumps: Range<Int>) throws -> Double? {
        guard let flags = data.flags, !dumps.isEmpty else { return nil }
        let spectrum = 0..<flags.shape[1]
        var samples = [UInt8](repeating: 0, count: flags.shape[1] * flags.shape[2])
        var flagged = 0
        for dump in dumps {
            try samples.withUnsafeMutableBufferPointer { buffer in  // an island: libhdf5 fills a whole row
                try flags.read([dump..<dump + 1, spectrum, 0..<flags.shape[2]], into: buffer)
                flagged += buffer.count { $0 != 0 }
            }
        }
        return samples.isEmpty ? nil : Double(flagged) / (Double(samples.count) * Double(dumps.count))
    }
}
