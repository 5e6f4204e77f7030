extension Sequence where Element == Bool {
    /// The runs of positions at which it is true, ascending.
    public var trueRuns: [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        var count = 0
        for element in self {
            if element {
                start = start ?? count
            } else if let first = start {
                runs.append(first..<count)
                start = nil
            }
            count += 1
        }
        if let first = start { runs.append(first..<count) }
        return runs
    }
}
