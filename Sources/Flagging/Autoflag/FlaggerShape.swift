/// What a flagger of one baseline is made for.
struct FlaggerShape {
    let polarisations: Int
    let channels: Int
    /// The channels that it sees and does not decide on below its band, and where they stand among all that it sees.
    var below: Range<Int> { 0..<band.lowerBound }
    let band: Range<Int>
    var above: Range<Int> { band.upperBound..<seen }
    /// Channels that it sees.
    let seen: Int

    init(
        _ settings: AutoflagSettings, polarisations: Int, channels: Int, halo: BandHalo
    ) throws(AutoflagError) {
        guard (1...8).contains(polarisations) else {
            throw AutoflagError("\(polarisations) polarisations", "give 1 to 8")
        }
        let most = 1...1 << 24
        guard most.contains(channels), (0...most.upperBound).contains(halo.below),
            (0...most.upperBound).contains(halo.above)
        else {
            throw AutoflagError(
                "\(channels) channels between \(halo.below) and \(halo.above)",
                "give 1 to 16777216, and not more on each side")
        }
        guard settings.threshold > 0, settings.threshold.isFinite else {
            throw AutoflagError("threshold \(settings.threshold)", "give a positive number")
        }
        guard (AutoflagSettings.leastHop...4096).contains(settings.hop), (0...4096).contains(settings.margin),
            (0...4096).contains(settings.lookBack)
        else {
            throw AutoflagError(
                "hop \(settings.hop), margin \(settings.margin), look-back \(settings.lookBack)",
                "give a hop of 8 to 4096, a margin and a look-back of 0 to 4096 dumps")
        }
        self.polarisations = polarisations
        self.channels = channels
        band = halo.below..<halo.below + channels
        seen = band.upperBound + halo.above
    }

    /// - Throws: `AutoflagError` when a piece does not have this shape.
    func check(_ band: SamplePiece, below: SamplePiece, above: SamplePiece, dumps: Int) throws(AutoflagError)
    {
        try check(band, channels: channels, dumps: dumps)
        try check(below, channels: self.below.count, dumps: dumps)
        try check(above, channels: self.above.count, dumps: dumps)
    }

    private func check(_ piece: SamplePiece, channels: Int, dumps: Int) throws(AutoflagError) {
        let (row, _) = polarisations.multipliedReportingOverflow(by: channels)
        let (size, overflow) = row.multipliedReportingOverflow(by: dumps)
        guard dumps >= 0, !overflow, piece.visibilities.count == size, piece.flags.count == size else {
            throw AutoflagError(
                "\(piece.visibilities.count) visibilities and \(piece.flags.count) flags for \(dumps) dumps",
                "give \(polarisations) x dumps x \(channels) of each")
        }
    }
}
