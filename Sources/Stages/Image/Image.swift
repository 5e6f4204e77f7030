import Formats
import Foundation
import Imaging
import Parameters
import Pipeline
import Rings
import Visibilities

/// Grids the stream and makes a dirty image, a point spread function and a picture of each field.
///
/// Holds grids, not visibilities: tiles become weighted Stokes I on arrival, and are gridded when a window of a sub-band
/// is complete. Autocorrelations are left out.
public struct Image: Sink {
    /// What can be set.
    public typealias Settings = ImageParameters

    /// The name in pipeline files.
    public static let name = "image"
    /// One line for `sluice stages`.
    public static let summary =
        "makes a dirty image and a point spread function by w-gridding, as FITS and PNG"

    /// Pixels a third of MeerKAT's beam at L band.
    public static let typical = ["cell=2arcsec"]

    private let settings: Settings
    private let geometry: ImageGeometry
    private let weighting: WeightingRequest
    private var plans: [FieldPlan] = []
    private var prepared: (cut: ObservationCut, context: StageContext)?

    /// Checks the image's geometry.
    public init(_ settings: Settings) throws {
        guard let width = settings.size.first, settings.size.count <= 2 else {
            throw settings.$size.error("one or two numbers are needed", mend: "write 2048 or 2048,1024")
        }
        for size in settings.size where size % 2 != 0 {
            throw settings.$size.error("\(size) pixels; must be even", mend: "write \(size + 1)")
        }
        self.settings = settings
        weighting = try settings.weighting()
        do {
            geometry = try ImageGeometry(
                width: width, height: settings.size.last ?? width, cell: settings.cell)
        } catch {
            guard case .setting(_, let reason) = error else { throw error }
            throw settings.$cell.error(reason, mend: "write a smaller cell or size")
        }
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let cut = prepared?.cut else { return Needs() }
        let cross = cut.observation.baselines.count { !$0.isAutocorrelation }
        let rows = cross * min(cut.dumpsPerWindow, cut.largestShape.times)
        let batch = VisibilityBatch.bytes(rows: rows, channels: cut.largestShape.channels)
        return Needs(
            workBytes: plans.reduce(0) { $0 + $1.grid.streamingBytes + $1.weightBytes } + batch
                + (plans.map(\.densityBytes).max() ?? 0),
            finalBytes: plans.reduce(0) { $0 + $1.grid.streamingBytes }
                + (plans.map { $0.grid.finalBytes - $0.grid.streamingBytes }.max() ?? 0))
    }

    /// Plans a grid for each field and claims the results.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        let scheduled = Set(header.observation.schedule.map(\.field)).sorted()
        guard !scheduled.isEmpty else {
            throw PipelineError(
                "nothing is scheduled", at: context.name,
                mend: "choose scans and targets that the observation has", fault: .data)
        }
        try header.observation.requirePhased("imaged")
        let request = ImageSettings(geometry: geometry, epsilon: settings.epsilon, psf: settings.psf)
        plans = try scheduled.map { field in
            let name = header.observation.fields[field].name
            let prefix = settings.prefix.path + (scheduled.count > 1 ? "-" + fileNamePart(name) : "")
            return try FieldPlan(
                header, field: field, request, weighting: weighting,
                products: try ImageProducts(prefix, psf: settings.psf, png: settings.png, context))
        }
        for plan in plans {
            context.note("\(header.observation.fields[plan.field].name): \(plan.grid.summary)")
        }
        prepared = (header, context)
    }

    /// Grids until the stream ends, then makes and writes the images.
    public func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let (cut, context) = prepared else {
            preconditionFailure("image runs only after it was prepared")
        }
        var imagers: [Int: FieldImager] = [:]
        for plan in plans { imagers[plan.field] = try FieldImager(plan, cut) }
        var current: Int?
        for try await block in input {
            let field = block.context.field
            guard let imager = imagers[field] else { continue }
            // One batch is held at a time, whatever the number of fields.
            if let current, current != field { try await imagers[current]?.flush() }
            current = field
            try await imager.add(block)
        }
        for plan in plans { try await imagers[plan.field]?.endStream() }
        for plan in plans {
            guard let imager = imagers.removeValue(forKey: plan.field) else { continue }
            let result = try await imager.finish()
            try plan.products.write(result, of: plan.field, cut, weighting: weighting, context)
        }
    }
}
