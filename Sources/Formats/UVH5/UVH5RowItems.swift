import Astrometry
import Parameters

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
    /// Bytes of memory that a row takes at most while a file is opened whose dumps hold all baselines: measured 78 where
    /// they are 2080, 155 where there is one. Places without a row come on top, see `UVH5Rows.openingBytes`.
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

    /// Refuses rows that take more memory to open than there is.
    ///
    /// - Throws: `HDF5Error` (usage).
    static func checkMemory(_ items: UVH5Items, rows: Int, bytes: Int, most: Int) throws {
        guard bytes > most else { return }
        throw HDF5Error(
            .usage,
            "its \(rows) rows take \((bytes >> 20) + 1) MiB of memory to open, above the limit of \(most >> 20) MiB",
            file: items.group.place.file, object: items.group.place.path,
            remedy: "raise --memory, or split it by time with pyuvdata")
    }

    /// The length of a row's integration, seconds.
    func interval(_ row: Int) -> Double { intervals.count == 1 ? intervals[0] : intervals[row] }
}
