import Foundation
import Parameters
import Pipeline
import Visibilities

/// Averages in time and frequency, by bins or by the smearing that they may cost.
public struct Average: Pointwise {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter(
            "Largest added loss of image amplitude at `radius`, from which the bins follow", unit: .fraction,
            range: 0...0.5)
        var smearing: Double?
        @Parameter("Distance from the phase centre at which the loss counts", unit: .angle, range: 0...1.5)
        var radius: Double?
        @Parameter("Length of a time bin, rounded to whole dumps", unit: .time, range: 0...86400) var time:
            Double?
        @Parameter("Dumps in a time bin", range: 1...1_000_000) var times: Int?
        @Parameter("Width of a channel bin, rounded to whole channels", unit: .frequency, range: 0...1e12)
        var frequency: Double?
        @Parameter("Channels in a channel bin", range: 1...1_000_000) var channels: Int?

        /// Bins of one dump and one channel.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "average"
    /// One line for `sluice stages`.
    public static let summary =
        "averages in time and frequency, by bins or by the smearing that they may cost"

    /// A quarter of the samples stays.
    public static let typical = ["times=2", "channels=2"]

    private let settings: Settings
    private var axes: AveragedAxes?

    /// Checks that the bins are given in one way.
    public init(_ settings: Settings) throws {
        self.settings = settings
        if settings.smearing != nil {
            guard settings.radius != nil else {
                throw settings.$smearing.error("the loss needs a radius", mend: "add radius, such as 1deg")
            }
            for (given, name) in [
                (settings.time != nil, "time"), (settings.times != nil, "times"),
                (settings.frequency != nil, "frequency"), (settings.channels != nil, "channels"),
            ] where given {
                throw settings.$smearing.error(
                    "bins follow from the loss", mend: "leave out \(name) or smearing")
            }
        } else if settings.radius != nil {
            throw settings.$radius.error("a radius without a loss", mend: "add smearing, such as 0.5%")
        }
        if settings.time != nil, settings.times != nil {
            throw settings.$times.error("the time bin is given twice", mend: "leave out time or times")
        }
        if settings.frequency != nil, settings.channels != nil {
            throw settings.$channels.error(
                "the channel bin is given twice", mend: "leave out frequency or channels")
        }
    }

    /// Whole bins in every window and sub-band.
    public func demand(on observation: Observation) throws -> CutDemand {
        let bins = try bins(for: observation)
        let longest = observation.schedule.map(\.times.count).max() ?? bins.times
        return CutDemand(times: min(bins.times, max(longest, 1)), channels: bins.channels)
    }

    /// The averaged axes, which stages behind this one find their bins on. The source's sub-bands hold whole bins, so
    /// that sub-bands as wide as their spectral windows have the same axes as those that will be streamed.
    public func observation(after observation: Observation) throws -> Observation {
        let bins = try bins(for: observation)
        let whole = ObservationCut(
            observation, order: .subbandFirst,
            dumpsPerWindow: max(observation.schedule.map(\.times.count).max() ?? bins.times, 1),
            subbands: observation.spectralWindows.enumerated().map { index, window in
                Subband(spectralWindow: index, channels: window.frequencies.indices)
            }, baselinesPerTile: max(observation.baselines.count, 1))
        return try AveragedAxes(whole, bins: bins).header.observation
    }

    /// Finds the bins and maps the axes.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        let bins = try bins(for: header.observation)
        let axes = try AveragedAxes(header, bins: bins)
        self.axes = axes
        context.note(Self.describe(bins, header.observation))
        if let radius = settings.radius {
            let losses = try Smearing(header.observation).losses(bins, radius: radius)
            context.note(
                String(
                    format: "loss of amplitude at %.2f deg: %.2f %% in the data, %.2f %% added",
                    radius * 180 / .pi,
                    100 * losses.inData, 100 * losses.added))
        }
        return axes.header
    }

    /// Averages a block in place.
    public func apply(to block: inout VisibilityBlock) throws {
        guard let axes else { preconditionFailure("average runs only after it was prepared") }
        block.average(axes.bins, context: axes.context(block.context))
    }

    private func bins(for observation: Observation) throws -> AveragingBins {
        if let smearing = settings.smearing, let radius = settings.radius {
            return try Smearing(observation).largestBins(loss: smearing, radius: radius)
        }
        let width = observation.spectralWindows.first?.widths.first ?? 1
        return AveragingBins(
            times: settings.times ?? Self.whole(settings.time, of: observation.integrationTime),
            channels: settings.channels ?? Self.whole(settings.frequency, of: width))
    }

    /// How often a unit fits into a size, rounded, at least once.
    private static func whole(_ size: Double?, of unit: Double) -> Int {
        guard let size, unit > 0 else { return 1 }
        return max(1, Int(min(size / unit, 1e9).rounded()))
    }

    private static func describe(_ bins: AveragingBins, _ observation: Observation) -> String {
        let width = (observation.spectralWindows.first?.widths.first ?? 0) * Double(bins.channels)
        return String(
            format: "bins of %d dumps (%.4g s) x %d channels (%.4g kHz)", bins.times,
            observation.integrationTime * Double(bins.times), bins.channels, width / 1e3)
    }
}
