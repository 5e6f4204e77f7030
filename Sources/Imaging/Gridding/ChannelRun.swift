/// Consecutive channels of a row whose supports begin in the same tile and plane.
struct ChannelRun: BitwiseCopyable, Sendable {
    var row: UInt32
    var first: UInt16
    /// Channels less one.
    var more: UInt16

    @inline(__always) var channels: Range<Int> { Int(first)..<Int(first) &+ Int(more) &+ 1 }
}
