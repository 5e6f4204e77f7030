import Visibilities

extension RFIMask {
    /// The occupied ranges for an observation, Hz, and how they were found, if the mask does not say itself.
    ///
    /// A mask of channels without frequencies counts the channels of some band, lowest first. Of which it says only by
    /// their number, so it is put where this leaves no doubt:
    /// - as many as the stream has, which is the whole of its receiver's band or of a band that is not known: by place;
    /// - as many as one of MeerKAT's correlator modes, on part of MeerKAT's L or UHF band or on averaged channels of it,
    ///   which are other in number: by frequency, channel i centred at start + i · width / N.
    ///
    /// - Throws: `RFIMaskError` when it has another number of channels, or as many as a stream of part of MeerKAT's band.
    public func ranges(for observation: Observation) throws(RFIMaskError) -> (
        ranges: [Range<Double>], note: String?
    ) {
        let flags: [Bool]
        switch content {
        case .ranges(let ranges): return (ranges, nil)
        case .channels(let channels): flags = channels
        }
        let windows = observation.spectralWindows
        let bands = windows.count == 1 ? ReceiverBand.candidates(observation.telescope, windows[0]) : []
        if windows.count == 1, windows[0].frequencies.count == flags.count {
            return try byPlace(flags, windows[0], bands)
        }
        if bands.count == 1, ReceiverBand.modes.contains(flags.count), bands[0].holds(windows[0]) {
            let step = bands[0].width / Double(flags.count)
            let ranges = Self.ranges(of: flags) { channel in
                let centre = bands[0].centre(channel, of: flags.count)
                return centre - step / 2..<centre + step / 2
            }
            return (ranges, "by frequency: \(flags.count) channels of \(bands[0].name)")
        }
        let counts = windows.map { "\($0.frequencies.count)" }.joined(separator: " + ")
        let modes = bands.first.map { ", or 1024, 4096 or 32768 over \($0.name)" } ?? ""
        throw RFIMaskError(
            "a mask of \(flags.count) channels without frequencies, expected \(counts) as the observation has\(modes)",
            path: name, line: nil,
            remedy:
                "give a mask of that length or, better, one with frequencies: lines of 'lo hi' with a unit")
    }

    /// The ranges of as many channels as a window has, if nothing says that they are others.
    private func byPlace(
        _ flags: [Bool], _ window: SpectralWindow, _ bands: [ReceiverBand]
    ) throws(RFIMaskError) -> (ranges: [Range<Double>], note: String?) {
        let whole = bands.first { $0.isWhole(window) }
        guard bands.isEmpty || whole != nil else {
            let known = bands.map(\.name).joined(separator: " or ")
            throw RFIMaskError(
                "a mask of \(flags.count) channels without frequencies, and an observation of as many that are not all of "
                    + "\(known): the mask may be of other channels", path: name, line: nil,
                remedy:
                    "give their frequencies: lines of 'lo hi' with a unit, or a .npy of records (mask ?, chans <f8)"
            )
        }
        let edges = zip(window.frequencies, window.widths).map { $0 - $1 / 2..<$0 + $1 / 2 }
        let note = "by place: as many channels as \(whole?.name ?? "the observation")"
        return (Self.ranges(of: flags) { edges[$0] }, note)
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

extension RFIMask {
    /// What of an observation's channels a ready mask says nothing about, being of another band: how many, and a line
    /// about it; nil for masks that say it all.
    public func beyond(_ observation: Observation) -> String? {
        guard let band = ReceiverBand.ready[name] else { return nil }
        let windows = observation.spectralWindows
        let all = windows.reduce(0) { $0 + $1.frequencies.count }
        let beyond = windows.reduce(0) { $0 + band.channelsBeyond($1) }
        guard beyond > 0 else { return nil }
        let other = Self.names.first { name in
            windows.allSatisfy { ReceiverBand.ready[name]?.channelsBeyond($0) == 0 }
        }
        return
            "\(name) is of \(band.name), and \(beyond) of \(all) channels lie beyond: use \(other ?? "a mask of their band")"
    }
}

/// A receiver's band whose channels a mask without frequencies may count.
private struct ReceiverBand {
    /// What it is called.
    let name: String
    /// Its lower edge and its width, Hz.
    let start, width: Double

    /// Channels that MeerKAT's correlator makes of a band.
    static let modes = [1024, 4096, 32768]

    /// MeerKAT's digitised bands by the name of their receiver (SARAO, MeerKAT specifications).
    private static let meerKAT = [
        "l": ReceiverBand(name: "MeerKAT's L band, 856 to 1712 MHz", start: 856e6, width: 856e6),
        "u": ReceiverBand(name: "MeerKAT's UHF band, 544 to 1088 MHz", start: 544e6, width: 544e6),
    ]

    /// The bands of the ready masks.
    static let ready = ["meerkat-l": meerKAT["l"], "meerkat-uhf": meerKAT["u"]].compactMapValues { $0 }

    /// Channels of a window whose centre lies beyond the band.
    func channelsBeyond(_ window: SpectralWindow) -> Int {
        window.frequencies.count { $0 < start || $0 > start + width }
    }

    /// The bands that a window may be of: the one that it names, else all that hold its frequencies (UVH5 names none).
    static func candidates(_ telescope: String, _ window: SpectralWindow) -> [ReceiverBand] {
        guard telescope == "MeerKAT" else { return [] }
        if let named = meerKAT[window.name.lowercased()] { return [named] }
        guard window.name.allSatisfy(\.isNumber) else { return [] }
        return meerKAT.values.filter { $0.holds(window) }.sorted { $0.start < $1.start }
    }

    /// The centre of one of so many channels, Hz.
    func centre(_ channel: Int, of count: Int) -> Double { start + Double(channel) * width / Double(count) }

    /// Whether all of a window's channels lie in the band.
    func holds(_ window: SpectralWindow) -> Bool {
        guard let low = window.frequencies.first, let high = window.frequencies.last else { return false }
        return low >= start && high <= start + width
    }

    /// Whether a window's channels are all those of the band, averaged ones too: each lies within half a channel of the
    /// one of its place.
    func isWhole(_ window: SpectralWindow) -> Bool {
        let count = window.frequencies.count
        return window.frequencies.enumerated().allSatisfy {
            abs($1 - centre($0, of: count)) < 0.5 * width / Double(count)
        }
    }
}
