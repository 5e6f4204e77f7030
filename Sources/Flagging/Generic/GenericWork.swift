import Synchronization

/// The planes in which ``GenericStrategy`` works, for one shape. They are lent to whoever works at the moment, so that there are as
/// many as threads, not as baselines.
final class GenericWork: @unchecked Sendable {
    let image: ThresholdImage
    let mode: WinsorisedMode
    let background: SmoothBackground
    /// What is left of a polarisation.
    let residual: Plane
    /// What is left of the parallel hands, summed.
    let handsTogether: Plane
    /// What was found in any polarisation.
    let union: RankImage

    private static let idle = Mutex<[GenericWork]>([])
    /// So many sets are kept at most while nobody works.
    private static let most = 64

    private init(times: Int, channels: Int) {
        let stride = Plane.stride(channels: channels)
        image = ThresholdImage(times: times, channels: channels)
        mode = WinsorisedMode(capacity: times * stride)
        background = SmoothBackground(times: times, channels: channels)
        residual = Plane(rows: times, stride: stride)
        handsTogether = Plane(rows: times, stride: stride)
        union = RankImage(times: times, channels: channels)
    }

    /// Lends a set of planes of a shape to a body; their contents are those of before.
    static func borrow<Result>(times: Int, channels: Int, _ body: (GenericWork) -> Result) -> Result {
        let kept: GenericWork? = idle.withLock { idle in
            if let place = idle.firstIndex(where: { $0.union.times == times && $0.union.channels == channels }
            ) {
                return idle.remove(at: place)
            }
            // Room for one of the new shape.
            if !idle.isEmpty { idle.removeFirst() }
            return nil
        }
        let work = kept ?? GenericWork(times: times, channels: channels)
        defer { idle.withLock { if $0.count < most { $0.append(work) } } }
        return body(work)
    }

    /// Memory of a set, bytes.
    static func byteCount(times: Int, channels: Int) -> Int {
        // Two layouts of samples and marks; residuals, keys and union.
        (4 + 4) * 4 * (times + 16) * (Plane.stride(channels: channels) + 16)
            + ImageGaps.byteCount(times: times, channels: channels)
            + SmoothBackground.byteCount(times: times, channels: channels)
    }
}
