import Imaging
import Visibilities

/// The grid of one image: an imager, used by one task, until its image is made.
final class SampleGrid {
    private var imager: Imager?
    /// Sums over what was gridded.
    var sums: GridSums { imager?.sums ?? finished }
    /// Sum of imaging weights.
    var weight: Double { sums.weight }
    private var finished = GridSums()
    private let plan: GridPlan
    /// Keeps the visibilities, if they are looked at again.
    private var store: (any VisibilityStore)?

    init(_ plan: GridPlan, _ store: (any VisibilityStore)?) {
        imager = Imager(plan)
        (self.plan, self.store) = (plan, store)
    }

    /// The visibilities with their grid, for exact residuals.
    var visibilities: GriddedResiduals.Channel? { store.map { GriddedResiduals.Channel(plan, $0) } }

    func grid(_ batch: VisibilityBatch) async throws {
        try await imager?.grid(batch)
        try await store?.append(batch)
    }

    /// Keeps a batch until its weights are known.
    func keep(_ batch: VisibilityBatch) async throws { try await store?.append(batch) }

    /// Grids what was kept with weights that are known now.
    func gridKept(_ weights: ImagingWeights) async throws {
        guard let kept = store else { return }
        let weighed = WeighedStore(kept, weights)
        for number in 0..<weighed.count { try await imager?.grid(try await weighed.batch(number)) }
        store = weighed
    }

    /// A copy of what has been gridded so far; nil when nothing with a weight was.
    func snapshot() async throws -> GridSnapshot? { weight > 0 ? try await imager?.snapshot() : nil }

    /// Lets go of the visibilities.
    func forget() { store = nil }

    /// Makes the image, once, and lets go of the grid; nil when nothing with a weight was gridded.
    func finish() async throws -> ImageResult? {
        guard let complete = imager.take() else { return nil }
        finished = complete.sums
        guard finished.weight > 0 else { return nil }
        return try await complete.finish()
    }
}
