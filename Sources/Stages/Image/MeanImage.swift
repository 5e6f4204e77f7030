import Imaging

/// The mean of the images of output channels by their weights: what gridding all of them together makes.
struct MeanImage {
    private(set) var dirty: [Float]
    private(set) var psf: [Float]?
    private let weight: Double

    /// A mean of images whose weights sum up to this much.
    init(_ geometry: ImageGeometry, weight: Double) {
        dirty = [Float](repeating: 0, count: geometry.width * geometry.height)
        self.weight = weight
    }

    /// Adds the image of a channel.
    mutating func add(_ result: ImageResult) {
        let share = Float(result.sums.weight / weight)
        for pixel in dirty.indices { dirty[pixel] += share * result.dirty[pixel] }
        guard let added = result.psf else { return }
        var sum = psf.take() ?? [Float](repeating: 0, count: added.count)
        for pixel in sum.indices { sum[pixel] += share * added[pixel] }
        psf = sum
    }
}
