import Astrometry
import Parameters
import Visibilities

/// The arrays of a UVH5 file that have one element per row, written dump by dump.
struct UVH5WriterRows: Sendable {
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

    private let reals: [Target]
    private let integers: [Target]
    private let uvw: Target
    private let frames: UVH5WriterFrames
    private let layout: UVH5WriterLayout
    private let schedule: [ScheduledScan]
    /// Antenna numbers of each baseline.
    private let pairs: [(Int, Int)]

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

    /// Writes the rows of a dump of a scan.
    ///
    /// - Parameter uvw: of each baseline, as UVH5 has it, metres.
    func write(_ uvw: [UVW], scan: Int, dump: Int, to raw: RawFile) throws {
        let row = layout.firstDumps[scan] + dump
        let scheduled = schedule[scan]
        let time = scheduled.times[dump]
        guard let place = try frames.at(time, field: scheduled.field) else {
            throw self.uvw.place.error("the sky at MJD \(time / 86400) cannot be computed", .machine)
        }
        let values = [
            layout.julianDates[row], scheduled.intervals[dump], place.siderealTime, place.rightAscension,
            place.declination, place.northAngle,
        ]
        for (target, value) in zip(reals, values) {
            try write([Double](repeating: value, count: layout.baselines), to: target, row, raw)
        }
        let numbers = [scheduled.field, scheduled.number].map {
            [Int64](repeating: Int64($0), count: layout.baselines)
        }
        let antennas = [pairs.map { Int64($0.0) }, pairs.map { Int64($0.1) }]
        for (target, values) in zip(integers, numbers + antennas) { try write(values, to: target, row, raw) }
        try write(uvw, to: self.uvw, row, raw)
    }

    private func write<T: BitwiseCopyable>(
        _ values: [T], to target: Target, _ dump: Int, _ raw: RawFile
    ) throws {
        try values.withUnsafeBytes {
            try raw.write($0, at: target.offset + dump * $0.count, of: target.place)
        }
    }
}
