import Flagging
import Visibilities

/// The rules that are set, worked out for a stream.
struct PreflagRules: Sendable {
    /// In the order in which they are applied.
    let bound: [BoundRule]
    private let observation: Observation
    private let match: PreflagSettings.Match

    /// Works out all rules but those that only samples decide.
    ///
    /// - Throws: an error of the parameter that names an antenna or channel that is not there, or needs scans that nobody knows yet.
    init(_ settings: PreflagSettings, of observation: Observation) throws {
        self.observation = observation
        match = settings.match
        if observation.schedule.isEmpty { try settings.refuseRulesAboutDumps() }
        var rules = try settings.channelRules(of: observation)
        rules += try settings.baselineRules(of: observation)
        rules += try settings.dumpRules(of: observation)
        rules += try settings.sightRules(of: observation)
        bound = rules + settings.sampleRules
    }

    /// Bytes of the tables.
    var byteCount: Int { bound.reduce(0) { $0 + $1.byteCount } }

    /// What flags are counted as: each rule, or all together.
    var titles: [String] {
        match == .all && !bound.isEmpty ? ["all rules"] : bound.map(\.rule.rawValue)
    }

    /// What each rule does, for the plan.
    var notes: [String] { bound.compactMap { $0.note(observation) } }

    /// The observation with those channels masked that are flagged on all baselines at all times.
    var header: Observation {
        var header = observation
        guard match == .any else { return header }
        for case .channels(let windows) in bound.map(\.extent) {
            for (window, runs) in windows.enumerated() {
                for channel in runs.joined() { header.maskedChannels[window][channel] = true }
            }
        }
        return header
    }

    /// Flags a block.
    ///
    /// - Returns: how many samples without a flag each title flagged.
    func apply(to block: inout VisibilityBlock) -> [Int] {
        var fresh = [Int](repeating: 0, count: titles.count)
        for baseline in 0..<block.shape.baselines {
            let found = bound.map { regions(of: $0, on: block, baseline) }
            switch match {
            case .any:
                for (index, rule) in bound.enumerated() {
                    fresh[index] += rule.flag(
                        rule.rule.reason, in: &block, baseline: baseline, regions: found[index])
                }
            case .all:
                guard let decisive = bound.first(where: \.readsSamples) ?? bound.first else { break }
                let reason = bound.reduce(into: FlagReasons()) { $0.formUnion($1.rule.reason) }
                fresh[0] += decisive.flag(
                    reason, in: &block, baseline: baseline, regions: Self.common(found))
            }
        }
        return fresh
    }

    private func regions(
        of rule: BoundRule, on block: borrowing VisibilityBlock, _ baseline: Int
    ) -> [BlockRegion] {
        rule.regions(
            of: block, baseline: baseline, observation.baselines[block.firstBaseline + baseline],
            antennas: observation.antennas.count)
    }

    /// What lies in a region of each list.
    private static func common(_ lists: [[BlockRegion]]) -> [BlockRegion] {
        lists.dropFirst().reduce(lists.first ?? []) { common, list in
            common.flatMap { region in list.compactMap(region.intersection) }
        }
    }
}
