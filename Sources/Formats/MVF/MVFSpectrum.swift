import Parameters

/// The channels of a file, as they stand in it.
struct MVFSpectrum: Sendable {
    /// The receiver band: `l`, `u`, `s`, `x`, or empty.
    let band: String
    /// Channel centre frequencies in file order, Hz.
    let frequencies: [Double]
    /// Channel width, Hz.
    let width: Double
    /// Whether frequencies descend and visibilities are conjugated (a lower sideband).
    let isReversed: Bool

    /// Works out the channels: frequency(i) = centre ± bandwidth (i − n / 2) / n, n / 2 rounded down.
    init(_ attributes: MVFAttributes, channels: Int, override centre: Double?, warnings: inout [String])
        throws
    {
        band = try Self.band(attributes, warnings: &warnings)
        var bandwidth = try attributes.requirePositive("bandwidth", try attributes.l0("bandwidth"))
        // A correlator of April and May 2016 gave this wrong bandwidth.
        if bandwidth == 857_152_196 { bandwidth = 856e6 }
        let declared = try attributes.requirePositive("n_chans", try attributes.l0("n_chans"))
        isReversed = band == "u" && bandwidth == 856e6
        let usual = isReversed ? 428e6 : ["l": 1284e6, "u": 816e6][band]
        var known = try attributes.ownL0("center_freq")?.number ?? usual
        if declared != Double(channels) {
            known = nil
            warnings.append(
                "n_chans is \(declared), the data have \(channels) channels: the data are believed")
        }
        guard let middle = centre ?? known, middle.isFinite, middle > 0 else {
            throw HDF5Error(
                .data,
                "the centre frequency is not known (band '\(band)', \(declared) channels declared, \(channels) found)",
                file: attributes.model.place.file, object: "/TelescopeModel", remedy: "give it by hand")
        }
        width = bandwidth / declared
        let step = isReversed ? -width : width
        frequencies = (0..<channels).map { middle + step * Double($0 - channels / 2) }
    }

    /// `sub_band` of the TelescopeState; in older files the commonest position of the receivers' indexers.
    private static func band(_ attributes: MVFAttributes, warnings: inout [String]) throws -> String {
        if attributes.state != nil { return try attributes.telescope("sub_band")?.string ?? "" }
        var votes: [String: Int] = [:]
        for antenna in try MVFAttributes.components(of: attributes.model, class: "AntennaPositioner") {
            guard let sensor = try antenna.dataset("ap_indexer_position").flatMap({ try MVFSensor($0) }),
                let position = sensor.values.last, ["l", "s", "u", "x"].contains(position)
            else { continue }
            votes[position, default: 0] += 1
        }
        let best = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
        if !best.isEmpty { warnings.append("receiver band '\(best)' guessed from the indexers' positions") }
        return best
    }
}
