import Imaging
import Synchronization

/// Copies of the planes of a field's first product in its latest interval, all output channels.
final class PlanesSoFar: Sendable {
    /// The samples that they are made of.
    let sources: [ChannelImage.Source]
    /// Over all of them.
    let sums: GridSums
    /// Backwards; each is let go of when its image is made.
    private let planes: Mutex<[(share: ImageShare, planes: GridSnapshot)]>

    /// Copies what has been gridded so far; nil where nothing with a weight was.
    init?(_ grids: [SharedGrids], of plan: FieldPlan) async throws {
        let begun = grids.filter { $0.products == plan.sets.first && ($0.grids.first?.weight ?? 0) > 0 }
        let latest = begun.map(\.share.interval).max()
        var planes: [(share: ImageShare, planes: GridSnapshot)] = []
        var (sources, sums) = ([ChannelImage.Source](), GridSums())
        for shared in begun where shared.share.interval == latest {
            guard let grid = shared.grids.first, let copy = try await grid.snapshot() else { continue }
            planes.append((shared.share, copy))
            sources.append((shared.share, grid.weight))
            sums += grid.sums
        }
        guard !planes.isEmpty else { return nil }
        (self.sources, self.sums) = (sources, sums)
        self.planes = Mutex(planes.reversed())
    }

    /// Makes the image of all output channels together, once.
    func image(_ geometry: ImageGeometry) async throws -> ChannelImage {
        var mean = ChannelImage(meanOf: sources, sums)
        while let (share, copy) = planes.withLock({ $0.popLast() }) {
            mean.add(ChannelImage(share, try await copy.images()))
        }
        mean.fitBeam(geometry)
        return mean
    }
}
