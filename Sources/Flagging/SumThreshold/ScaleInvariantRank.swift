/// The scale-invariant rank operator (Offringa, van de Gronde & Roerdink 2012, A&A 539, A95), in linear time.
///
/// A sample is flagged when some interval that holds it has at most the fraction η of its samples unflagged. η is a
/// ratio of integers, so that ties (4 of 5 flagged at η = 1/5) count as flagged, exactly.
///
/// Missing samples count neither as flagged nor as unflagged: the rule runs over the others as if they stood together.
public struct ScaleInvariantRank: Sendable, Hashable {
    /// η = numerator / denominator.
    public var numerator: Int32
    /// η = numerator / denominator.
    public var denominator: Int32

    /// The operator for η = numerator / denominator, kept within 0...1.
    public init(_ numerator: Int, _ denominator: Int) {
        self.denominator = Int32(min(max(denominator, 1), 1000))
        self.numerator = Int32(min(max(numerator, 0), Int(self.denominator)))
    }

    /// AOFlagger's η of 0.2.
    public static let standard = ScaleInvariantRank(1, 5)

    /// Grows the flags of an image along time, in every channel.
    ///
    /// - Parameters:
    ///   - mask: [time][channel], 0 or 1.
    ///   - missing: [time][channel], not 0 where there is no sample; empty if there are all.
    public func growAlongTime(
        _ mask: inout MutableSpan<UInt8>, missing: Span<UInt8>, times: Int, channels: Int
    ) {
        guard fits(mask.count, missing.count, times, channels), times > 0 else { return }
        let zero = [Int32](repeating: 0, count: channels)
        // Per channel: the running sum W of the scores, the least and the greatest W met.
        var sum = zero
        var extreme = zero
        var lowest = [Int32](repeating: 0, count: times * channels)
        for time in 0..<times {
            for channel in 0..<channels {
                let index = time * channels + channel
                extreme[channel] = min(extreme[channel], sum[channel])
                lowest[index] = extreme[channel]
                sum[channel] &+= score(mask[index], missing: !missing.isEmpty && missing[index] != 0)
            }
        }
        extreme = sum
        for time in (0..<times).reversed() {
            for channel in 0..<channels {
                let index = time * channels + channel
                extreme[channel] = max(extreme[channel], sum[channel])
                let lost = !missing.isEmpty && missing[index] != 0
                sum[channel] &-= score(mask[index], missing: lost)
                if !lost, extreme[channel] >= lowest[index] { mask[index] = 1 }
            }
        }
    }

    /// Grows the flags of an image along frequency, in every time step.
    ///
    /// - Parameters:
    ///   - mask: [time][channel], 0 or 1.
    ///   - missing: [time][channel], not 0 where there is no sample; empty if there are all.
    public func growAlongFrequency(
        _ mask: inout MutableSpan<UInt8>, missing: Span<UInt8>, times: Int, channels: Int
    ) {
        guard fits(mask.count, missing.count, times, channels), channels > 0 else { return }
        var lowest = [Int32](repeating: 0, count: channels)
        for time in 0..<times {
            let row = time * channels
            var sum: Int32 = 0
            var extreme: Int32 = 0
            var flagged = 0
            for channel in 0..<channels {
                extreme = min(extreme, sum)
                lowest[channel] = extreme
                flagged += Int(mask[row + channel] == 0 ? 0 : 1)
                sum &+= score(mask[row + channel], missing: !missing.isEmpty && missing[row + channel] != 0)
            }
            if flagged == 0, numerator < denominator { continue }
            extreme = sum
            for channel in (0..<channels).reversed() {
                extreme = max(extreme, sum)
                let lost = !missing.isEmpty && missing[row + channel] != 0
                sum &-= score(mask[row + channel], missing: lost)
                if !lost, extreme >= lowest[channel] { mask[row + channel] = 1 }
            }
        }
    }

    @inline(__always)
    private func score(_ flag: UInt8, missing: Bool) -> Int32 {
        missing ? 0 : flag != 0 ? numerator : numerator &- denominator
    }

    private func fits(_ mask: Int, _ missing: Int, _ times: Int, _ channels: Int) -> Bool {
        let (size, overflow) = times.multipliedReportingOverflow(by: channels)
        return !overflow && channels >= 0 && mask == size && (missing == 0 || missing == size)
    }
}
