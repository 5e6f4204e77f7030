/// Items of several runs (dumps of scans, channels of bands) gathered into bins of equal width, none across a run's end.
public struct RunBins: Sendable, Hashable {
    /// Items in a bin; the last one of a run may have fewer.
    public let width: Int
    /// The bins of each run.
    public let ranges: [Range<Int>]
    private let lengths: [Int]

    /// The narrowest bins of which there are at most so many; one for each run if there are more runs.
    public init(lengths: [Int], most: Int) {
        func count(_ width: Int) -> Int { lengths.reduce(0) { $0 + ($1 + width - 1) / width } }
        var (low, high) = (1, max(lengths.max() ?? 1, 1))
        while low < high {
            let middle = (low + high) / 2
            if count(middle) <= most { high = middle } else { low = middle + 1 }
        }
        width = low
        self.lengths = lengths
        var start = 0
        ranges = lengths.map { length in
            defer { start += (length + low - 1) / low }
            return start..<start + (length + low - 1) / low
        }
    }

    /// All bins.
    public var count: Int { ranges.last?.upperBound ?? 0 }

    /// The bin of an item of a run.
    public func bin(of item: Int, inRun run: Int) -> Int { ranges[run].lowerBound + item / width }

    /// The items of a run that a bin holds.
    public func items(ofBin bin: Int, inRun run: Int) -> Range<Int> {
        let start = (bin - ranges[run].lowerBound) * width
        return start..<min(start + width, lengths[run])
    }
}
