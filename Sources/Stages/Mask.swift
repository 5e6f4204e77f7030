import Flagging
import Formats
import Logging
import Parameters
import Pipeline
import Visibilities

/// Flags the channels of known transmitters `staticMask`.
public struct Mask: Pointwise {
    /// What happens to flags that are already there.
    public enum Mode: String, Sendable, ParameterChoice {
        /// The mask is added to them.
        case or
        /// The mask replaces them, all but `dataLost`.
        case override
    }

    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter(
            "Ready mask (meerkat-l, meerkat-uhf), a file (text of ranges, or .npy or pickle with one boolean per channel), or none"
        ) var mask: ParameterFilePath
        @Parameter("What happens to flags that are already there") var mode = Mode.or
        @Parameter("How far the ranges grow on both sides", unit: .frequency, range: 0...1e12) var dilate:
            Double?
        @Parameter("How many channels the mask grows on both sides", range: 0...1_000_000) var dilateChannels:
            Int?
        @Parameter("Distances between antennas of the baselines that are masked; default: all", unit: .length)
        var uvRange: QuantityRanges?

        /// The defaults; `mask` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "mask"
    /// One line for `sluice stages`.
    public static let summary =
        "flags the channels of known transmitters, from a ready list or a mask file"

    /// The band that MeerKAT observes most.
    public static let typical = ["mask=meerkat-l"]

    private var mask: StaticMask
    private let source: RFIMask?
    private let title: String
    private var bound: BoundStaticMask?
    private var context: StageContext?

    /// Reads the mask.
    public init(_ settings: Settings) throws {
        if settings.dilate != nil, settings.dilateChannels != nil {
            throw settings.$dilate.error(
                "the mask is dilated twice", mend: "leave out dilate or dilate-channels")
        }
        title = settings.mask.path
        source = title == "none" ? nil : try RFIMask.find(title)
        let dilation =
            settings.dilateChannels.map(StaticMask.Dilation.channels) ?? .frequency(settings.dilate ?? 0)
        mask = StaticMask(
            ranges: [], mode: settings.mode == .or ? .or : .override, dilation: dilation,
            distances: try Self.distances(settings))
    }

    /// Finds the masked channels and baselines, which the header remembers.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        if let (ranges, note) = try source?.ranges(for: header.observation) {
            mask.ranges = ranges
            if let note { context.note("\(title): \(note)") }
        }
        let bound = mask.bound(to: header.observation)
        self.bound = bound
        self.context = context
        let masked = bound.channels.reduce(0) { $0 + $1.count { $0 } }
        let all = bound.channels.reduce(0) { $0 + $1.count }
        if let beyond = source?.beyond(header.observation) {
            context.logger.warning("\(beyond)")
        } else if masked == 0, source?.isReady == false {
            context.logger.warning(
                "\(title): none of its frequencies is in the data: give a mask of their band")
        }
        context.note("\(title): \(masked) of \(all) channels on \(bound.baselines.count { $0 }) baselines")
        var cut = header
        cut.observation = bound.header(header.observation)
        return cut
    }

    /// Flags the masked samples of a block.
    public func apply(to block: inout VisibilityBlock) throws {
        guard let bound, let context else { preconditionFailure("mask runs only after it was prepared") }
        context.tally.add("static mask", flagged: bound.apply(to: &block))
    }

    private static func distances(_ settings: Settings) throws -> ClosedRange<Double> {
        guard let range = settings.uvRange?.ranges else { return 0...Double.infinity }
        guard range.excluded.isEmpty, range.included.count == 1, let only = range.included.first else {
            throw settings.$uvRange.error("one range of distances is needed", mend: "write it as 0~600m")
        }
        return (only.lower ?? 0)...(only.upper ?? .infinity)
    }
}
