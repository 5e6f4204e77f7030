/// The axes of a stream after averaging: maps its header and the context of each of its blocks.
///
/// Time bins count from a scan's start, channel bins from a sub-band's first channel; the last bin of each may be
/// short and has its own true centre and width. Every block stays one block. A spectral window keeps the channels that
/// its sub-bands carry.
///
/// - A channel's frequency is the mean of its bin weighted by width (the bin's centre), its width the sum.
/// - A dump's time, and the antennas' uvw, are means over the bin weighted by interval, its interval is the sum. They
///   do not depend on flags, so that what is predicted from the schedule is where the data are put.
/// - A channel counts as masked when all of its bin is.
public struct AveragedAxes: Sendable, Hashable {
    /// How many dumps and channels are averaged into one.
    public let bins: AveragingBins
    /// The header of the averaged stream.
    public let header: ObservationCut

    /// Averages the header of a stream.
    ///
    /// - Throws: `AveragingError` when windows of a longer scan would cut a time bin.
    public init(_ cut: ObservationCut, bins: AveragingBins) throws(AveragingError) {
        let longest = cut.observation.schedule.map(\.times.count).max() ?? Int.max
        guard bins.times == 1 || cut.dumpsPerWindow % bins.times == 0 || longest <= cut.dumpsPerWindow else {
            throw AveragingError(times: bins.times, dumpsPerWindow: cut.dumpsPerWindow)
        }
        self.bins = bins
        var averaged = cut
        let dumps = cut.dumpsPerWindow
        averaged.dumpsPerWindow = dumps / bins.times + (dumps % bins.times == 0 ? 0 : 1)
        averaged.subbands = Self.subbands(cut.subbands, bins)
        averaged.halo = (cut.halo + bins.channels - 1) / bins.channels
        // No bin is longer than what there is to average.
        let fullTimes = min(bins.times, max(longest, 1))
        let fullChannels = min(bins.channels, max(cut.subbands.map(\.channels.count).max() ?? 1, 1))
        averaged.observation.integrationTime *= Double(fullTimes)
        averaged.observation.nominalWeight *= Float(fullTimes) * Float(fullChannels)
        averaged.observation.schedule = cut.observation.schedule.map {
            Self.scan($0, antennas: cut.observation.antennas.count, bins)
        }
        for (index, window) in cut.observation.spectralWindows.enumerated() {
            let runs = Self.channelBins(of: index, cut.subbands, bins)
            let masked = cut.observation.maskedChannels[index]
            averaged.observation.spectralWindows[index] = SpectralWindow(
                name: window.name,
                frequencies: runs.map { mean(window.frequencies, over: $0, weights: window.widths) },
                widths: runs.map { window.widths[$0].reduce(0, +) })
            averaged.observation.maskedChannels[index] = runs.map { masked[$0].allSatisfy { $0 } }
        }
        header = averaged
    }

    /// The context of an averaged block, from that of the block before averaging.
    public func context(_ context: BlockContext) -> BlockContext {
        let channels = bins.channelBins(of: context.frequencies.count)
        let times = bins.timeBins(of: context.times.count)
        let first = context.dumps.lowerBound / bins.times
        let own = header.subbands[context.subband].channels
        let place =
            switch context.halo {
            case nil: own
            case .below: max(0, own.lowerBound - channels.count)..<own.lowerBound
            case .above: own.upperBound..<own.upperBound + channels.count
            }
        return BlockContext(
            scan: context.scan, intent: context.intent, field: context.field,
            phaseCentre: context.phaseCentre,
            spectralWindow: context.spectralWindow, channels: place,
            frequencies: channels.map { mean(context.frequencies, over: $0, weights: context.widths) },
            widths: channels.map { context.widths[$0].reduce(0, +) }, scheduleIndex: context.scheduleIndex,
            dumps: first..<first + times.count,
            times: times.map { mean(context.times, over: $0, weights: context.intervals) },
            intervals: times.map { context.intervals[$0].reduce(0, +) }, subband: context.subband,
            window: context.window, endsScan: context.endsScan, halo: context.halo)
    }

    /// Sub-bands in averaged channels, which count through the sub-bands of a spectral window in channel order.
    private static func subbands(_ subbands: [Subband], _ bins: AveragingBins) -> [Subband] {
        var averaged = subbands
        var next: [Int: Int] = [:]
        for index in subbands.indices.sorted(by: {
            subbands[$0].channels.lowerBound < subbands[$1].channels.lowerBound
        }) {
            let first = next[subbands[index].spectralWindow, default: 0]
            let count = bins.channelBins(of: subbands[index].channels.count).count
            averaged[index].channels = first..<first + count
            next[subbands[index].spectralWindow] = first + count
        }
        return averaged
    }

    /// Channels of a spectral window in each averaged channel.
    private static func channelBins(of window: Int, _ subbands: [Subband], _ bins: AveragingBins) -> [Range<
        Int
    >] {
        subbands.filter { $0.spectralWindow == window }.map(\.channels)
            .sorted { $0.lowerBound < $1.lowerBound }
            .flatMap { channels in
                bins.channelBins(of: channels.count).map {
                    channels.lowerBound + $0.lowerBound..<channels.lowerBound + $0.upperBound
                }
            }
    }

    private static func scan(_ scan: ScheduledScan, antennas: Int, _ bins: AveragingBins) -> ScheduledScan {
        let runs = bins.timeBins(of: scan.times.count)
        var averaged = scan
        averaged.times = runs.map { mean(scan.times, over: $0, weights: scan.intervals) }
        averaged.intervals = runs.map { scan.intervals[$0].reduce(0, +) }
        guard scan.antennaUVW.count == scan.times.count * antennas else { return averaged }
        averaged.antennaUVW = runs.flatMap { run in
            (0..<antennas).map { antenna in
                UVW.mean(over: run, weights: scan.intervals) { scan.antennaUVW[$0 * antennas + antenna] }
            }
        }
        return averaged
    }
}

/// The weighted mean of a run of values, taken about the first one so that MJD seconds keep their digits.
func mean(_ values: [Double], over run: Range<Int>, weights: [Double]) -> Double {
    weightedMean(over: run, weights: weights) { values[$0] }
}

func weightedMean(over run: Range<Int>, weights: [Double], _ value: (Int) -> Double) -> Double {
    let first = value(run.lowerBound)
    var sum = 0.0
    var total = 0.0
    for index in run {
        sum += weights[index] * (value(index) - first)
        total += weights[index]
    }
    return total > 0 ? first + sum / total : first
}

extension UVW {
    /// The weighted mean of a run of coordinates.
    static func mean(over run: Range<Int>, weights: [Double], _ value: (Int) -> UVW) -> UVW {
        UVW(
            weightedMean(over: run, weights: weights) { value($0).u },
            weightedMean(over: run, weights: weights) { value($0).v },
            weightedMean(over: run, weights: weights) { value($0).w })
    }
}
