import Flagging
import Logging
import Parameters
import Pipeline
import Rings
import Tiles
import Visibilities

/// Finds interference by itself, baseline by baseline, over windows with margins, and flags it `postProcessing`.
///
/// Tiles are held as leases until the dumps around them have been seen; what the statistics need is kept by the
/// flaggers. Flags are only added.
public struct Autoflag: Transform {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter("Factor on all thresholds; lower flags more", range: 0.01...100) var threshold = 1.0
        @Parameter("Dumps decided at once, counted from a scan's start", range: 8...4096) var hop = 64
        @Parameter("Dumps seen before and after a hop, as far as the scan has them", range: 0...4096)
        var margin = 64
        @Parameter(
            "Channels seen on each side of a sub-band, as far as the spectral window has them; read twice",
            range: 0...65536)
        var halo = 0
        @Parameter(
            """
            Frequencies of spectral lines: channels any part of which lies in these ranges are never flagged, not even under a \
            burst across the band, and do not count as noise: 1420~1420.8MHz
            """, unit: .frequency) var protect: QuantityRanges?
        @Parameter(
            "Sluice's own, or AOFlagger's generic default for comparison (its result on a whole scan: hop no shorter than the scan, "
                + "no sub-bands)")
        var strategy = FlaggingStrategy.sluice

        /// The defaults serve uncalibrated data.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "autoflag"
    /// One line for `sluice stages`.
    public static let summary = "flags interference by SumThreshold and the scale-invariant rank operator"
    /// Whether it sends on the blocks that it got.
    public static let inPlace = true

    private let settings: AutoflagSettings
    /// Channels wanted on each side of a sub-band.
    private let halo: Int
    private let protected: QuantityRanges?
    private var stream: Prepared?

    private struct Prepared: Sendable {
        let cut: ObservationCut
        let context: StageContext
        let settings: AutoflagSettings
        let heldWindows: Int
        /// Whether every scan comes in one window.
        let hasWholeScans: Bool
        let protected: ProtectedChannels

        /// What a flagger sees at most.
        private var seen: (polarisations: Int, channels: Int) {
            (
                cut.observation.polarisations.count,
                cut.largestShape.channels + 2 * cut.largestHaloShape.channels
            )
        }

        /// Memory that flaggers keep from window to window, bytes: nothing of scans that come whole.
        var keptByteCount: Int {
            let each = settings.byteCount(polarisations: seen.polarisations, channels: seen.channels)
            return hasWholeScans ? 0 : each * cut.observation.baselines.count
        }

        /// Memory of the threads that flag, bytes.
        var threadByteCount: Int {
            let each =
                hasWholeScans
                ? settings.wholeScanByteCount(polarisations: seen.polarisations, channels: seen.channels)
                : settings.workByteCount(polarisations: seen.polarisations, channels: seen.channels)
            return each * min(context.threads, cut.observation.baselines.count)
        }

        /// Blocks shown to flaggers at once, so that threads find enough baselines to share; a window's last ones may be fewer.
        var blocksShown: Int {
            let longest = max(1, cut.tiles.map(\.count).max() ?? 1)
            let wanted = Autoflag.baselinesPerThread * context.threads
            return min(cut.tiles.count, (wanted + longest - 1) / longest)
        }
    }

    /// Baselines shown at once for each thread: the last one to finish keeps the others waiting for less than one in so many.
    private static let baselinesPerThread = 32

    /// Takes the settings.
    public init(_ settings: Settings) throws {
        var told = AutoflagSettings(
            threshold: settings.threshold, hop: settings.hop, margin: settings.margin)
        told.strategy = settings.strategy
        self.settings = told
        halo = settings.halo
        protected = settings.protect
    }

    /// A halo beside each sub-band.
    public func demand(on observation: Observation) throws -> CutDemand { CutDemand(halo: halo) }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let stream else { return Needs(accepts: [.subbandFirst]) }
        let shown = stream.blocksShown
        let shape = stream.cut.largestShape
        let held = stream.hasWholeScans ? shown : stream.heldWindows * stream.cut.tiles.count
        // A byte of each sample of all products.
        let masks = held * shape.baselines * shape.times * shape.channels
        return Needs(
            holds: held, haloHolds: shown,
            workBytes: stream.keptByteCount + masks + stream.threadByteCount + AutoflagSettings.keptByteCount,
            accepts: [.subbandFirst])
    }

    /// Finds out how many windows wait for their margins.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        try settings.check(
            polarisations: header.observation.polarisations.count,
            channels: header.largestShape.channels)
        // Without a schedule scans have any length: what waits no longer grows after a few hops.
        let longest = header.observation.schedule.map(\.times.count).max()
        let own = longest.map(settings.forScans) ?? settings
        let windows = header.windows(
            dumps: longest ?? 4 * (settings.hop + settings.margin) + header.dumpsPerWindow)
        let heldWindows = HeldWindows(settings: own).most(windows: windows)
        let isWhole = longest != nil && windows.count == 1
        let protected = ProtectedChannels(protected, of: header.observation)
        stream = Prepared(
            cut: header, context: context, settings: own, heldWindows: heldWindows,
            hasWholeScans: isWhole, protected: protected)
        let held = isWhole ? "scans come whole" : "holds \(heldWindows) windows"
        context.note("hops of \(settings.hop) dumps with margins of \(settings.margin), \(held)")
        let beside = header.largestHaloShape.channels
        if beside > 0 { context.note("sees \(beside) channels on each side of a sub-band") }
        if beside == 0, halo > 0, Set(header.subbands.map(\.spectralWindow)).count < header.subbands.count {
            context.note("no halo beside sub-bands: only select, mask, preflag and average pass one on")
        }
        if self.protected != nil {
            context.note("flags nothing in \(protected.count) channels")
            if protected.count == 0 {
                context.logger.warning("protect: none of these frequencies is in the data")
            }
        }
        var passed = header
        passed.halo = 0
        return passed
    }

    /// Shows blocks to the flaggers and sends each on when all its dumps are decided.
    public func run(_ input: Reader<VisibilityBlock>, into output: Outlet<VisibilityBlock>) async throws {
        guard let stream else { preconditionFailure("autoflag runs only after it was prepared") }
        try await AutoflagSettings.keeping(more: stream.threadByteCount) {
            try await flag(input, stream, into: output)
        }
    }

    private func flag(
        _ input: Reader<VisibilityBlock>, _ stream: Prepared, into output: Outlet<VisibilityBlock>
    ) async throws {
        var bench = FlaggerBench(stream.settings, stream.cut, stream.protected)
        var held = HeldBlocks()
        let last = stream.cut.observation.baselines.count
        let most = stream.blocksShown
        var shown: [VisibilityBlock] = []
        for try await block in input {
            let endsWindow = block.baselines.upperBound == last
            shown.append(consume block)
            guard endsWindow || shown.count == most else { continue }
            try await bench.push(shown, width: stream.context.threads)
            shown.reverse()
            while var block = shown.popLast() {
                block.dropHalo()
                held.append(consume block)
            }
            while var ready = held.next(decided: bench.decided) {
                let fresh = bench.flag(&ready)
                for detector in stream.settings.strategy.detectors {
                    stream.context.tally.add(
                        detector.name, flagged: fresh[detector.rawValue.trailingZeroBitCount])
                }
                try await output.send(consume ready)
            }
        }
    }
}

extension FlaggingStrategy: ParameterChoice {}
