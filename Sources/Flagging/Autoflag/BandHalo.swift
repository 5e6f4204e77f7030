/// The channels on each side of a band that a flagger sees and does not decide on: they tell it what lies across the band's ends.
public struct BandHalo: Sendable, Hashable {
    /// Channels below the band.
    public let below: Int
    /// Channels above it.
    public let above: Int

    /// A halo; none by default.
    public init(below: Int = 0, above: Int = 0) {
        self.below = below
        self.above = above
    }

    /// A halo of at most so many channels on each side, as far as a wider band has them.
    public init(_ channels: Int, around band: Range<Int>, in whole: Range<Int>) {
        below = max(0, min(channels, band.lowerBound - whole.lowerBound))
        above = max(0, min(channels, whole.upperBound - band.upperBound))
    }
}
