// An island of unsafe code: a table that is filled once and read ever after.

/// Point spread functions of the channels, between zeros so that eight values may be read from just outside.
struct PSFTable: Sendable {
    let width: Int
    let height: Int
    /// Values at the peak.
    let peaks: [Float]
    let pitch: Int
    let plane: Int
    let buffer: LaneBuffer<Float>
    var values: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(buffer.lanes).assumingMemoryBound(to: Float.self)
    }

    /// Functions with their peaks at (height / 2, width / 2).
    init(_ psfs: [[Float]], width: Int, height: Int) {
        self.width = width
        self.height = height
        pitch = (width + 7) / 8 * 8 + 16
        plane = pitch * height
        peaks = psfs.map { $0[height / 2 * width + width / 2] }
        buffer = LaneBuffer<Float>(plane * psfs.count / 8)
        buffer.clear()
        for (channel, psf) in psfs.enumerated() {
            psf.withUnsafeBufferPointer { psf in
                guard let source = psf.baseAddress else { return }
                for row in 0..<height {
                    (values + channel * plane + row * pitch + 8)
                        .update(from: source + row * width, count: width)
                }
            }
        }
    }

    /// Whether some of eight neighbours from a place on are inside.
    @inline(__always) func reaches(_ place: SIMD2<Int32>) -> Bool {
        place.x >= 0 && place.x < height && place.y > -8 && place.y < width
    }

    /// Eight neighbours of a channel from a place within reach on.
    @inline(__always) func eight(_ place: SIMD2<Int32>, _ channel: Int) -> Lanes {
        let offset = channel &* plane &+ Int(place.x) &* pitch &+ Int(place.y) &+ 8
        return UnsafeRawPointer(values + offset).loadUnaligned(as: Lanes.self)
    }

    /// Bytes of a table.
    static func bytes(width: Int, height: Int, channels: Int) -> Int {
        ((width + 7) / 8 * 8 + 16) * height * channels * 4
    }
}
