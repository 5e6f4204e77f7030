import Astrometry
import Parameters
import Synchronization
import Visibilities

/// The arrays of a UVH5 file that have one element per row, written dump by dump.
///
/// `time_array` has the centre of each row's integration, as pyuvdata defines it: it does not depend on flags, nor do the
/// centroids of averaged blocks (see `AveragedAxes`). It is the dump's time wherever rows agree with that to a
/// millisecond, which pyuvdata takes for equal: then a dump is one of its `Ntimes`. Rows that differ by more, as those of
/// a correlator that reads baselines out one after another, keep their own time, and with it their own sidereal time and
/// apparent place; each such time is one of pyuvdata's `Ntimes`, which it counts as numbers that differ.
final class UVH5WriterRows: Sendable {
    private struct Target: Sendable {
        let offset: Int
        let place: HDF5Place

        init(_ header: HDF5Group, _ name: String, _ type: HDF5StoredType, _ shape: [Int]) throws {
            let dataset = try header.reserveDataset(name, type, shape: shape)
            guard let offset = dataset.contiguousOffset else {
                throw dataset.place.error("the dataset has no place in the file", .machine)
            }
            self.offset = offset
            place = dataset.place
        }
    }

    /// The rows of a dump, baseline by baseline.
    struct Dump {
        /// As UVH5 has them, metres.
        var uvw: [UVW] = []
        /// UTC, MJD seconds.
        var centroids: [Double] = []
    }

    /// Seconds by which a row's time may differ from its dump's without being another: pyuvdata's tolerance.
    private static let sameTime = 1e-3

    private let reals: [Target]
    private let integers: [Target]
    private let uvw: Target
    private let frames: UVH5WriterFrames
    private let layout: UVH5WriterLayout
    private let schedule: [ScheduledScan]
    /// Antenna numbers of each baseline.
    private let pairs: [(Int, Int)]
    private let times = Atomic<Int>(0)

    /// Lays out the arrays.
    ///
    /// - Parameter numbers: the number of each antenna.
    init(
        _ header: HDF5Group, _ layout: UVH5WriterLayout, _ observation: Observation, site: Geodetic,
        numbers: [Int]
    ) throws {
        self.layout = layout
        schedule = observation.schedule
        frames = UVH5WriterFrames(observation, site: site)
        pairs = observation.baselines.map { (numbers[$0.antenna1], numbers[$0.antenna2]) }
        let realNames = [
            "time_array", "integration_time", "lst_array", "phase_center_app_ra", "phase_center_app_dec",
            "phase_center_frame_pa",
        ]
        let integerNames = ["phase_center_id_array", "scan_number_array", "ant_1_array", "ant_2_array"]
        reals = try realNames.map { try Target(header, $0, .double, [layout.rows]) }
        integers = try integerNames.map { try Target(header, $0, .integer, [layout.rows]) }
        uvw = try Target(header, "uvw_array", .double, [layout.rows, 3])
    }

    /// How many times the rows that were written have.
    var timeCount: Int { times.load(ordering: .relaxed) }

    /// Writes the rows of a dump of a scan.
    func write(_ rows: Dump, scan: Int, dump: Int, to raw: RawFile) throws {
        let place = layout.firstDumps[scan] + dump
        let scheduled = schedule[scan]
        let centre = scheduled.times[dump]
        var known: [Double: [Double]] = [:]
        let columns = try rows.centroids.map { centroid in
            let time = abs(centroid - centre) <= Self.sameTime ? centre : centroid
            let date = time == centre ? layout.julianDates[place] : UVH5WriterLayout.julianDate(time)
            if let values = known[date] { return values }
            let values = try values(date, time, scheduled.intervals[dump], field: scheduled.field)
            known[date] = values
            return values
        }
        times.add(known.count, ordering: .relaxed)
        for (index, target) in reals.enumerated() {
            try write(columns.map { $0[index] }, to: target, place, raw)
        }
        let numbers = [scheduled.field, scheduled.number].map {
            [Int64](repeating: Int64($0), count: layout.baselines)
        }
        let antennas = [pairs.map { Int64($0.0) }, pairs.map { Int64($0.1) }]
        for (target, values) in zip(integers, numbers + antennas) {
            try write(values, to: target, place, raw)
        }
        try write(rows.uvw, to: uvw, place, raw)
    }

    /// What a row of a time has in each array of real numbers.
    private func values(_ date: Double, _ time: Double, _ interval: Double, field: Int) throws -> [Double] {
        guard let place = try frames.at(time, field: field) else {
            throw uvw.place.error("the sky at MJD \(time / 86400) cannot be computed", .machine)
        }
        return [
            date, interval, place.siderealTime, place.rightAscension, place.declination, place.northAngle,
        ]
    }

    private func write<T: BitwiseCopyable>(
        _ values: [T], to target: Target, _ dump: Int, _ raw: RawFile
    ) throws {
        try values.withUnsafeBytes {
            try raw.write($0, at: target.offset + dump * $0.count, of: target.place)
        }
    }
}
