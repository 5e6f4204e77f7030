import Formats
import Imaging
import Pipeline

/// A view of a field's image that is to be made.
struct PendingView: Sendable {
    let planes: PlanesSoFar
    let place: ViewPlace

    /// Makes it and shows it in the place of the one before.
    func make() async throws { try place.show(try await planes.image(place.plan.geometry)) }
}

/// Where the views of a field's image are shown: its first product, of the latest interval.
struct ViewPlace: Sendable {
    let plan: FieldPlan
    private let headers: HeaderMaker
    private let image: PendingOutput
    private let picture: PendingOutput?

    /// The place of a plan's views; nil where none were asked for.
    init?(_ plan: FieldPlan, _ headers: HeaderMaker) {
        guard let live = plan.files.live else { return nil }
        (self.plan, self.headers) = (plan, headers)
        (image, picture) = live
    }

    private var outputs: [PendingOutput] { [image] + (picture.map { [$0] } ?? []) }

    /// Whether a view is there, with its picture.
    var isShown: Bool { outputs.allSatisfy(\.isPublished) }

    /// Takes back the promise of a view, if there never was one.
    func leave() { for output in outputs where !output.isPublished { output.withdraw() } }

    /// Writes a view and gives it its name.
    func show(_ made: ChannelImage) throws {
        guard let pixels = made.pixels[.dirty], let product = plan.sets.first?.polarisations.first else {
            return
        }
        let samples = "\(made.sums.used) visibilities so far"
        var header = headers.header(made.sources.map(\.share), product, made.sums, beam: made.beam)
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
