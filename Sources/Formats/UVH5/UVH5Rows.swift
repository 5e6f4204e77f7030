import Astrometry
import Foundation
import Parameters
import Visibilities

/// What the header tells of each row (a baseline at a time), as it stands in the file.
struct UVH5RowItems: Sendable {
    /// Numbers of the first and second antennas.
    let antenna1, antenna2: [Int32]
    /// Mid times, UTC, MJD seconds.
    let times: [Double]
    /// Lengths of the integrations, seconds; a single one stands for all.
    let intervals: [Double]
    /// The phase centre's number in the catalogue; empty when there is only one.
    let phaseCentres: [Int32]
    /// The scan's number; empty when the file does not tell.
    let scans: [Int32]

    /// The most rows that a header may announce.
    static let most = 1 << 28
    /// Bytes of memory that a row takes at most while a file is opened: measured 78 where a dump has 2080 baselines, 155
    /// where it has one.
    static let openingBytes = 192

    /// Reads the items of all rows.
    init(_ items: UVH5Items, rows: Int) throws {
        antenna1 = try items.narrowIntegers("ant_1_array", count: rows)
        antenna2 = try items.narrowIntegers("ant_2_array", count: rows)
        let system = (try items.text("timesys") ?? "utc").lowercased()
        guard system == "utc" || system.isEmpty else {
            throw items.error("timesys", "times in '\(system)' are not read, expected UTC")
        }
        // The difference is exact: only the product is rounded, to a microsecond.
        var times = try items.reals("time_array", shapes: [[rows]])
        for row in times.indices { times[row] = (times[row] - 2_400_000.5) * 86400 }
        self.times = times
        guard times.allSatisfy(UTC.covered.contains) else {
            throw items.error("time_array", "expected Julian dates from 1960 to 2200")
        }
        intervals = try items.reals("integration_time", shapes: [[rows], []])
        guard intervals.allSatisfy({ $0 > 0 }) else {
            throw items.error("integration_time", "expected positive lengths in seconds")
        }
        phaseCentres = try items.optionalNarrowIntegers("phase_center_id_array", count: rows) ?? []
        scans = try items.optionalNarrowIntegers("scan_number_array", count: rows) ?? []
    }

    /// The length of a row's integration, seconds.
    func interval(_ row: Int) -> Double { intervals.count == 1 ? intervals[0] : intervals[row] }
}

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
    /// - Parameter index: the place among the observation's antennas of each antenna number.
    init(_ rows: UVH5RowItems, index: [Int: Int], items: UVH5Items) throws {
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
        var start = 0
        while start < count {
            let end = try addDump(order, from: start, rows, items)
            try addRows(order[start..<end], rows, items) { row in
                (place[keys[row]] ?? 0, Int32(truncatingIfNeeded: 2 * row + (isReversed[row] ? 1 : 0)))
            }
            guard table.count <= 64 * count + 1 << 20 else { throw Self.averaged(items) }
            start = end
        }
        try checkSpacing(items)
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

    /// Enters the rows of the last dump.
    private mutating func addRows(
        _ members: ArraySlice<Int32>, _ rows: UVH5RowItems, _ items: UVH5Items,
        _ entry: (Int) -> (baseline: Int, entry: Int32)
    ) throws {
        let start = table.count
        table += [Int32](repeating: -1, count: baselines.count)
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
                rows.phaseCentres.isEmpty
                    || Int(rows.phaseCentres[row]) == phaseCentres[phaseCentres.count - 1],
                rows.scans.isEmpty || Int(rows.scans[row]) == scans[scans.count - 1]
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
