/// The scans of a file: by its scan numbers, else runs of dumps between gaps and changes of phase centre.
enum UVH5Scans {
    /// Splits dumps into scans.
    ///
    /// - Parameter target: the target of each dump.
    static func scans(_ rows: UVH5Rows, target: [Int]) -> [FileScan] {
        var scans: [FileScan] = []
        var start = 0
        for dump in 1...rows.times.count {
            if dump < rows.times.count, target[dump] == target[start] {
                let isSame =
                    rows.scans.isEmpty
                    ? !isGap(rows, before: dump)
                    : rows.scans[dump] == rows.scans[start]
                if isSame { continue }
            }
            let number = rows.scans.isEmpty ? scans.count : rows.scans[start]
            scans.append(
                FileScan(
                    number: number, state: "track", isOnSource: true, target: target[start],
                    dumps: start..<dump))
            start = dump
        }
        return scans
    }

    /// Whether more dumps are missing before one than are filled.
    private static func isGap(_ rows: UVH5Rows, before dump: Int) -> Bool {
        let missing = DumpRuns.missing(
            between: dump - 1, and: dump, times: rows.times, intervals: rows.intervals)
        return missing > Double(DumpRuns.mostFilled)
    }
}
