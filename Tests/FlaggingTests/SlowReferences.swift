import Foundation

/// The operators as their papers define them: plain loops in double precision.
enum SlowReference {
    /// SumThreshold over [time][channel] with thresholds of single samples; samples not finite are in no sum.
    ///
    /// - Returns: the mask, and how close a window came to its threshold, relative to it.
    static func sumThreshold(
        _ image: [Float], times: Int, channels: Int, mask: [UInt8], time: Double, frequency: Double,
        twoSided: Bool = true
    ) -> (mask: [UInt8], margin: Double) {
        var flags = mask.map { $0 != 0 }
        var margin = Double.infinity
        for doubling in 0...8 {
            let length = 1 << doubling
            // χ_M = χ₁ 1.5^(log₂ M) / M
            let scale = pow(1.5, Double(doubling)) / Double(length)
            for (alongTime, threshold) in [(true, time * scale), (false, frequency * scale)] {
                let (lines, samples) = alongTime ? (channels, times) : (times, channels)
                let (line, step) = alongTime ? (1, channels) : (channels, 1)
                let before = flags
                for number in 0..<lines where samples >= length {
                    for start in 0...(samples - length) {
                        var (sum, count) = (0.0, 0.0)
                        for index in start..<start + length {
                            let sample = number * line + index * step
                            guard !before[sample], image[sample].isFinite else { continue }
                            sum += Double(image[sample])
                            count += 1
                        }
                        guard count > 0 else { continue }
                        let size = twoSided ? abs(sum) : sum
                        margin = min(margin, abs(size / (threshold * count) - 1))
                        guard size > threshold * count else { continue }
                        for index in start..<start + length { flags[number * line + index * step] = true }
                    }
                }
            }
        }
        return (flags.map { $0 ? 1 : 0 }, margin)
    }

    /// SIR on one line: every interval is tried.
    static func scaleInvariantRank(_ flags: [UInt8], numerator: Int, denominator: Int) -> [UInt8] {
        var grown = flags
        for start in flags.indices {
            var unflagged = 0
            for end in start..<flags.count {
                unflagged += flags[end] == 0 ? 1 : 0
                if unflagged * denominator <= numerator * (end - start + 1) {
                    for index in start...end { grown[index] = 1 }
                }
            }
        }
        return grown
    }
}
