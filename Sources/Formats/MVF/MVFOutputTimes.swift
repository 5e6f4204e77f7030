import Visibilities

/// The times of a file being written: those of the schedule, as the source has them where they are its own.
struct MVFOutputTimes: Sendable {
    /// Mid times for each scheduled scan, Unix seconds.
    let unix: [[Double]]
    /// The source's dump for each scheduled scan and dump; nil where dumps were averaged or missing.
    let sourceDumps: [[Int?]]

    /// Finds the times of a stream's schedule.
    init(_ observation: Observation, _ source: MVF3File?) {
        var dumps: [Double: Int] = [:]
        if let file = source, abs(observation.integrationTime - file.integrationTime) < 1e-9 {
            for (dump, time) in file.times.enumerated() { dumps[time] = dump }
        }
        sourceDumps = observation.schedule.map { scan in scan.times.map { dumps[$0] } }
        let shift = source?.stamps.shift ?? 0
        unix = observation.schedule.map { scan in
            scan.times.map { time in
                let own = dumps[time].flatMap { source?.stamps.midTimes[$0] }
                return (own ?? time - Conventions.unixEpochMJD) - shift
            }
        }
    }

    /// Whether every dump of the source is written, in order, so that its sensors still tell the scans.
    func isWhole(of source: MVF3File) -> Bool {
        sourceDumps.flatMap { $0 } == Array(0..<source.times.count).map(Optional.some)
    }
}
