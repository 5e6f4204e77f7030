import Parameters
import Visibilities

/// Lays files beside and behind one another along time, frequency and polarisation.
struct FileJoin {
    private(set) var contents: ObservationContents
    private(set) var members: [JoinedMember]
    private(set) var warnings: [String] = []
    let files: [any ObservationFile]
    let times, bands: AxisGroups
    private let products: AxisGroups

    /// Joins at least two files.
    init(_ files: [any ObservationFile]) throws {
        self.files = files
        contents = files[0].contents
        members = files.map { _ in JoinedMember() }
        try FileAgreement(files).check()
        let interval = contents.integrationTime
        times = try AxisGroups(files, axis: "times", files.map { $0.contents.times }) { _, _ in interval }
        bands = try AxisGroups(
            files, axis: "frequencies",
            files.map { $0.contents.spectralWindows.flatMap(\.frequencies).sorted() }
        ) { file, isUpper in
            // Windows stand in the file's order.
            let windows = file.contents.spectralWindows.filter { !$0.frequencies.isEmpty }
            let outermost =
                isUpper
                ? windows.max {
                    $0.frequencies[$0.frequencies.count - 1] < $1.frequencies[$1.frequencies.count - 1]
                }
                : windows.min { $0.frequencies[0] < $1.frequencies[0] }
            return (isUpper ? outermost?.widths.last : outermost?.widths.first) ?? 0
        }
        products = try AxisGroups(
            files, axis: "polarisations",
            files.map { $0.contents.polarisations.map { Double($0.rawValue) }.sorted() }, mayInterleave: true
        ) { _, _ in 1 }
        try refuseDifferences()
        try refuseRepeats()
        joinTimes()
        joinFrequencies()
        joinPolarisations()
        joinBaselines()
        joinPlanes()
        joinWeights()
        contents.channelsPerChunk = files.map { $0.contents.channelsPerChunk }.max() ?? 1
    }

    /// Two files must not hold the same samples.
    private mutating func refuseRepeats() throws {
        var places: [[Int]: Int] = [:]
        for index in files.indices {
            let place = [times.group[index], bands.group[index], products.group[index]]
            if let other = places[place] {
                throw ObservationError(
                    .usage, "two files hold the same times, frequencies and polarisations",
                    files: [files[other].path, files[index].path], remedy: "leave one out")
            }
            places[place] = index
        }
        let cells = times.count * bands.count * products.count
        if places.count < cells {
            warnings.append(
                "\(cells - places.count) of \(cells) combinations of times, frequencies and polarisations have no file; "
                    + "their samples are dataLost")
        }
    }

    private mutating func joinTimes() {
        (contents.times, contents.intervals, contents.scans, contents.targets) = ([], [], [], [])
        var uvw: [UVW]? = []
        for group in 0..<times.count {
            let own = times.members(of: group)
            let first = files[own[0]].contents
            for index in files.indices {
                members[index].dumps += first.times.indices.map { own.contains(index) ? $0 : nil }
            }
            append(first)
            uvw = uvw.flatMap { uvw in first.antennaUVW.map { uvw + $0 } }
        }
        contents.antennaUVW = uvw
    }

    /// Appends the dumps and scans of a file that comes later in time. A scan that goes on where the one before ended, or
    /// after as few missing dumps as are filled within a file, is the same scan: observations are often cut into files of
    /// some minutes.
    private mutating func append(_ file: ObservationContents) {
        let start = contents.times.count
        let missing = zip(contents.times.suffix(1), file.times.prefix(1)).map { last, next in
            ((next - last) / contents.integrationTime).rounded() - 1
        }
        let follows = missing.contains { (0...Double(DumpRuns.mostFilled)).contains($0) }
        contents.times += file.times
        contents.intervals += file.intervals
        let highest = contents.scans.map(\.number).max() ?? -1
        let firstNumber = file.scans.first?.number ?? 0
        // Numbers that go on are the observation's; where they start again, a file counts by itself.
        var shift = firstNumber > highest ? 0 : highest + 1 - firstNumber
        for var scan in file.scans {
            let target = file.targets[scan.target]
            scan.target = contents.targets.firstIndex { Self.areSame($0, target) } ?? contents.targets.count
            if scan.target == contents.targets.count { contents.targets.append(target) }
            scan.dumps = scan.dumps.lowerBound + start..<scan.dumps.upperBound + start
            if follows, scan.dumps.lowerBound == start, let last = contents.scans.last,
                last.dumps.upperBound == start, last.target == scan.target, last.state == scan.state,
                firstNumber <= highest
            {
                contents.scans[contents.scans.count - 1].dumps = last.dumps.lowerBound..<scan.dumps.upperBound
                shift = last.number - firstNumber
            } else {
                scan.number += shift
                contents.scans.append(scan)
            }
        }
    }

