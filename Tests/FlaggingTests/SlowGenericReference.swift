import Foundation

/// AOFlagger's generic default strategy in plain loops and double precision, over [time][channel]; amplitudes of 0 are missing.
struct SlowGenericReference {
    let times: Int
    let channels: Int

    /// The mask of all polarisations together.
    func mask(_ polarisations: [[Float]]) -> [Bool] {
        let judged = polarisations.map(judge)
        let isThere = polarisations[0].indices.map { index in polarisations.contains { $0[index] > 0 } }
        var union = isThere.indices.map { index in judged.contains { $0.mask[index] } }
        for line in columns + rows { grow(&union, line.filter { isThere[$0] }) }
        let together = Set([0, polarisations.count - 1]).reduce(
            into: [Double](repeating: 0, count: isThere.count)
        ) {
            for (index, left) in judged[$1].left.enumerated() where polarisations[$1][index] > 0 {
                $0[index] += left
            }
        }
        let out = zip(union, isThere).map { $0 || !$1 }
        for (time, row) in rows.enumerated() where self.times(together, out, 4)[time] {
            for index in row where isThere[index] { union[index] = true }
        }
        return union
    }

    /// What is found in one polarisation, and what is left of it.
    private func judge(_ amplitudes: [Float]) -> (mask: [Bool], left: [Double]) {
        let original = amplitudes.map(Double.init)
        let isMissing = original.map { $0 == 0 }
        var (data, out) = (original, isMissing)
        for sensitivity in [4.0, 2.0] {
            out = threshold(data, out, isMissing, sensitivity)
            let (badTimes, badChannels) = (times(data, out, 3.5), self.channels(data, out, 3 * sensitivity))
            for index in out.indices where badTimes[index / channels] || badChannels[index % channels] {
                out[index] = true
            }
            data = zip(original, background(original, out)).map { $0 - $1 }
        }
        let found = threshold(data, out, isMissing, 1)
        return (zip(found, isMissing).map { $0 && !$1 }, data)
    }

    private var rows: [[Int]] { (0..<times).map { row in (0..<channels).map { row * channels + $0 } } }
    private var columns: [[Int]] {
        (0..<channels).map { column in (0..<times).map { $0 * channels + column } }
    }

    /// SumThreshold from scratch over what is not missing, moved together; missing samples come out flagged.
    private func threshold(_ data: [Double], _ out: [Bool], _ isMissing: [Bool], _ sensitivity: Double)
        -> [Bool]
    {
        let values = data.indices.filter { !out[$0] }.map { data[$0] }.sorted()
        guard !values.isEmpty else { return isMissing }
        let cut = values[min(values.count * 9 / 10, values.count - 1)]
        let power = values.reduce(0) { $0 + min($1, cut) * min($1, cut) } / Double(values.count)
        let first = 6 * sensitivity * 1.0541 * (power / 2).squareRoot()
        var flags = isMissing
        for doubling in 0...8 {
            for lines in [columns, rows] {
                let (length, limit) = (1 << doubling, first * pow(0.75, Double(doubling)))
                let before = flags
                for line in lines where line.count >= length {
                    let kept = line.filter { !isMissing[$0] }
                    for start in 0..<max(0, kept.count - length + 1) {
                        let window = kept[start..<start + length]
                        let counted = window.filter { !before[$0] }
                        let sum = counted.reduce(0) { $0 + data[$1] }
                        if abs(sum) > limit * Double(counted.count) {
                            for index in window { flags[index] = true }
                        }
                    }
                }
            }
        }
        return flags
    }

    private func spread(_ data: [Double], _ out: [Bool], _ line: [Int]) -> Double {
        let kept = line.filter { !out[$0] }
        return (kept.reduce(0) { $0 + data[$1] * data[$1] } / Double(kept.count)).squareRoot()
    }

    private func times(_ data: [Double], _ out: [Bool], _ limit: Double) -> [Bool] {
        let spreads = rows.map { spread(data, out, $0) }
        var deviations = spreads.indices.map { time in
            spreads[time] - median(Array(spreads[max(0, time - 254)..<min(times, time + 257)]))
        }
        return exclude(&deviations, limit) { $0 }
    }

    private func channels(_ data: [Double], _ out: [Bool], _ limit: Double) -> [Bool] {
        var spreads = columns.map { spread(data, out, $0) }
        return exclude(&spreads, limit) { left in left.map { $0 - median(left) } }
    }

    /// What exceeds the limit becomes NaN, again and again.
    private func exclude(_ values: inout [Double], _ limit: Double, _ center: ([Double]) -> [Double])
        -> [Bool]
    {
        while true {
            let deviations = center(values)
            let kept = deviations.filter { !$0.isNaN }
            let bound = limit * (kept.reduce(0) { $0 + $1 * $1 } / Double(kept.count)).squareRoot()
            let found = deviations.indices.filter { abs(deviations[$0]) > bound }
            if found.isEmpty { return values.map(\.isNaN) }
            for index in found { values[index] = .nan }
        }
    }

    private func median(_ values: [Double]) -> Double {
        let kept = values.filter { !$0.isNaN }.sorted()
        return kept.isEmpty ? .nan : (kept[kept.count / 2] + kept[(kept.count - 1) / 2]) / 2
    }

    /// Means of three time steps over what is not out, under a Gaussian of 21 such bins and 31 channels.
    private func background(_ data: [Double], _ out: [Bool]) -> [Double] {
        let bins = (times + 2) / 3
        let means: [[Double?]] = (0..<bins).map { bin in
            (0..<channels).map { channel in
                let kept = (3 * bin..<min(3 * bin + 3, times)).map { $0 * channels + channel }.filter {
                    !out[$0]
                }
                return kept.isEmpty ? nil : kept.reduce(0) { $0 + data[$1] } / Double(kept.count)
            }
        }
        return data.indices.map { index in
            let (bin, channel) = (index / channels / 3, index % channels)
            var (sum, weight) = (0.0, 0.0)
            for row in max(0, bin - 10)...min(bins - 1, bin + 10) {
                for column in max(0, channel - 15)...min(channels - 1, channel + 15) {
                    guard let mean = means[row][column] else { continue }
                    let (y, x) = (Double(row - bin), Double(column - channel))
                    let share = exp(-y * y / 5 - x * x / 10)
                    sum += share * mean
                    weight += share
                }
            }
            return weight > 0 ? sum / weight : 0
        }
    }

    /// The rank operator with sums of single precision.
    private func grow(_ flags: inout [Bool], _ line: [Int]) {
        var sums: [Float] = [0]
        for index in line {
            sums.append(sums[sums.count - 1] + (flags[index] ? 0.2 : Float(Double(Float(0.2)) - 1)))
        }
        for (number, index) in line.enumerated() {
            let (least, most) = (sums[...number].min() ?? 0, sums[(number + 1)...].max() ?? 0)
            if most >= least { flags[index] = true }
        }
    }
}
