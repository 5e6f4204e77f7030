import Logging
import Parameters
import Pipeline
import Visibilities

/// Flags what is known to be bad before anything is searched for: by channel, baseline, time, place in the sky and value.
///
/// Flags are only added, each rule with its own reason, and counted by rule.
public struct Preflag: Pointwise {
    /// What can be set.
    public typealias Settings = PreflagSettings

    /// The name in pipeline files.
    public static let name = "preflag"
    /// One line for `sluice stages`.
    public static let summary =
        "flags autocorrelations, antennas, channels, times, elevations, shadows, amplitudes and more by rules"

    /// What most reductions begin with.
    public static let typical = ["band-edges=5%", "quack=8s", "shadow=yes", "dead-antennas=yes"]

    private let settings: PreflagSettings
    private var rules: PreflagRules?
    private var context: StageContext?

    /// Checks what can be checked without the observation.
    public init(_ settings: Settings) throws {
        if let edges = settings.bandEdges, !(1...2).contains(edges.count) {
            throw settings.$bandEdges.error(
                "there are \(edges.count) values", mend: "give one, or two for the lower and the upper end")
        }
        if !settings.shadow {
            let unused = "says nothing without shadows"
            if settings.shadowTolerance != nil {
                throw settings.$shadowTolerance.error(unused, mend: "add shadow: yes")
            }
            if settings.dishDiameter != nil {
                throw settings.$dishDiameter.error(unused, mend: "add shadow: yes")
            }
        }
        if settings.match == .all, settings.deadAntennas, settings.amplitude != nil {
            throw settings.$match.error(
                "dead antennas have no amplitudes to match", mend: "leave out dead-antennas or amplitude")
        }
        self.settings = settings
    }

    /// Memory of the tables, known once it is prepared.
    public var needs: Needs { Needs(workBytes: rules?.byteCount ?? 0) }

    /// Works the rules out; the header remembers the channels that are gone.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        let rules = try PreflagRules(settings, of: header.observation)
        for note in rules.notes { context.note(note) }
        if rules.bound.isEmpty { context.note("no rule is set: flags nothing") }
        for bound in rules.bound where bound.isIdle && bound.rule.isNamed {
            context.logger.warning("\(bound.rule.rawValue): nothing of what is named is in the data")
        }
        // Rules that find nothing are reported too.
        for title in rules.titles { context.tally.add(title, flagged: 0) }
        self.rules = rules
        self.context = context
        var flagged = header
        flagged.observation = rules.header
        return flagged
    }

    /// Flags a block.
    public func apply(to block: inout VisibilityBlock) throws {
        guard let rules, let context else { preconditionFailure("preflag runs only after it was prepared") }
        for (title, fresh) in zip(rules.titles, rules.apply(to: &block)) where fresh > 0 {
            context.tally.add(title, flagged: fresh)
        }
    }
}
