import Flagging
import Parameters
import Visibilities

extension PreflagSettings {
    /// The rules about channels that are set.
    func channelRules(of observation: Observation) throws -> [BoundRule] {
        let windows = observation.spectralWindows
        var rules: [BoundRule] = []
        func add(_ rule: PreflagRule, _ chosen: (SpectralWindow) -> [Bool]) {
            rules.append(BoundRule(rule: rule, extent: .channels(windows.map { chosen($0).trueRuns })))
        }
        if let lower = bandEdges?.first, let upper = bandEdges?.last {
            add(.bandEdges) { window in
                zip(lower.channels(of: window, upper: false), upper.channels(of: window, upper: true))
                    .map { $0 || $1 }
            }
        }
        if let channels {
            try $channels.checkChannels(of: windows)
            add(.channels) { window in window.frequencies.indices.map(channels.contains) }
        }
        if let frequencies { add(.frequencies) { $0.channels(touching: frequencies.ranges) } }
        return rules
    }

    /// The rules about baselines, whatever the time, that are set.
    func baselineRules(of observation: Observation) throws -> [BoundRule] {
        let names = observation.antennas.map(\.name)
        try $antennas.check(against: names)
        try $baselines.check(against: names)
        var rules: [BoundRule] = []
        func add(_ rule: PreflagRule, _ holds: (Baseline) -> Bool) {
            rules.append(BoundRule(rule: rule, extent: .baselines(observation.baselines.map(holds))))
        }
        if autocorrelations == .flag { add(.autocorrelations, \.isAutocorrelation) }
        for (rule, selection) in [(PreflagRule.antennas, antennas), (.baselines, baselines)] {
            if let selection {
                add(rule) { selection.touches(names[$0.antenna1], names[$0.antenna2]) }
            }
        }
        return rules
    }

    /// The rules that are set and need the samples themselves, or the block's uvw.
    var sampleRules: [BoundRule] {
        var rules: [BoundRule] = []
        if let uvRange {
            rules.append(BoundRule(rule: .uvRange, extent: .lengths(UVRule(ranges: uvRange))))
        }
        if deadAntennas { rules.append(BoundRule(rule: .deadAntennas, extent: .dead)) }
        if let amplitude {
            let clip = AmplitudeClip(
                amplitude.ranges.included.isEmpty
                    ? [0 ... .infinity] : amplitude.ranges.included.map(Self.closed),
                excluding: amplitude.ranges.excluded.map(Self.closed))
            rules.append(BoundRule(rule: .amplitude, extent: .amplitudes(clip)))
        }
        return rules
    }

    private static func closed(_ interval: Interval<Double>) -> ClosedRange<Double> {
        (interval.lower ?? -.infinity)...(interval.upper ?? .infinity)
    }
}
