import Parameters
import Visibilities

/// The rows of a file as dumps: which baselines each one holds, and where.
struct UVH5Rows: Sendable {
    /// Mid time of each dump, UTC, MJD seconds.
    private(set) var times: [Double] = []
    /// Length of each dump, seconds.
    private(set) var intervals: [Double] = []
    /// The phase centre of each dump.
    private(set) var phaseCentres: [Int] = []
    /// Mid time of each row of the file, UTC, MJD seconds; empty when all rows of a dump have the dump's.
    private(set) var centroids: [Double] = []
    /// The scan number of each dump; empty when the file does not tell.
    private(set) var scans: [Int] = []
    /// The baselines with data, sorted.
    let baselines: [Baseline]
    /// Whether a row has its antennas the other way round.
    let hasReversedRows: Bool
    /// [dump][baseline]: the file's row, and whether its antennas are the other way round; see `Row`.
    private var table: [Int32] = []

    /// Where a baseline of a dump lies.
    struct Row: Sendable, Hashable {
        /// The file's row.
        let row: Int
        /// Whether its antennas are the other way round.
        let isReversed: Bool
    }

    /// Times of one dump agree within this share of its length.
    private static let sameTime = 0.1
    /// Lengths of one dump's integrations agree within this share.
    private static let sameLength = 0.01

