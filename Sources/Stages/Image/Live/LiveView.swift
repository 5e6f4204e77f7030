import Formats
import Imaging
import Pipeline

/// Shows a field's image as it grows, every few seconds under the same name: the first product of the latest interval,
/// all output channels together.
final class LiveView {
    private let plan: FieldPlan
    private let headers: HeaderMaker
    private let image: PendingOutput
    private let picture: PendingOutput?
    private let period: Duration
    private var due: ContinuousClock.Instant

    /// A view of a field; nil where none was asked for.
    init?(_ plan: FieldPlan, _ headers: HeaderMaker, every seconds: Double?) {
        guard let live = plan.files.live, let seconds else { return nil }
        (self.plan, self.headers) = (plan, headers)
        (image, picture) = live
        period = .seconds(seconds)
        due = .now + period
    }

    /// Renews the view when it is time to.
    func show(_ grids: [SharedGrids]) async throws {
        let start = ContinuousClock.now
        guard start >= due, let made = try await mean(of: grids) else { return }
        try write(made)
        let end = ContinuousClock.now
        // The stream waits meanwhile: no more than a fifth of the time goes into looking.
        due = end + max(period, (end - start) * 4)
    }

    /// Takes back the promise of a view, if there never was one.
    func end() {
        for output in [image, picture] { if let output, !output.isPublished { output.withdraw() } }
    }

    private func mean(of grids: [SharedGrids]) async throws -> ChannelImage? {
        let begun = grids.filter { $0.products == plan.sets.first && ($0.grids.first?.weight ?? 0) > 0 }
        let latest = begun.map(\.share.interval).max()
        let shown = begun.filter { $0.share.interval == latest }
        let sums = shown.reduce(into: GridSums()) { sums, shared in
            if let grid = shared.grids.first { sums += grid.sums }
        }
        guard sums.weight > 0 else { return nil }
        var mean = ChannelImage(meanOf: shown, sums)
        for shared in shown {
            guard let result = try await shared.grids.first?.images() else { continue }
            mean.add(ChannelImage(shared, result))
        }
        mean.fitBeam(plan.geometry)
        return mean
    }

    private func write(_ made: ChannelImage) throws {
        guard let pixels = made.pixels[.dirty], let product = plan.sets.first?.polarisations.first else {
            return
        }
        let samples = "\(made.sums.used) visibilities so far"
        var header = headers.header(made.shared.map(\.share), product, made.sums, beam: made.beam)
        header.history.append(samples)
        let shown = FITSImage(header: header, pixels: pixels)
        try shown.write(to: image.temporaryPath)
        try image.publish()
        guard let picture else { return }
        try SkyPicture(
            shown, caption: "\(samples), \(headers.weighting.scheme)", warning: headers.warning
        ).write(to: picture.temporaryPath)
        try picture.publish()
    }
}
