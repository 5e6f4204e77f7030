/// Splits the dumps of a scan where time jumps.
enum DumpRuns {
    /// So many missing dumps are filled; more are a gap.
    static let mostFilled = 4

    /// A run of dumps with even spacing: the file's dump, or nil where it is missing, and mid times.
    struct Run: Sendable, Hashable {
        var rows: [Int?] = []
        var times: [Double] = []
    }

    /// The runs of a scan; missing dumps inside a run are rows without a dump that was read.
    ///
    /// - Parameters:
    ///   - dumps: the file's dumps that were kept, ascending.
    ///   - times: mid time of each dump of the file, seconds.
    ///   - interval: a dump's length, seconds.
    static func runs(dumps: [Int], times: [Double], interval: Double) -> [Run] {
        var runs: [Run] = []
        var current = Run()
        var previous: Int?
        for dump in dumps {
            if let last = previous {
                let missing = ((times[dump] - times[last]) / interval).rounded() - 1
                if dump != last + 1 || missing > Double(mostFilled) || missing < -1 {
                    runs.append(current)
                    current = Run()
                } else if missing >= 1 {
                    for step in 1...Int(missing) {
                        current.rows.append(nil)
                        current.times.append(times[last] + Double(step) * interval)
                    }
                }
            }
            current.rows.append(dump)
            current.times.append(times[dump])
            previous = dump
        }
        return current.rows.isEmpty ? runs : runs + [current]
    }
}
