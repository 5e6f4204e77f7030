/// Rows of the statistic of one baseline, [time][padded channel].
struct StatisticRows {
    /// In grid steps (`BlockStatistic.unit`); `Int16.min` where missing.
    var values: [Int16]
    /// 1 where no polarisation has a sample.
    var absent: [UInt8]
}

extension StatisticRows {
    /// Rows without any sample.
    init(missingRows rows: Int, stride: Int) {
        values = Array(repeating: .min, count: rows * stride)
        absent = Array(repeating: 1, count: rows * stride)
    }
}

/// The statistic of the dumps that hops still look at.
struct StatisticRing {
    let channels: Int
    let stride: Int
    private(set) var rows = StatisticRows(values: [], absent: [])
    /// The dump of the first row.
    private(set) var start = 0

    init(channels: Int) {
        self.channels = channels
        stride = Plane.stride(channels: channels)
    }

    mutating func append(_ more: StatisticRows) {
        rows.values.append(contentsOf: more.values)
        rows.absent.append(contentsOf: more.absent)
    }

    mutating func drop(before dump: Int) {
        guard dump > start else { return }
        rows.values.removeFirst((dump - start) * stride)
        rows.absent.removeFirst((dump - start) * stride)
        start = dump
    }

    mutating func reset() {
        rows = StatisticRows(values: [], absent: [])
        start = 0
    }
}
