import Formats
import Imaging
import Parameters
import Simulation
import Visibilities

/// What is known of the prediction of one field before any data.
struct FieldPrediction: Sendable {
    /// How it is made.
    enum Way: Sendable {
        case components([SkyComponent], centre: Direction)
        case image(GridPlan, pixels: [Float])
    }

    let way: Way

    /// - Parameter memory: bytes that it may take.
    /// - Throws: `ImageError` for an image of another place, or one that takes too much memory; `ImagingError` for one that
    ///   the field's coverage does not fit.
    init(
        _ model: SkyModel, _ cut: ObservationCut, field: Int, epsilon: Double, precision: Precision,
        memory: Int
    ) throws {
        let centre = cut.observation.fields[field].phaseCentre
        switch model {
        case .standard:
            way = .components(
                PointSource.standardSky(around: centre).map(SkyComponent.init), centre: centre)
        case .components(let components): way = .components(components, centre: centre)
        case .image(let image, let path):
            let header = image.header
            guard header.separation(from: centre) < 0.01 * header.cell else {
                throw ImageError(
                    .usage,
                    "the image is not about the phase centre of \(cut.observation.fields[field].name)",
                    path: path, remedy: "give one of this field")
            }
            let settings = ImageSettings(
                geometry: try ImageGeometry(header), epsilon: epsilon, psf: false, precision: precision)
            let plan = try Self.plan(
                settings, coverage: try UVCoverage(cut, field: field), memory: memory, path: path)
            // Blank pixels are unknown, not bright.
            way = .image(plan, pixels: image.pixels.map { $0.isFinite ? $0 : 0 })
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
        case .components(let components, _): "direct sum of \(components.count) components"
        case .image(let plan, _): plan.summary
        }
    }

    /// Bytes that it holds.
    var byteCount: Int {
        switch way {
        case .components(let components, _): components.count * 200
        case .image(let plan, let pixels): Degridder.bytes(plan) + 4 * pixels.count
        }
    }

    /// Bytes that a block of so many rows takes on its way.
    static func byteCount(rows: Int, channels: Int) -> Int {
        VisibilityBatch.bytes(rows: rows, channels: channels) + 16 * rows * channels
    }
}
