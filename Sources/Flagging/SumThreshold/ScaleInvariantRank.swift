/// The scale-invariant rank operator (Offringa, van de Gronde & Roerdink 2012, A&A 539, A95), in linear time.
///
/// A sample is flagged when some interval that holds it has at most the fraction η of its samples unflagged. η is a
/// ratio of integers, so that ties (4 of 5 flagged at η = 1/5) count as flagged, exactly.
///
/// Missing samples count neither as flagged nor as unflagged: the rule runs over the others as if they stood together.
public struct ScaleInvariantRank: Sendable, Hashable {
    /// η = numerator / denominator.
    public let numerator: Int32
    /// η = numerator / denominator.
    public let denominator: Int32

    /// The operator for η = numerator / denominator, kept within 0...1.
    public init(_ numerator: Int, _ denominator: Int) {
        self.denominator = Int32(min(max(denominator, 1), 1000))
        self.numerator = Int32(min(max(numerator, 0), Int(self.denominator)))
    }

    /// The scores of samples, in units of 1 / denominator.
    var score: RankScore { RankScore(flagged: numerator, unflagged: numerator - denominator) }

    /// AOFlagger's η of 0.2.
    public static let standard = ScaleInvariantRank(1, 5)

    /// Grows the flags of an image along time, in every channel.
    ///
    /// - Parameters:
    ///   - mask: [time][channel], not 0 where flagged; grown samples become 1.
    ///   - missing: [time][channel], not 0 where there is no sample; empty if there are all.
    /// - Returns: false, with the mask as it was, when the shapes do not agree or a line exceeds 2³¹ / denominator samples.
    @discardableResult
    public func growAlongTime(
        _ mask: inout MutableSpan<UInt8>, missing: Span<UInt8>, times: Int, channels: Int
    ) -> Bool {
        grow(&mask, missing, times, channels) { $0.growAlongTime(score) }
    }

    /// Grows the flags of an image along frequency, in every time step.
    ///
    /// - Parameters:
    ///   - mask: [time][channel], not 0 where flagged; grown samples become 1.
    ///   - missing: [time][channel], not 0 where there is no sample; empty if there are all.
    /// - Returns: false, with the mask as it was, when the shapes do not agree or a line exceeds 2³¹ / denominator samples.
    @discardableResult
    public func growAlongFrequency(
        _ mask: inout MutableSpan<UInt8>, missing: Span<UInt8>, times: Int, channels: Int
    ) -> Bool {
        grow(&mask, missing, times, channels) { $0.growAlongFrequency(score, rows: 0..<times) }
    }

    private func grow(
        _ mask: inout MutableSpan<UInt8>, _ missing: Span<UInt8>, _ times: Int, _ channels: Int,
        _ operation: (RankImage) -> Void
    ) -> Bool {
        let (size, overflow) = times.multipliedReportingOverflow(by: channels)
        guard times > 0, channels > 0, !overflow, mask.count == size,
            missing.isEmpty || missing.count == size,
            max(times, channels) <= Int(Int32.max) / Int(denominator)
        else {
            return false
        }
        let image = RankImage(times: times, channels: channels)
        for index in 0..<size {
            let lost = !missing.isEmpty && missing[index] != 0
            image.state[index / channels * image.stride + index % channels] =
                lost ? RankImage.missing : mask[index] != 0 ? RankImage.flagged : 0
        }
        operation(image)
        for index in 0..<size
        where image.state[index / channels * image.stride + index % channels] == RankImage.flagged {
            mask[index] = 1
        }
        return true
    }
}
