import Imaging
import Pipeline

/// Shows the images of all fields as they grow, every few seconds under the same names.
///
/// The stream waits while planes are copied; what becomes of the copy is made beside it.
final class LiveViews {
    private struct Shown {
        let place: ViewPlace
        var due: ContinuousClock.Instant
    }

    /// By field; none where none were asked for.
    private var views: [Int: Shown] = [:]
    private let period: Duration
    private let maker: ViewMaker

    init(_ plans: [FieldPlan], _ headers: [HeaderMaker], _ seconds: Double?, _ work: @escaping ViewMaker.Work)
    {
        maker = ViewMaker(work)
        period = .seconds(seconds ?? 0)
        for (plan, headers) in zip(plans, headers) {
            guard let place = ViewPlace(plan, headers) else { continue }
            views[plan.field] = Shown(place: place, due: .now + period)
        }
    }

    /// Renews the view of a field, if it is time to and no other one is being made.
    ///
    /// - Throws: what making the last view threw.
    func show(_ grids: [SharedGrids], of field: Int, in tasks: inout ViewMaker.Tasks) async throws {
        guard let view = views[field] else { return }
        let now = ContinuousClock.now
        guard now >= view.due, try await maker.isFree(in: &tasks),
            let planes = try await PlanesSoFar(grids, of: view.place.plan)
        else { return }
        views[field]?.due = now + period
        // The first one is worth waiting for; the later ones are about to be overtaken by the image itself.
        maker.begin(
            PendingView(planes: planes, place: view.place), isNeeded: !view.place.isShown, in: &tasks)
    }

    /// Ends with the stream.
    func end(_ tasks: inout ViewMaker.Tasks) async throws {
        try await maker.end(&tasks)
        for view in views.values { view.place.leave() }
    }
}
