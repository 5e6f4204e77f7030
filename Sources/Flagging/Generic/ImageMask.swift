/// What is out of an image's statistics: missing samples, those that SumThreshold found, whole time steps and channels.
///
/// A marked island over planes of one shape. Masks are words, all bits of a lane set or none.
struct ImageMask {
    typealias Lanes = SIMD16<Int32>

    let times: Int
    let channels: Int
    let stride: Int
    /// 0 where a sample is missing, [time][padded channel].
    let amplitudes: UnsafeMutablePointer<Float>
    /// -1 where something was found, as `amplitudes`.
    let found: UnsafeMutablePointer<Int32>
    /// -1 for a time step that is out.
    var rows: [Int32]
    /// -1 for a channel that is out, padded.
    var columns: [Int32]

    /// Nothing but missing samples and what is found is out.
    init(
        _ amplitudes: UnsafeMutablePointer<Float>, found: UnsafeMutablePointer<Int32>, times: Int,
        channels: Int
    ) {
        self.times = times
        self.channels = channels
        self.amplitudes = amplitudes
        self.found = found
        stride = Plane.stride(channels: channels)
        rows = Array(repeating: 0, count: times)
        columns = Array(repeating: 0, count: stride)
    }

    /// All bits set where there is a sample.
    @inline(__always)
    static func present(_ amplitudes: SIMD16<Float>) -> Lanes {
        (Lanes(repeating: 0) &- unsafeBitCast(amplitudes, to: Lanes.self)) &>> 31
    }

    /// Calls a body for every vector of samples with its index, time step, first channel, and which of its samples count.
    @inline(__always)
    func visit(_ body: (_ index: Int, _ time: Int, _ column: Int, _ kept: Lanes) -> Void) {
        columns.withUnsafeBufferPointer { columns in
            for time in 0..<times {
                let row = Lanes(repeating: rows[time])
                for column in Swift.stride(from: 0, to: channels, by: Plane.lanes) {
                    let index = time * stride + column
                    let out = found.lanes(index) | row | Self.load(columns, column)
                    body(index, time, column, Self.present(amplitudes.lanes(index)) & ~out)
                }
            }
        }
    }

    @inline(__always)
    private static func load(_ columns: UnsafeBufferPointer<Int32>, _ column: Int) -> Lanes {
        UnsafeRawBufferPointer(columns).loadUnaligned(fromByteOffset: 4 * column, as: Lanes.self)
    }
}
