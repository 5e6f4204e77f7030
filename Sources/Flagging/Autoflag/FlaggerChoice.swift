extension AutoflagSettings {
    /// A flagger of the chosen strategy for planes of one shape.
    ///
    /// - Parameters:
    ///   - polarisations: products of the baseline, 1 to 8.
    ///   - parallelHands: which of them are parallel hands; the first and the last if it is empty.
    ///   - channels: channels that it decides on.
    ///   - halo: channels on each side that it sees as well.
    ///   - axis: frequencies from the first channel of the halo on, if they are known.
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public func flagger(
        polarisations: Int, parallelHands: [Int] = [], channels: Int, halo: BandHalo = BandHalo(),
        axis: BandAxis? = nil
    ) throws(AutoflagError) -> any HopFlagger {
        switch strategy {
        case .sluice:
            try BaselineFlagger(
                self, polarisations: polarisations, channels: channels, halo: halo, axis: axis)
        case .aoflaggerGeneric:
            try GenericFlagger(
                self, polarisations: polarisations, parallelHands: parallelHands, channels: channels,
                halo: halo)
        }
    }

    /// Finds out whether a flagger is possible for planes of one shape, without the memory of one.
    ///
    /// - Throws: `AutoflagError` for settings or shapes out of range.
    public func check(polarisations: Int, channels: Int) throws(AutoflagError) {
        _ = try FlaggerShape(self, polarisations: polarisations, channels: channels, halo: BandHalo())
    }

    /// Dumps of a scan that are decided once so many have been pushed and it goes on.
    public func decided(after dumps: Int) -> Int {
        switch strategy {
        case .sluice: BaselineScan.decided(after: dumps, self)
        case .aoflaggerGeneric: max(0, dumps - margin) / hop * hop
        }
    }

    /// Memory of a scan in progress at most, bytes; channels are those that its flagger sees.
    ///
    /// A flagger keeps it from call to call; it keeps nothing as long as every scan comes whole, in one call.
    public func byteCount(polarisations: Int, channels: Int) -> Int {
        switch strategy {
        case .sluice: BaselineFlagger.byteCount(self, polarisations: polarisations, channels: channels)
        case .aoflaggerGeneric:
            GenericFlagger.byteCount(self, polarisations: polarisations, channels: channels)
        }
    }

    /// Memory for each thread that flags scans that come whole, in one call, bytes; channels are those that a flagger sees.
    public func wholeScanByteCount(polarisations: Int, channels: Int) -> Int {
        let scan = byteCount(polarisations: polarisations, channels: channels)
        return Scratch.most(of: scan) + workByteCount(polarisations: polarisations, channels: channels)
    }

    /// Memory that the kernels of all flaggers together keep for their next use at most, bytes.
    public static var keptByteCount: Int { Scratch.most }

    /// Lets the kernels keep so many bytes more while something runs: what threads of large scans use again.
    public static func keeping<Result>(
        more bytes: Int, while body: () async throws -> Result
    ) async rethrows -> Result {
        Scratch.keep(more: bytes)
        defer { Scratch.keep(more: -bytes) }
        return try await body()
    }

    /// Memory for each thread that flags, bytes; channels are those that a flagger sees.
    public func workByteCount(polarisations: Int, channels: Int) -> Int {
        switch strategy {
        case .sluice: BaselineFlagger.workByteCount(self, polarisations: polarisations, channels: channels)
        case .aoflaggerGeneric: GenericFlagger.workByteCount(self, channels: channels)
        }
    }
}
