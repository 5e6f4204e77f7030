import Foundation

/// The operators as their papers define them: plain loops in double precision.
enum SlowReference {
    /// SumThreshold over [time][channel] with thresholds of single samples.
    static func sumThreshold(
        _ image: [Double], times: Int, channels: Int, mask: [UInt8], time: Double, frequency: Double
    ) -> [UInt8] {
        var flags = mask.map { $0 != 0 }
        for doubling in 0...8 {
            let length = 1 << doubling
            // χ_M = χ₁ 1.5^(log₂ M) / M
            let scale = pow(1.5, Double(doubling)) / Double(length)
            for (alongTime, threshold) in [(true, time * scale), (false, frequency * scale)] {
                let (lines, samples) = alongTime ? (channels, times) : (times, channels)
                let before = flags
                for line in 0..<lines where samples >= length {
                    for start in 0...(samples - length) {
                        let window = (start..<start + length).map {
                            alongTime ? $0 * channels + line : line * channels + $0
                        }
                        let kept = window.filter { !before[$0] && image[$0].isFinite }
                        let sum = kept.reduce(0) { $0 + image[$1] }
                        if !kept.isEmpty, abs(sum) > threshold * Double(kept.count) {
                            for index in window { flags[index] = true }
                        }
                    }
                }
            }
        }
        return flags.map { $0 ? 1 : 0 }
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
