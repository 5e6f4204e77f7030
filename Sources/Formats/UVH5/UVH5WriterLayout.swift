import Astrometry
import Parameters
import Visibilities

/// The axes and chunks of a UVH5 file to be written, worked out from the header of a stream alone.
///
/// Rows (baseline-times) run through all dumps of the schedule, each with all baselines in the stream's order; channels
/// through all spectral windows.
struct UVH5WriterLayout: Sendable {
    /// The most chunks of an array: readers look the place of each up in a list.
    private static let mostChunks = 1024
    /// A chunk takes at least so many bytes, unless the array is smaller.
    private static let leastChunkBytes = 1 << 20
    /// A chunk takes at most so many bytes; HDF5's own bound is 4 GiB.
    private static let mostChunkBytes = 1 << 30
    /// The most channels of a chunk, so that narrow sub-bands can be read without their neighbours.
    private static let mostChunkChannels = 128

    /// Chunks take at most this part more room along an axis than its samples need.
    private static let mostEmptyShare = 8

    /// Dumps, baselines, channels and products.
    let dumps, baselines, channels, polarisations: Int
    /// The first dump of each scheduled scan.
    let firstDumps: [Int]
    /// The first channel of each spectral window.
    let firstChannels: [Int]
    /// Centroid of each dump as a Julian Date, UTC.
    let julianDates: [Double]
    /// Whether dumps follow each other in time.
    let isTimeOrdered: Bool
    /// Dumps and channels of a chunk, which has all baselines and products. Sub-bands of the stream are whole chunks.
    let chunkDumps, chunkChannels: Int

    /// Lays out a file.
    ///
    /// - Throws: `HDF5Error` (usage) when the format cannot hold the stream.
    init(_ cut: ObservationCut, path: String) throws {
        let observation = cut.observation
        dumps = observation.schedule.reduce(0) { $0 + $1.times.count }
        baselines = observation.baselines.count
        polarisations = observation.polarisations.count
        var dump = 0
        firstDumps = observation.schedule.map { scan in
            defer { dump += scan.times.count }
            return dump
        }
        var channel = 0
        let windowStarts = observation.spectralWindows.map { window in
            defer { channel += window.frequencies.count }
            return channel
        }
        firstChannels = windowStarts
        channels = channel
        julianDates = observation.schedule.flatMap { $0.times.map(Self.julianDate) }
        isTimeOrdered = zip(julianDates, julianDates.dropFirst()).allSatisfy { $0 < $1 }
        let starts = cut.subbands.map { windowStarts[$0.spectralWindow] + $0.channels.lowerBound }
        let width = Self.chunkChannels(
            starts: starts, channels: channels, bytesPerChannel: 8 * baselines * polarisations)
        chunkChannels = width
        chunkDumps = Self.chunkDumps(
            dumps, bytesPerDump: 8 * baselines * polarisations * width,
            columns: (channels + width - 1) / max(width, 1))
        try check(cut, path: path)
    }

    /// A time (UTC, MJD seconds) as a Julian Date: to 20 µs, which is all that a double holds.
    static func julianDate(_ time: Double) -> Double { 2_400_000.5 + time / 86400 }

    /// Rows of the file.
    var rows: Int { dumps * baselines }
    /// Chunks along the channels.
    var chunkColumns: Int { (channels + chunkChannels - 1) / chunkChannels }
    /// Extent of the arrays of samples.
    var shape: [Int] { [rows, channels, polarisations] }
    /// Extent of their chunks.
    var chunk: [Int] { [chunkDumps * baselines, chunkChannels, polarisations] }

    /// Bytes from the start of an array of samples to the first sample of a dump, baseline and column of chunks.
    func offset(dump: Int, baseline: Int, column: Int, elementSize: Int) -> Int {
        let chunk = dump / chunkDumps * chunkColumns + column
        let row = (chunk * chunkDumps + dump % chunkDumps) * baselines + baseline
        return row * chunkChannels * polarisations * elementSize
    }