    /// Whether two files mean the same target. What drifts is at another place on the sky in each of them.
    static func areSame(_ one: ObservationTarget, _ two: ObservationTarget) -> Bool {
        guard let first = one.field, let second = two.field, first.tracking != .sidereal else {
            return one == two
        }
        return one.names == two.names && first.tracking == second.tracking
    }

    /// Concatenates spectral windows; where one band begins a channel after another ends, they become one window.
    private mutating func joinFrequencies() {
        struct Piece {
            let group, window: Int
            let channels: SpectralWindow
        }
        let pieces = (0..<bands.count).flatMap { group in
            files[bands.members(of: group)[0]].contents.spectralWindows.enumerated().map {
                Piece(group: group, window: $0, channels: $1)
            }
        }
        let ordered = pieces.sorted {
            ($0.channels.frequencies.first ?? 0) < ($1.channels.frequencies.first ?? 0)
        }
        contents.spectralWindows = []
        var last: Int?
        for piece in ordered {
            var start = 0
            if let last, last != piece.group, let window = contents.spectralWindows.last,
                Self.continues(piece.channels, window)
            {
                start = window.frequencies.count
                contents.spectralWindows[contents.spectralWindows.count - 1].frequencies +=
                    piece.channels.frequencies
                contents.spectralWindows[contents.spectralWindows.count - 1].widths += piece.channels.widths
            } else {
                contents.spectralWindows.append(piece.channels)
                for index in files.indices { members[index].runs.append([]) }
            }
            last = piece.group
            for index in bands.members(of: piece.group) {
                members[index].runs[contents.spectralWindows.count - 1].append(
                    JoinedMember.ChannelRun(
                        start: start, spectralWindow: piece.window,
                        channels: piece.channels.frequencies.indices))
            }
        }
    }

    private static func continues(_ next: SpectralWindow, _ window: SpectralWindow) -> Bool {
        guard let last = window.frequencies.last, let width = window.widths.last,
            let first = next.frequencies.first, let own = next.widths.first
        else { return false }
        return abs(first - last - width) < 0.01 * width && abs(own - width) < 0.01 * width
    }

    /// Relative weights count in the first file's unit: they scale with the length and width of samples, so that bands of
    /// other channel widths compare. Units that are equal but for rounding are left alone, and with them the weights' bits.
    private mutating func joinWeights() {
        guard let unit = contents.weightUnit else { return }
        for index in files.indices {
            guard let own = files[index].contents.weightUnit else { continue }
            let ratio = own.time * own.width / (unit.time * unit.width)
            members[index].weightUnit = abs(ratio - 1) < 1e-3 ? nil : unit
        }
    }

    private mutating func joinPolarisations() {
        // The order in which observers name them; the FITS codes run XX, YY, XY, YX.
        let order: [Polarisation] = [.i, .q, .u, .v, .xx, .xy, .yx, .yy, .rr, .rl, .lr, .ll]
        let present = Set(files.flatMap { $0.contents.polarisations })
        contents.polarisations = order.filter(present.contains)
    }

    /// The union of the files' baselines; their antennas stand in one order.
    private mutating func joinBaselines() {
        contents.baselines = Set(files.flatMap { $0.contents.baselines }).sorted()
        for index in files.indices {
            let own = files[index].contents.baselines.enumerated()
            let places = Dictionary(own.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            members[index].baselines = contents.baselines.map { places[$0] }
        }
    }

    /// A plane is missing when no file has it.
    private mutating func joinPlanes() {
        for index in files.indices {
            members[index].planes = JoinedMember.planes(
                files[index].contents, members[index].baselines, contents.polarisations)
        }
        let count = contents.baselines.count * contents.polarisations.count
        contents.missingPlanes = Set(
            (0..<count).filter { plane in members.allSatisfy { $0.planes[plane] == nil } })
    }
}
