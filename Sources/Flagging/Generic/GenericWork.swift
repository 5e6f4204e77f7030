/// The planes in which ``GenericStrategy`` works, for one shape.
struct GenericWork {
    let image: ThresholdImage
    let mode: WinsorisedMode
    let background: SmoothBackground
    /// What is left of a polarisation.
    let residual: Plane
    /// What is left of the parallel hands, summed.
    let handsTogether: Plane
    /// What was found in any polarisation.
    let union: RankImage

    /// Planes without samples: all of them missing.
    init(times: Int, channels: Int) {
        let stride = Plane.stride(channels: channels)
        image = ThresholdImage(times: times, channels: channels)
        mode = WinsorisedMode(capacity: times * stride)
        background = SmoothBackground(times: times, channels: channels)
        residual = Plane(rows: times, stride: stride)
        handsTogether = Plane(rows: times, stride: stride)
        union = RankImage(times: times, channels: channels)
        union.fill(RankImage.missing)
    }

    /// Memory of all planes, bytes.
    static func byteCount(times: Int, channels: Int) -> Int {
        // Two layouts of samples and marks; residuals, keys and union.
        (4 + 4) * 4 * (times + 16) * (Plane.stride(channels: channels) + 16)
            + ImageGaps.byteCount(times: times, channels: channels)
            + SmoothBackground.byteCount(times: times, channels: channels)
    }
}
