import Visibilities

/// The times of a file being written: those of the schedule, as the source has them where they are its own.
struct MVFOutputTimes: Sendable {
    /// Mid times for each scheduled scan, Unix seconds.
    let unix: [[Double]]
    /// The source's dump for each scheduled scan and dump; nil where dumps were averaged or missing.
    let sourceDumps: [[Int?]]

    /// Finds the times of a stream's schedule.
    init(_ observation: Observation, _ source: MVF3View?) {
        var dumps: [Double: Int] = [:]
        if let file = source?.file, abs(observation.integrationTime - file.integrationTime) < 1e-9 {
            for (dump, time) in file.times.enumerated() { dumps[time] = dump }
        }
        sourceDumps = observation.schedule.map { scan in scan.times.map { dumps[$0] } }
        let shift = source?.file.stamps.shift ?? 0
        unix = observation.schedule.map { scan in
            scan.times.map { time in
                let own = dumps[time].flatMap { source?.file.stamps.midTimes[$0] }
                return (own ?? time - Conventions.unixEpochMJD) - shift
            }
        }
    }

    /// Whether every dump of the source is written, in order, so that its sensors still tell the scans.
    func isWhole(of source: MVF3View) -> Bool {
        sourceDumps.flatMap { $0 } == Array(0..<source.file.times.count).map(Optional.some)
    }
}
