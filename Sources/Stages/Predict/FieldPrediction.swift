import Astrometry
import Formats
import Foundation
import Imaging
import Parameters
import Simulation
import Visibilities

/// What is known of the prediction of one field before any data.
struct FieldPrediction: Sendable {
    /// How it is made.
    enum Way: Sendable {
        case components(Components)
        case images([Part])
    }

    /// Components that are summed directly.
    struct Components: Sendable {
        let list: [SkyComponent]
        let centre: Direction
        /// Whether what is known of a sub-band is kept, because the stream comes back to it within a scan.
        let keepsSubbands: Bool
        /// Bytes of the list and of what is known of sub-bands.
        let byteCount: Int

        fileprivate init(_ list: [SkyComponent], centre: Direction, _ cut: ObservationCut) {
            (self.list, self.centre) = (list, centre)
            keepsSubbands = cut.order == .timeFirst
            let subbands = cut.subbands.map {
                SkyPrediction.bytes(components: list.count, channels: $0.channels.count)
            }
            byteCount =
                list.count * 200 + (keepsSubbands ? subbands.reduce(0, +) : subbands.max() ?? 0)
        }
    }

    /// An image that channels are predicted from.
    struct Part: Sendable {
        let grid: GridPlan
        let model: ModelImage
        /// Of each spectral window.
        let channels: [Range<Int>]
    }

    let way: Way
    /// Channels in no image's band, which take the nearest.
    private(set) var beyond = 0
    /// What is to be said of images that were made about another phase centre.
    private(set) var remark: String?

    /// - Parameter memory: bytes that it may take.
    /// - Throws: `ImageError` for an image of another place, or one that takes too much memory; `ImagingError` for one that
    ///   the field's coverage does not fit.
    init(
        _ model: SkyModel, _ cut: ObservationCut, field: Int, epsilon: Double, precision: Precision,
        memory: Int
    ) throws {
        let (name, centre) = (cut.observation.fields[field].name, cut.observation.fields[field].phaseCentre)
        switch model {
        case .standard:
            let sky = PointSource.standardSky(around: centre).map(SkyComponent.init)
            way = .components(Components(sky, centre: centre, cut))
        case .components(let list): way = .components(Components(list, centre: centre, cut))
        case .images(let images, _):
            // Complains about a header that contradicts itself, or a field without anything to predict.
            _ = try UVCoverage(cut, field: field)
            let (channels, beyond) = images.channels(of: cut)
            var (parts, taken) = ([Part](), 0)
            for (model, channels) in zip(images, channels) {
                try model.check(about: centre, of: name)
                // What is masked is not predicted.
                guard let coverage = try? UVCoverage(cut, field: field, channels: channels) else { continue }
                let settings = ImageSettings(
                    geometry: try ImageGeometry(model.header, about: centre), epsilon: epsilon,
                    psf: false,
                    precision: precision)
                let grid = try Self.plan(
                    settings, coverage: coverage, memory: memory - taken, path: model.path)
                parts.append(Part(grid: grid, model: model, channels: channels))
                taken += Degridder.bytes(grid)
            }
            (way, self.beyond) = (.images(parts), beyond)
            remark = images.lazy.compactMap { $0.remark(about: centre, of: name) }.first
        }
    }

    /// Plans the grid of an image in a file.
    private static func plan(
        _ settings: ImageSettings, coverage: UVCoverage, memory: Int, path: String
    ) throws -> GridPlan {
        do throws(ImagingError) {
            return try GridPlan(settings, coverage: coverage, memory: memory)
        } catch {
            guard case .memory(let least) = error else { throw error }
            throw ImageError(
                .usage,
                "the model's grid takes at least \(least >> 20) MiB, above the \(max(memory, 0) >> 20) MiB left to it",
                path: path, remedy: "give fewer pixels or a smaller field, or raise --memory")
        }
    }

    /// A line for the plan.
    var summary: String {
        switch way {
        case .components(let components): "direct sum of \(components.list.count) components"
        case .images(let parts):
            (parts.count > 1
                ? "\(parts.count) images by frequency, \(byteCount >> 20) MiB; of the first: " : "")
                + (parts.first?.grid.summary ?? "nothing scheduled")
        }
    }

    /// Bytes that it holds, apart from what blocks need.
    var byteCount: Int {
        switch way {
        case .components(let components): components.byteCount
        case .images(let parts): parts.reduce(0) { $0 + Degridder.bytes($1.grid) }
        }
    }

    /// Bytes of the predictions that are kept from one block to the next, each image's of its own channels.
    func keptBytes(_ shape: BlockShape) -> Int {
        guard case .images(let parts) = way else { return 0 }
        return parts.reduce(0) { sum, part in
            let channels = min(part.channels.map(\.count).max() ?? 0, shape.channels)
            return sum + Degridder.keptBytes(part.grid, samples: shape.rows * channels)
        }
    }

    /// Bytes that come and go: to transform one image, and then to predict a block.
    func passingBytes(_ shape: BlockShape) -> Int {
        let block =
            VisibilityBatch.bytes(rows: shape.rows, channels: shape.channels) + 16 * shape.rows
            * shape.channels
        guard case .images(let parts) = way else { return block }
        return max(block, parts.map { Degridder.transformBytes($0.grid) }.max() ?? 0)
    }
}

extension ModelImage {
    /// How far, in cells, a pixel may lie off when an image is moved about the phase centre of the data.
    private static let tolerance = 0.01

    /// - Throws: `ImageError` for an image of another place.
    fileprivate func check(about centre: Direction, of field: String) throws {
        let distortion = header.distortion(about: centre)
        guard distortion > Self.tolerance else { return }
        let off = distortion.isFinite ? String(format: ", its corners %.2g cells", distortion) : ""
        throw ImageError(
            .usage,
            "the image's phase centre lies \(Angle.text(header.separation(from: centre))) from that of \(field)\(off): above \(Self.tolerance) cells it would have to be regridded",
            path: path,
            remedy:
                "give a model of this field, regrid it about this phase centre, or read the data with its phase-centre"
        )
    }

    /// What is to be said of one that was made about another phase centre.
    fileprivate func remark(about centre: Direction, of field: String) -> String? {
        let separation = header.separation(from: centre)
        guard separation > header.cell else { return nil }
        return
            "\(path): its phase centre lies \(Angle.text(separation)) from that of \(field): predicted where its header puts it"
    }
}
