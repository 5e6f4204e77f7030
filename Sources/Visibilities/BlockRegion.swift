/// Some dumps and channels of a block: a rectangle on each of its planes.
public struct BlockRegion: Sendable, Hashable {
    /// Dumps, counted from the block's first.
    public var times: Range<Int>
    /// Channels, counted from the block's first.
    public var channels: Range<Int>

    /// A rectangle of dumps and channels.
    public init(times: Range<Int>, channels: Range<Int>) {
        self.times = times
        self.channels = channels
    }

    /// What two regions share, nil if that is nothing.
    public func intersection(_ other: BlockRegion) -> BlockRegion? {
        let (times, channels) = (times.clamped(to: other.times), channels.clamped(to: other.channels))
        return times.isEmpty || channels.isEmpty ? nil : BlockRegion(times: times, channels: channels)
    }
}
