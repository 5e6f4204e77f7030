/// The working image of SumThreshold: samples on a grid, what is still unflagged, what was found.
///
/// Rows are time steps, padded with missing samples to whole vectors. A marked island: its memory is its own, and every
/// index is made from `times` and `stride`.
final class ThresholdImage {
    /// As many samples as a vector holds.
    typealias Lanes = SIMD16<Int32>
    static let lanes = 16

    let times: Int
    let channels: Int
    let stride: Int
    /// Samples on the grid, 0 where not live.
    let value: UnsafeMutablePointer<Int32>
    /// 1 where a sample counts: neither missing nor flagged.
    let live: UnsafeMutablePointer<Int32>
    /// -1 where the operator found something.
    let found: UnsafeMutablePointer<Int32>
    /// Sums of `value` and `live` over the window that starts at each sample of a row; see `built`.
    let sums: UnsafeMutablePointer<Int32>
    let counts: UnsafeMutablePointer<Int32>
    /// Length of the windows in a row's `sums`; 0 when its flags have changed since.
    let built: UnsafeMutablePointer<Int>

    private let storage: UnsafeMutablePointer<Int32>

    /// An image of missing samples.
    init(times: Int, channels: Int) {
        self.times = times
        self.channels = channels
        stride = Plane.stride(channels: channels)
        // Loads of windows reach past the last row by less than a window and a vector.
        let plane = times * stride + 256 + Self.lanes
        storage = .allocate(capacity: 5 * plane)
        storage.initialize(repeating: 0, count: 5 * plane)
        value = storage
        live = storage + plane
        found = storage + 2 * plane
        sums = storage + 3 * plane
        counts = storage + 4 * plane
        built = .allocate(capacity: times)
        built.initialize(repeating: 0, count: times)
    }

    deinit {
        storage.deallocate()
        built.deallocate()
    }

    /// Starts anew with other samples: a vector of values and of 1 or 0 for live or missing, by index.
    @inline(__always)
    func refill(_ sample: (Int) -> (value: Lanes, live: Lanes)) {
        for index in Swift.stride(from: 0, to: times * stride, by: Self.lanes) {
            let (value, live) = sample(index)
            self.value.setLanes(index, value)
            self.live.setLanes(index, live)
            found.setLanes(index, Lanes(repeating: 0))
        }
        built.update(repeating: 0, count: times)
    }

    /// Puts a live sample in.
    func set(_ sample: Int32, time: Int, channel: Int) {
        value[time * stride + channel] = sample
        live[time * stride + channel] = 1
    }

    /// Whether the operator found a sample.
    func isFound(time: Int, channel: Int) -> Bool { found[time * stride + channel] != 0 }
}
