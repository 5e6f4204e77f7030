// An island of unsafe code: vector loads within a plane's flags, vector sums within arrays sized for its channels.

/// Counts the flags of planes of equally many channels, along their rows and their channels.
///
/// Counts of a channel gather in bytes, which hold 255 rows, and are then moved to whole numbers.
struct PlaneCounter {
    private typealias Lanes = SIMD32<UInt8>
    /// Counts kept for a group of channels: one a flag bit, and the flagged that are not lost.
    private static let kinds = 9

    let channels: Int
    /// Counts of each row of the plane that was counted last, without `samples`.
    private(set) var rows: [FlagCounts] = []
    private var channelCounts: [FlagCounts]
    private var partial: [Lanes]
    private var rowCount = 0

    /// A counter for planes of so many channels.
    init(channels: Int) {
        self.channels = channels
        let groups = (channels + Lanes.scalarCount - 1) / Lanes.scalarCount
        partial = [Lanes](repeating: Lanes(repeating: 0), count: Self.kinds * groups)
        channelCounts = [FlagCounts](repeating: FlagCounts(), count: channels)
    }

    /// Counts a plane, [time][channel].
    ///
    /// - Precondition: its size is a multiple of the channels.
    mutating func count(_ flags: Span<UInt8>) {
        guard channels > 0 else { return }
        precondition(flags.count % channels == 0, "a plane of another shape")
        rows.removeAll(keepingCapacity: true)
        flags.withUnsafeBufferPointer { flags in
            guard let start = flags.baseAddress else { return }
            for row in stride(from: 0, to: flags.count, by: channels) {
                if rowCount == 255 { settle() }
                rowCount += 1
                rows.append(countRow(start + row))
            }
        }
    }

    /// The counts of each channel since the last time, without `samples`.
    mutating func takeChannels() -> [FlagCounts] {
        settle()
        defer { channelCounts = [FlagCounts](repeating: FlagCounts(), count: channels) }
        return channelCounts
    }

    /// Moves the counts in bytes to whole numbers.
    private mutating func settle() {
        guard rowCount > 0 else { return }
        let channels = channels
        partial.withUnsafeMutableBytes { bytes in
            for channel in 0..<channels {
                let lane = channel % Lanes.scalarCount
                let first = (channel - lane) * Self.kinds + lane
                for kind in 0..<8 {
                    channelCounts[channel].reasons[kind] += Int(bytes[first + kind * Lanes.scalarCount])
                }
                channelCounts[channel].flagged += Int(bytes[first + 8 * Lanes.scalarCount])
            }
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
        }
        rowCount = 0
    }

    private mutating func countRow(_ flags: UnsafePointer<UInt8>) -> FlagCounts {
        var counts = FlagCounts()
        let channels = channels
        partial.withUnsafeMutableBufferPointer { partial in
            for first in stride(from: 0, to: channels, by: Lanes.scalarCount) {
                let bits = Self.load(flags + first, channels - first)
                let words = unsafeBitCast(bits, to: SIMD4<UInt64>.self)
                guard words.x | words.y | words.z | words.w != 0 else { continue }
                let (lost, one) = (Lanes(repeating: 1 << UInt8(FlagCounts.lostBit)), Lanes(repeating: 1))
                let judged = bits.replacing(with: lost, where: (bits & lost) .!= 0)
                let group = first / Lanes.scalarCount * Self.kinds
                for kind in 0..<8 {
                    let set = (judged &>> UInt8(kind)) & one
                    partial[group + kind] &+= set
                    counts.reasons[kind] += Self.sum(set)
                }
                let flagged = one.replacing(with: 0, where: (judged & ~lost) .== 0)
                partial[group + 8] &+= flagged
                counts.flagged += Self.sum(flagged)
            }
        }
        return counts
    }

    /// The next flags, 0 beyond the row's end.
    private static func load(_ flags: UnsafePointer<UInt8>, _ left: Int) -> Lanes {
        if left >= Lanes.scalarCount { return UnsafeRawPointer(flags).loadUnaligned(as: Lanes.self) }
        var lanes = Lanes(repeating: 0)
        for index in 0..<left { lanes[index] = flags[index] }
        return lanes
    }

    /// How many of 32 zeros and ones are ones.
    private static func sum(_ ones: Lanes) -> Int { Int(ones.wrappedSum()) }
}
