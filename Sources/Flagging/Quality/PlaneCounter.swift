// An island of unsafe code: vector loads within a plane's flags, vector sums within arrays sized for its channels.

/// Counts the flags of planes of equally many channels, along their rows and their channels.
///
/// Counts of a channel gather in bytes, which hold 255 rows, and are then moved to whole numbers.
struct PlaneCounter {
    /// 32 bytes, a channel each. Comparisons of vectors are slow loops in Swift 6.3, arithmetic on words is not.
    private typealias Words = SIMD4<UInt64>
    private static let lanes = 32
    /// Counts kept for a group of channels: one a flag bit, and the flagged that are not lost.
    private static let kinds = 9

    let channels: Int
    /// Counts of each row of the plane that was counted last, without `samples`.
    private(set) var rows: [FlagCounts] = []
    private var channelCounts: [FlagCounts]
    private var partial: [Words]
    private var rowCount = 0

    /// A counter for planes of so many channels.
    init(channels: Int) {
        self.channels = channels
        let groups = (channels + Self.lanes - 1) / Self.lanes
        partial = [Words](repeating: Words(repeating: 0), count: Self.kinds * groups)
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
                let lane = channel % Self.lanes
                let first = (channel - lane) * Self.kinds + lane
                for kind in 0..<8 {
                    channelCounts[channel].reasons[kind] += Int(bytes[first + kind * Self.lanes])
                }
                channelCounts[channel].flagged += Int(bytes[first + 8 * Self.lanes])
            }
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
        }
        rowCount = 0
    }

    private mutating func countRow(_ flags: UnsafePointer<UInt8>) -> FlagCounts {
        var counts = FlagCounts()
        let channels = channels
        let ones = Words(repeating: 0x0101_0101_0101_0101)
        let low = Words(repeating: 0x7F7F_7F7F_7F7F_7F7F)
        partial.withUnsafeMutableBufferPointer { partial in
            for first in stride(from: 0, to: channels, by: Self.lanes) {
                let bits = Self.load(flags + first, channels - first)
                guard bits.x | bits.y | bits.z | bits.w != 0 else { continue }
                // All bits of the bytes of what is lost; only `dataLost` is left of its flags.
                let lost = (bits &>> Self.lostShift) & ones
                let isLost = (lost &<< Words(repeating: 8)) &- lost
                let kept = bits & (isLost ^ Words(repeating: ~0))
                let judged = kept | lost &<< Self.lostShift
                let group = first / Self.lanes * Self.kinds
                func add(_ set: Words, _ kind: Int) -> Int {
                    partial[group + kind] = partial[group + kind] &+ set
                    return Self.sum(set)
                }
                func add(_ kind: Int) -> Int {
                    add((judged &>> Words(repeating: UInt64(kind))) & ones, kind)
                }
                counts.reasons =
                    counts.reasons
                    &+ SIMD8(add(0), add(1), add(2), add(3), add(4), add(5), add(6), add(7))
                // The highest bit of each byte that is not 0 (Warren, Hacker's Delight, section 6-1).
                let isFlagged = (kept & low) &+ low | kept
                counts.flagged += add((isFlagged &>> Words(repeating: 7)) & ones, 8)
            }
        }
        return counts
    }

    private static let lostShift = Words(repeating: UInt64(FlagCounts.lostBit))

    /// The next flags in memory order, 0 beyond the row's end.
    private static func load(_ flags: UnsafePointer<UInt8>, _ left: Int) -> Words {
        if left >= lanes { return UnsafeRawPointer(flags).loadUnaligned(as: Words.self) }
        var bytes = SIMD32<UInt8>(repeating: 0)
        for index in 0..<left { bytes[index] = flags[index] }
        return unsafeBitCast(bytes, to: Words.self)
    }

    /// How many bytes are 1, the others being 0: a product adds up the bytes of a word in its highest one.
    @inline(__always)
    private static func sum(_ ones: Words) -> Int {
        let sums = ones.x &+ ones.y &+ ones.z &+ ones.w
        return Int((sums &* 0x0101_0101_0101_0101) &>> 56)
    }
}
