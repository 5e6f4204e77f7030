/// Splits the dumps of a scan where time jumps.
enum DumpRuns {
    /// So many missing dumps are filled; more are a gap.
    static let mostFilled = 4

    /// A run of dumps without a gap: the file's dump, or nil where it is missing, mid times and lengths.
    struct Run: Sendable, Hashable {
        var rows: [Int?] = []
        var times: [Double] = []
        var intervals: [Double] = []

        mutating func append(_ dump: Int?, at time: Double, lasting interval: Double) {
            rows.append(dump)
            times.append(time)
            intervals.append(interval)
        }
    }

    /// How many dumps are missing between two that follow each other, of as long as these are on average; negative where
    /// time goes back.
    static func missing(between one: Int, and two: Int, times: [Double], intervals: [Double]) -> Double {
        ((times[two] - times[one]) / ((intervals[one] + intervals[two]) / 2)).rounded() - 1
    }

    /// The runs of a scan; missing dumps inside a run are rows without a dump that was read.
    ///
    /// - Parameters:
    ///   - dumps: the file's dumps that were kept, ascending.
    ///   - times: mid time of each dump of the file, seconds.
    ///   - intervals: length of each dump, seconds.
    static func runs(dumps: [Int], times: [Double], intervals: [Double]) -> [Run] {
        var runs: [Run] = []
        var current = Run()
        var previous: Int?
        for dump in dumps {
            if let last = previous {
                let missing = missing(between: last, and: dump, times: times, intervals: intervals)
                if dump != last + 1 || missing > Double(mostFilled) || missing < -1 {
                    runs.append(current)
                    current = Run()
                } else if missing >= 1 {
                    let step = (times[dump] - times[last]) / (missing + 1)
                    for number in 1...Int(missing) {
                        current.append(
                            nil, at: times[last] + Double(number) * step,
                            lasting: (intervals[last] + intervals[dump]) / 2)
                    }
                }
            }
            current.append(dump, at: times[dump], lasting: intervals[dump])
            previous = dump
        }
        return current.rows.isEmpty ? runs : runs + [current]
    }
}
