/// What a look at `nsamples` tells before the samples are read.
struct UVH5Weights: Sendable {
    /// What a sample typically has.
    let typical: Float
    /// Why no sample can be used; nil when some can.
    let problem: String?
    /// What was odd.
    private(set) var warnings: [String] = []

    /// Rows that are looked at, evenly spaced.
    private static let probes = 32
    /// Values that are looked at together when probes find none that can be used.
    private static let portion = 1 << 20

    /// Looks at a channel in the middle of some rows and, when none of these values can be a weight, at all values.
    init(_ data: UVH5Data) throws {
        let count = min(Self.probes, data.rows)
        let channel = data.channels / 2
        var found: [Float] = []
        for probe in 0..<count {
            let row = probe * data.rows / count
            found += try Self.values(data, rows: row..<row + 1, channels: channel..<channel + 1)
        }
        let usable = found.filter { $0 >= 0 && $0.isFinite }.sorted()
        typical = usable.isEmpty || usable[usable.count / 2] <= 0 ? 1 : usable[usable.count / 2]
        if usable.isEmpty, try !Self.hasUsable(data) {
            problem =
                "no sample can be used: all \(data.samples.count) values of nsamples are negative or not finite, "
                + "such as \(found.first ?? 0)"
            warnings.append("\(data.samples.place.path): \(problem ?? "")")
        } else {
            problem = nil
            if let largest = usable.last, largest == 0 {
                warnings.append("nsamples is 0 wherever it was looked at: samples have no weight")
            }
        }
    }

    /// Whether a value anywhere can be a weight.
    private static func hasUsable(_ data: UVH5Data) throws -> Bool {
        let step = max(portion / (data.channels * data.products), 1)
        for row in stride(from: 0, to: data.rows, by: step) {
            let values = try values(
                data, rows: row..<min(row + step, data.rows), channels: 0..<data.channels)
            if values.contains(where: { $0 >= 0 && $0.isFinite }) { return true }
        }
        return false
    }

    private static func values(_ data: UVH5Data, rows: Range<Int>, channels: Range<Int>) throws -> [Float] {
        var values = [Float](repeating: 0, count: rows.count * channels.count * data.products)
        try values.withUnsafeMutableBufferPointer {
            try data.samples.read(data.block(rows: rows, channels: channels), into: $0)
        }
        return values
    }
}
