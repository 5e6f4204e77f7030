extension UVH5File {
    /// Readies reading of samples by so many threads at once.
    ///
    /// - Throws: `HDF5Error` (data) when no sample of the file has a usable weight.
    public func samples(threads: Int) throws -> any SampleReader {
        if let problem = weights.problem { throw map.data.samples.place.error(problem) }
        try map.file.end?.check()
        return try UVH5Reader(map, threads: threads)
    }

    /// Work memory, bytes, of such a reader: staging, decoded chunks, what is mapped of the file, and its header; no less
    /// than opening the file took.
    ///
    /// - Throws: `HDF5Error` (machine) when the file cannot be mapped.
    public func workByteCount(threads: Int) throws -> Int {
        let layout = try UVH5Layout(map.file, map.data)
        let threads = max(threads, 1)
        let staging = layout.stagingBytes(channels: map.data.channels, products: map.data.products)
        let resident = layout.residentBytes(threads: threads, rows: map.data.rows, staging: staging)
        let opening = UVH5Rows.openingBytes(
            rows: map.data.rows, dumps: map.rows.times.count, baselines: map.rows.baselines.count,
            antennas: contents.antennas.count)
        return max(threads * staging + resident + heldByteCount, opening)
    }

    /// The share of the samples of some dumps that the file flags, of all products.
    ///
    /// - Throws: `HDF5Error` when the flags cannot be read.
    public func flaggedShare(dumps: Range<Int>) throws -> Double? {
        try map.file.end?.check()
        let layout = try UVH5Layout(map.file, map.data)
        let width = map.data.channels * map.data.products
        let staging = UnsafeMutableRawBufferPointer.allocate(byteCount: width, alignment: 64)  // an island
        defer { staging.deallocate() }
        var (flagged, total) = (0, 0)
        for dump in dumps {
            for baseline in map.rows.baselines.indices {
                guard let row = map.rows.row(dump: dump, baseline: baseline)?.row else { continue }
                let rectangle = try layout.flags.rectangle(
                    rows: row..<row + 1, channels: 0..<map.data.channels, staging: staging)
                let flags = UnsafeBufferPointer(
                    start: rectangle.start.assumingMemoryBound(to: UInt8.self), count: width)
                flagged += flags.count { $0 != 0 }
                total += width
                withExtendedLifetime(rectangle.owner) {}
            }
        }
        try layout.mapped?.check()
        return total == 0 ? nil : Double(flagged) / Double(total)
    }
}
