import Imaging
import Logging
import Pipeline
import Visibilities

/// Tells log, progress and report of the CLEAN of images of a product.
struct CleanTeller: Sendable {
    let context: StageContext
    /// Unit of the dirty images, `Jy/beam`.
    let unit: String
    let field: String
    /// nil where there is one only.
    let interval: Int?
    let product: Polarisation
    /// Output channels that there are.
    let channels: Int

    /// Whose images: the field, then what there are several of.
    private func title(_ channel: ImageName.Channel) -> String {
        let parts = [field, interval.map { "interval \($0)" }, channel.title, product.name]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// The channels of a group, as files name them.
    private func name(_ group: [Int]) -> ImageName.Channel {
        channels == 1 ? .all : group.count == 1 ? .one(group[0]) : .mean
    }

    func begin(_ group: [Int]) { context.activity = "cleaning \(title(name(group)))" }

    func warn(_ text: String) { context.logger.warning("\(text)") }

    /// Tells of major cycles as they end.
    func major(_ major: CleanMajor, of group: [Int]) {
        let title = title(name(group))
        context.logger.info("\(title): \(major.description(unit: unit))")
        context.activity = "cleaning \(title): \(major.progress(unit: unit))"
    }

    /// Tells how it ended; with a warning when it ended otherwise than it was asked to.
    func end(_ result: CleanResult, of group: [Int]) {
        let title = title(name(group))
        let (made, ended) = result.summary.lines(unit: unit)
        context.logger.info("\(title): \(made)")
        context.logger.log(level: result.ended.isAsAsked ? .info : .warning, "\(title): \(ended)")
        if group.count > 1 || result.summaries.allSatisfy({ $0 == nil }) {
            report(result.summary, name(group))
        }
        for (channel, summary) in zip(group, result.summaries) {
            if let summary { report(summary, name([channel])) }
        }
        context.activity = "writing images"
    }

    private func report(_ summary: CleanSummary, _ channel: ImageName.Channel) {
        var entry: ReportEntry = [
            "field": .text(field), "pol": .text(product.name), "unit": .text(unit),
            "joined_channels": .count(summary.channels), "major_cycles": .count(summary.majors),
            "components": .count(summary.components), "model_flux": .number(summary.flux),
            "residual_peak": .number(summary.peak), "residual_noise": .number(summary.noise),
            "threshold": .number(summary.threshold), "ended": .text(summary.ended.reason),
            "reason": .text(summary.ended.description(unit: unit)),
        ]
        entry["interval"] = interval.map { .count($0) }
        switch channel {
        case .one(let number): entry["channel"] = .count(number)
        case .mean: entry["channel"] = .text("MFS")
        case .all, .cube: break
        }
        context.report("clean", entry)
    }
}

extension ImageName.Channel {
    /// What a line of the log calls it; nil where it goes without saying.
    fileprivate var title: String? {
        switch self {
        case .one(let number): "channel \(number)"
        case .all, .mean, .cube: nil
        }
    }
}
