import Visibilities

/// The spectral windows of a file in the order of `spw_array`, the channels of each ascending, and where they lie in it.
struct UVH5Spectrum: Sendable {
    /// The windows.
    let windows: [SpectralWindow]
    /// For each window and channel, the file's channel.
    let channels: [[Int]]

    /// Reads frequencies, widths and spectral windows.
    init(_ items: UVH5Items, channels count: Int) throws {
        let windows = try items.count("Nspws", most: count)
        let frequencies = try items.reals("freq_array", shapes: [[count], [1, count]])
        let widths = try items.reals("channel_width", shapes: [[count], []]).map { abs($0) }
        guard frequencies.allSatisfy({ $0 > 0 }) else {
            throw items.error("freq_array", "expected positive frequencies in Hz")
        }
        guard widths.allSatisfy({ $0 > 0 }) else {
            throw items.error("channel_width", "expected positive widths in Hz")
        }
        let numbers = try items.integers("spw_array", count: windows)
        let member = try items.optionalIntegers("flex_spw_id_array", count: count)
        guard windows == 1 || member != nil else {
            throw items.error(
                "flex_spw_id_array", "the item is missing: \(windows) spectral windows need it")
        }
        var found: [SpectralWindow] = []
        var places: [[Int]] = []
        let members = Dictionary(grouping: 0..<count) { windows == 1 ? numbers[0] : member?[$0] ?? 0 }
        for number in numbers {
            let own = (members[number] ?? []).sorted { frequencies[$0] < frequencies[$1] }
            guard !own.isEmpty else {
                throw items.error("flex_spw_id_array", "spectral window \(number) has no channel")
            }
            if let twice = zip(own, own.dropFirst()).first(where: { frequencies[$0] == frequencies[$1] }) {
                throw items.error("freq_array", "channels \(twice.0) and \(twice.1) have one frequency")
            }
            found.append(
                SpectralWindow(
                    name: windows == 1 ? "" : "\(number)", frequencies: own.map { frequencies[$0] },
                    widths: own.map { widths.count == 1 ? widths[0] : widths[$0] }))
            places.append(own)
        }
        guard places.reduce(0, { $0 + $1.count }) == count else {
            throw items.error(
                "flex_spw_id_array", "expected each channel in one spectral window of spw_array")
        }
        self.windows = found
        self.channels = places
    }

    /// The channels of a window that one piece of the file covers: a run of them, up or down.
    struct Run: Sendable, Hashable {
        /// The file's channels.
        var stored: Range<Int>
        /// Where its lowest frequency lies among the channels asked for.
        var destination: Int
        /// Whether frequencies descend in the file.
        var isReversed: Bool
    }

    /// The runs of the file that hold these channels of a window.
    func runs(window: Int, channels wanted: Range<Int>) -> [Run] {
        var runs: [Run] = []
        let places = channels[window]
        for channel in wanted {
            let place = places[channel]
            if var last = runs.last {
                let isSingle = last.stored.count == 1
                if place == last.stored.upperBound, isSingle || !last.isReversed {
                    last = Run(
                        stored: last.stored.lowerBound..<place + 1, destination: last.destination,
                        isReversed: false)
                    runs[runs.count - 1] = last
                    continue
                }
                if place == last.stored.lowerBound - 1, isSingle || last.isReversed {
                    last = Run(
                        stored: place..<last.stored.upperBound, destination: last.destination,
                        isReversed: true)
                    runs[runs.count - 1] = last
                    continue
                }
            }
            runs.append(
                Run(
                    stored: place..<place + 1, destination: channel - wanted.lowerBound, isReversed: false))
        }
        return runs
    }
}