    /// The columns of chunks that a sub-band fills.
    func columns(of subband: Subband) -> Range<Int> {
        let first = firstChannels[subband.spectralWindow] + subband.channels.lowerBound
        return first / chunkChannels..<(first + subband.channels.count + chunkChannels - 1) / chunkChannels
    }

    /// The widest chunk of which all sub-bands are whole ones and whose last column leaves little room empty; a third of
    /// the channels' where chunks would be narrow otherwise.
    private static func chunkChannels(starts: [Int], channels: Int, bytesPerChannel: Int) -> Int {
        let common = starts.reduce(0, greatestCommonDivisor)
        let step = max(common == 0 ? channels : common, 1)
        func isAllowed(_ width: Int) -> Bool { width * bytesPerChannel <= mostChunkBytes }
        let widths = (1...mostChunkChannels).filter { step % $0 == 0 && ($0 == 1 || isAllowed($0)) }
        for share in [mostEmptyShare, 3] {
            let widest = widths.last { fits($0, channels, share) } ?? 1
            if widest >= 8 { return widest }
            // A large prime number of channels is better taken whole.
            if isAllowed(step), fits(step, channels, share) { return step }
        }
        return widths.last { fits($0, channels) } ?? 1
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }

    /// Dumps of a chunk: enough for its least size and for few enough chunks, and chunks of one length, so that the last
    /// one leaves little room empty. Fewer chunks than wanted are taken where that needs less room.
    private static func chunkDumps(_ dumps: Int, bytesPerDump: Int, columns: Int) -> Int {
        guard bytesPerDump > 0, dumps > 0 else { return 1 }
        func parts(_ count: Int) -> Int { (dumps + count - 1) / count }
        let least = max(leastChunkBytes / bytesPerDump, parts(max(mostChunks / max(columns, 1), 1)))
        let most = max(mostChunkBytes / bytesPerDump, 1)
        let wanted = min(max(least, 1), most, dumps)
        let even = parts(parts(wanted))
        return (even...dumps).lazy.prefix { $0 <= most }.first { fits($0, dumps) } ?? even
    }

    /// Whether chunks of so many elements along an axis take at most this part more room than the axis needs.
    private static func fits(_ chunk: Int, _ axis: Int, _ share: Int = mostEmptyShare) -> Bool {
        let room = (axis + chunk - 1) / chunk * chunk
        return room - axis <= axis / share
    }
}

extension UVH5WriterLayout {
    private func check(_ cut: ObservationCut, path: String) throws {
        let observation = cut.observation
        func refuse(_ what: String, _ remedy: String) -> HDF5Error {
            HDF5Error(.usage, "UVH5 cannot hold \(what)", file: path, remedy: remedy)
        }
        guard !observation.schedule.isEmpty else {
            throw refuse("a stream whose length is not known", "write it from a file")
        }
        guard dumps > 0, baselines > 0, channels > 0, polarisations > 0 else {
            throw refuse("a stream without samples", "widen the selection")
        }
        guard cut.subbands.reduce(0, { $0 + $1.channels.count }) == channels else {
            throw refuse("a stream whose sub-bands leave channels out", "select the channels that are wanted")
        }
        guard Set(julianDates).count == dumps else {
            throw refuse(
                "several dumps of one time, to 40 µs", "select fewer scans, or average to longer dumps")
        }
        let isFinite = observation.antennas.allSatisfy { ($0.position * $0.position).sum().isFinite }
        guard isFinite else { throw refuse("antennas without positions", "leave those antennas out") }
        let frames = UVH5WriterFrames(observation, site: Geodetic(position: observation.antennas[0].position))
        for scan in observation.schedule.indices {
            guard let time = observation.schedule[scan].times.first else { continue }
            guard try frames.at(time, field: observation.schedule[scan].field) != nil else {
                throw refuse("times outside 1960 to 2200", "select scans with proper times")
            }
        }
    }
}
