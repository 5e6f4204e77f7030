import Visibilities

extension RFIMask {
    /// A receiver's band whose channels a mask without frequencies may count.
    private struct Band {
        /// What it is called.
        let name: String
        /// Its lower edge and its width, Hz.
        let start, width: Double
        /// Channels that its correlator makes of it.
        static let modes = [1024, 4096, 32768]
    }

    /// MeerKAT's digitised bands by the name of their receiver (SARAO, MeerKAT specifications).
    private static let bands = [
        "l": Band(name: "MeerKAT's L band, 856 to 1712 MHz", start: 856e6, width: 856e6),
        "u": Band(name: "MeerKAT's UHF band, 544 to 1088 MHz", start: 544e6, width: 544e6),
    ]

    /// The occupied ranges for an observation, Hz, and how they were found, if the mask does not say itself.
    ///
    /// A mask of channels without frequencies counts the channels of the stream, lowest first, if it has as many; else, for
    /// MeerKAT, all channels of the receiver's band in one of the correlator's modes: channel i is centred
    /// at start + i · width / N.
    ///
    /// - Throws: `RFIMaskError` when it has another number of channels.
    public func ranges(for observation: Observation) throws(RFIMaskError) -> (
        ranges: [Range<Double>], note: String?
    ) {
        let flags: [Bool]
        switch content {
        case .ranges(let ranges): return (ranges, nil)
        case .channels(let channels): flags = channels
        }
        let windows = observation.spectralWindows
        if windows.count == 1, windows[0].frequencies.count == flags.count {
            let edges = zip(windows[0].frequencies, windows[0].widths).map { $0 - $1 / 2..<$0 + $1 / 2 }
            return (Self.ranges(of: flags) { edges[$0] }, "by place: as many channels as the observation")
        }
        let band =
            observation.telescope == "MeerKAT" && windows.count == 1
            ? Self.bands[windows[0].name.lowercased()] : nil
        if let band, Band.modes.contains(flags.count), let low = windows[0].frequencies.first,
            let high = windows[0].frequencies.last, low >= band.start, high <= band.start + band.width
        {
            let step = band.width / Double(flags.count)
            let ranges = Self.ranges(of: flags) { channel in
                let centre = band.start + Double(channel) * step
                return centre - step / 2..<centre + step / 2
            }
            return (ranges, "by frequency: \(flags.count) channels of \(band.name)")
        }
        let counts = windows.map { "\($0.frequencies.count)" }.joined(separator: " + ")
        let modes = band.map { ", or 1024, 4096 or 32768 over \($0.name)" } ?? ""
        throw RFIMaskError(
            "a mask of \(flags.count) channels without frequencies, expected \(counts) as the observation has\(modes)",
            path: name, line: nil,
            remedy:
                "give a mask of that length or, better, one with frequencies: lines of 'lo hi' with a unit")
    }

    /// The ranges of runs of masked channels, drawn in by a millionth of a channel: a neighbour that only touches is not in.
    private static func ranges(of flags: [Bool], _ channel: (Int) -> Range<Double>) -> [Range<Double>] {
        var ranges: [Range<Double>] = []
        var first: Int?
        for index in 0...flags.count {
            if index < flags.count, flags[index] {
                first = first ?? index
            } else if let start = first {
                let (low, high) = (channel(start), channel(index - 1))
                let margin = 1e-6 * (low.upperBound - low.lowerBound)
                ranges.append(low.lowerBound + margin..<high.upperBound - margin)
                first = nil
            }
        }
        return ranges
    }
}
