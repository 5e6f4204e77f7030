/// Channels that become one, a power of two at a time.
struct ChannelGroups: Sendable {
    /// Channels of a group; the last may have fewer.
    let size: Int
    /// Mean frequency of each, Hz.
    let frequencies: [Double]
    /// Widest group from edge to edge, Hz; 0 for single channels, which are not averaged.
    let widest: Double

    init(_ channels: [Double], size: Int) {
        self.size = size
        var (frequencies, widest) = ([Double](), 0.0)
        for start in stride(from: 0, to: channels.count, by: size) {
            let group = channels[start..<min(start + size, channels.count)]
            frequencies.append(group.reduce(0, +) / Double(group.count))
            guard group.count > 1, let low = group.first, let high = group.last else { continue }
            widest = max(widest, (high - low) * Double(group.count) / Double(group.count - 1))
        }
        (self.frequencies, self.widest) = (frequencies, widest)
    }

    /// Groups of one, two, four... channels up to all of them.
    static func all(of channels: [Double]) -> [ChannelGroups] {
        var (groups, size) = ([ChannelGroups(channels, size: 1)], 2)
        while size < 2 * channels.count {
            groups.append(ChannelGroups(channels, size: size))
            size *= 2
        }
        return groups
    }
}
