import CPlatform
import Formats
import Foundation
import Imaging
import Logging
import Parameters
import Pipeline
import Rings
import Visibilities

/// Grids the stream and makes a dirty image, a point spread function and a picture of each field; cleans it if asked to.
///
/// Holds grids, not visibilities, unless CLEAN has to look at them again: tiles become weighted products on arrival, and
/// are gridded when a window of a sub-band is complete. Autocorrelations are left out.
public struct Image: Sink {
    /// What can be set.
    public typealias Settings = ImageParameters

    /// The name in pipeline files.
    public static let name = "image"
    /// One line for `sluice stages`.
    public static let summary =
        "makes dirty and cleaned images and a point spread function by w-gridding, as FITS and PNG"

    /// Pixels a third of MeerKAT's beam at L band.
    public static let typical = ["cell=2arcsec"]

    let settings: Settings
    let weighting: WeightingRequest
    let clean: CleanRequest?
    private var plans: [FieldPlan] = []
    private var prepared: (cut: ObservationCut, context: StageContext)?
    /// Makes a view of the images so far, beside the stream.
    var makeView: ViewMaker.Work = { try await $0.make() }

    /// Checks the image's geometry.
    public init(_ settings: Settings) throws {
        self.settings = settings
        weighting = try settings.weighting()
        try settings.$epsilon.check(within: settings.precision)
        try settings.$prefix.checkPrefix(writing: Self.name)
        var centred = settings
        centred.centre = nil
        clean = try settings.cleaning(
            centred.geometry(around: Direction(rightAscension: 0, declination: 0)))
        if settings.live != nil, weighting.isExact {
            throw settings.$live.error("no image is there before an exact density", mend: "leave density out")
        }
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let cut = prepared?.cut else { return Needs(memoryParameter: "size") }
        let cross = cut.observation.baselines.count { !$0.isAutocorrelation }
        let rows = cross * min(cut.dumpsPerWindow, cut.largestShape.times)
        let sets = plans.first?.sets ?? []
        // What is averaged stands beside what it is made of.
        let copies = settings.baselineAveraging == nil ? 1 : 2
        let batch = sets.reduce(0) {
            $0
                + copies
                * ProductBatch.bytes(
                    rows: rows, channels: cut.largestShape.channels, products: $1.polarisations.count)
        }
        // What is looked at again is read, weighed and predicted batch by batch.
        let again = settings.keeping == nil ? 0 : 3 * batch
        return Needs(
            workBytes: plans.reduce(0) { $0 + $1.streamingBytes } + batch
                + (plans.map(\.densityBytes).max() ?? 0) + (plans.map(\.viewBytes).max() ?? 0),
            finalBytes: plans.map { plan in
                plan.finalBytes + again
                    + plans.reduce(0) { $0 + ($1.field == plan.field ? 0 : $1.waitingBytes) }
            }.max() ?? 0, memoryParameter: "size")
    }

    /// Plans grids for each field and claims the results.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        let scheduled = Set(header.observation.schedule.map(\.field)).sorted()
        guard !scheduled.isEmpty else {
            throw PipelineError(
                "nothing is scheduled", at: context.name,
                mend: "choose scans and targets that the observation has", fault: .data)
        }
        try header.observation.requirePhased("imaged")
        let sets = try settings.products(of: header.observation.polarisations)
        let feeds =
            sets.contains(where: \.turns)
            ? FeedAngles(
                header.observation, feed: settings.feedAngle ?? FeedAngles.usual(header.observation)) : nil
        plans = []
        for field in scheduled {
            plans.append(
                try plan(field, of: header, sets, feeds, of: scheduled.count, after: plans, context))
        }
        for plan in plans {
            context.note("\(header.observation.fields[plan.field].name): \(plan.summary)")
        }
        for line in settings.idle(turning: feeds != nil) { context.logger.warning("\(line)") }
        prepared = (header, context)
    }

    /// Grids until the stream ends, then makes and writes the images.
    public func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let (cut, context) = prepared else {
            preconditionFailure("image runs only after it was prepared")
        }
        let headers = plans.map { headerMaker(of: $0, cut, context) }
        var imagers: [Int: FieldImager] = [:]
        for plan in plans { imagers[plan.field] = try FieldImager(plan, cut) }
        try await grid(input, with: imagers, showing: LiveViews(plans, headers, settings.live, makeView))
        var grids: [Int: [SharedGrids]] = [:]
        for plan in plans { grids[plan.field] = try await imagers[plan.field]?.endStream() }
        imagers = [:]
        // Images stand where batches and indices were, not beside what the allocator keeps of them.
        sluice_return_freed_memory()
        for (plan, headers) in zip(plans, headers) {
            try await FieldImages(plan: plan, headers: headers, context: context)
                .write(grids.removeValue(forKey: plan.field) ?? [])
            plan.files.tellOlder(context)
        }
    }

    /// Grids the stream; views are made beside it.
    private func grid(
        _ input: Reader<VisibilityBlock>, with imagers: [Int: FieldImager], showing views: LiveViews
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            var current: Int?
            for try await block in input {
                let field = block.context.field
                guard let imager = imagers[field] else { throw PipelineError.unscheduled(block.context) }
                // One batch is held at a time, whatever the number of fields.
                if let current, current != field { try await imagers[current]?.flush() }
                current = field
                if try await imager.add(block) { try await views.show(imager.grids, of: field, in: &tasks) }
            }
            try await views.end(&tasks)
        }
    }

    private func headerMaker(of plan: FieldPlan, _ cut: ObservationCut, _ context: StageContext)
        -> HeaderMaker
    {
        HeaderMaker(
            cut: cut, field: plan.field, geometry: plan.geometry, weighting: weighting,
            record: context.record,
            frame: plan.feeds == nil
                ? "Q and U as the feeds see them" : "Q and U turned to the sky by the parallactic angle")
    }
}