    /// Sorts rows into dumps and baselines.
    ///
    /// - Parameters:
    ///   - index: the place among the observation's antennas of each antenna number.
    ///   - memory: bytes that opening the file may take.
    /// - Throws: `HDF5Error` when rows are no dumps of baselines, or take more memory.
    init(_ rows: UVH5RowItems, index: [Int: Int], items: UVH5Items, memory: Int) throws {
        let count = rows.times.count
        guard count <= Int(Int32.max) / 2 else {
            throw items.error("Nblts", "\(count) rows are more than are read from one file")
        }
        var isReversed = [Bool](repeating: false, count: count)
        let antennas = index.count
        // The antennas of a row as one number: sorted numbers are sorted baselines.
        let keys = (0..<count).map { row in
            let (one, two) = (index[Int(rows.antenna1[row])] ?? 0, index[Int(rows.antenna2[row])] ?? 0)
            isReversed[row] = one > two
            return min(one, two) * antennas + max(one, two)
        }
        let unique = Set(keys).sorted()
        baselines = unique.map { Baseline($0 / antennas, $0 % antennas) }
        hasReversedRows = isReversed.contains(true)
        let place = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, $0) })
        let order = Self.inTime(rows.times)
        var ends: [Int] = []
        while ends.last ?? 0 < count {
            ends.append(try addDump(order, from: ends.last ?? 0, rows, items))
        }
        let entries = ends.count * baselines.count
        guard entries <= 64 * count + 1 << 20 else { throw Self.averaged(items) }
        try UVH5RowItems.checkMemory(
            items, rows: count,
            bytes: Self.openingBytes(
                rows: count, dumps: ends.count, baselines: baselines.count, antennas: antennas),
            most: memory)
        table = [Int32](repeating: -1, count: entries)
        var start = 0
        for (dump, end) in ends.enumerated() {
            try addRows(order[start..<end], dump, rows, items) { row in
                (place[keys[row]] ?? 0, Int32(truncatingIfNeeded: 2 * row + (isReversed[row] ? 1 : 0)))
            }
            start = end
        }
        try checkSpacing(items)
    }

    /// Bytes of memory that opening a file takes at most: of its rows, of the table's places without one, and of the uvw of
    /// antennas where they are more than its rows have.
    static func openingBytes(rows: Int, dumps: Int, baselines: Int, antennas: Int) -> Int {
        rows * UVH5RowItems.openingBytes + max(dumps * baselines - rows, 0) * MemoryLayout<Int32>.stride
            + max(dumps * antennas - 2 * rows, 0) * (MemoryLayout<UVW>.stride + 1)
    }

    /// Where a baseline lies in a dump; nil when it is missing there.
    func row(dump: Int, baseline: Int) -> Row? {
        let entry = table[dump * baselines.count + baseline]
        return entry < 0 ? nil : Row(row: Int(entry >> 1), isReversed: entry & 1 == 1)
    }

    /// Rows in order of time, of equal times in the file's order.
    private static func inTime(_ times: [Double]) -> [Int32] {
        let order = (0..<times.count).map { Int32(truncatingIfNeeded: $0) }
        if zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) { return order }
        return order.sorted { (times[Int($0)], $0) < (times[Int($1)], $1) }
    }

    /// Bytes of memory that they take.
    var byteCount: Int { 4 * table.count + 8 * centroids.count + 24 * times.count }

    /// Opens the dump that begins with a row; where the next one begins.
    private mutating func addDump(
        _ order: [Int32], from start: Int, _ rows: UVH5RowItems, _ items: UVH5Items
    ) throws -> Int {
        let first = Int(order[start])
        let length = rows.interval(first)
        var end = start
        while end < order.count, rows.times[Int(order[end])] - rows.times[first] <= Self.sameTime * length {
            guard abs(rows.interval(Int(order[end])) - length) <= Self.sameLength * length else {
                throw Self.averaged(items)
            }
            end += 1
        }
        times.append(rows.times[Int(order[(start + end) / 2])])
        if rows.times[Int(order[end - 1])] != rows.times[first] { centroids = rows.times }
        intervals.append(length)
        if !rows.phaseCentres.isEmpty {
            phaseCentres.append(Int(rows.phaseCentres[first]))
        } else {
            phaseCentres.append(0)
        }
        if !rows.scans.isEmpty { scans.append(Int(rows.scans[first])) }
        return end
    }

    /// Enters the rows of a dump.
    private mutating func addRows(
        _ members: ArraySlice<Int32>, _ dump: Int, _ rows: UVH5RowItems, _ items: UVH5Items,
        _ entry: (Int) -> (baseline: Int, entry: Int32)
    ) throws {
        let start = dump * baselines.count
        for row in members.lazy.map(Int.init) {
            let (baseline, entry) = entry(row)
            let other = table[start + baseline]
            guard other < 0 else {
                throw items.error(
                    "ant_1_array",
                    "rows \(other >> 1) and \(row) are one baseline (\(rows.antenna1[row]), "
                        + "\(rows.antenna2[row])) at one time",
                    remedy: "select one of them with pyuvdata")
            }
            table[start + baseline] = entry
            guard
                rows.phaseCentres.isEmpty || Int(rows.phaseCentres[row]) == phaseCentres[dump],
                rows.scans.isEmpty || Int(rows.scans[row]) == scans[dump]
            else {
                throw HDF5Error(
                    .usage,
                    "rows \(members.first ?? 0) and \(row) of one time have two phase centres or scans",
                    file: items.group.place.file, object: items.group.place.path,
                    remedy: "split the file by phase centre with pyuvdata")
            }
        }
    }

    /// Refuses dumps that overlap without holding the same baselines.
    private func checkSpacing(_ items: UVH5Items) throws {
        for dump in times.indices.dropFirst() {
            let apart = times[dump] - times[dump - 1]
            guard apart < 0.75 * min(intervals[dump], intervals[dump - 1]) else { continue }
            let here = baselines.indices.allSatisfy {
                (row(dump: dump, baseline: $0) == nil) == (row(dump: dump - 1, baseline: $0) == nil)
            }
            guard here else { throw Self.averaged(items) }
        }
    }

    private static func averaged(_ items: UVH5Items) -> HDF5Error {
        HDF5Error(
            .usage,
            "baselines have no common time grid: baseline-dependent averaging is recognised but not read",
            file: items.group.place.file, object: items.group.place.child("time_array").path,
            remedy:
                "bring all baselines to one integration time (pyuvdata: upsample_in_time or downsample_in_time)"
        )
    }
}
