extension ChannelNoise {
    /// A running quantile of the finite values; infinite where a window has none.
    static func runningQuantile(_ values: [Float], reach: Int, quantile: Double, centred: Bool) -> [Float] {
        var sorted = SortedWindow(capacity: 2 * reach + 2)
        var window = 0..<0
        return values.indices.map { index in
            let before = centred ? min(reach, index, values.count - 1 - index) : reach
            let next = max(0, index - before)..<min(values.count, index + before + 1)
            // Leaving before entering keeps the window within its capacity.
            for leaving in window.lowerBound..<next.lowerBound where leaving < window.upperBound {
                sorted.remove(values[leaving])
            }
            for entering in max(window.upperBound, next.lowerBound)..<next.upperBound {
                sorted.insert(values[entering])
            }
            window = next
            guard sorted.count > 0 else { return .infinity }
            return sorted.values[min(Int(Double(sorted.count) * quantile), sorted.count - 1)]
        }
    }
}

/// The finite values of a running window in ascending order.
private struct SortedWindow {
    private(set) var values: [Float]
    private(set) var count = 0

    init(capacity: Int) { values = Array(repeating: .infinity, count: capacity) }

    mutating func insert(_ value: Float) {
        guard value.isFinite else { return }
        let place = rank(of: value)
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            (base + place + 1).update(from: base + place, count: count - place)
            base[place] = value
        }
        count += 1
    }

    mutating func remove(_ value: Float) {
        guard value.isFinite else { return }
        let place = rank(of: value)
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            (base + place).update(from: base + place + 1, count: count - place - 1)
        }
        count -= 1
    }

    /// The values below one: its place. Halving without branches, as values come in no order.
    private func rank(of value: Float) -> Int {
        values.withUnsafeBufferPointer { values in
            var (low, length) = (0, count)
            while length > 0 {
                let half = length / 2
                let isBelow = values[low + half] < value
                low = isBelow ? low + half + 1 : low
                length = isBelow ? length - half - 1 : half
            }
            return low
        }
    }
}
