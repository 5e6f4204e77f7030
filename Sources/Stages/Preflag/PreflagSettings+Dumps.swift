import Astrometry
import Parameters
import Pipeline
import Visibilities

extension PreflagSettings {
    /// The rules about dumps, whatever the baseline, that are set.
    func dumpRules(of observation: Observation) throws -> [BoundRule] {
        let schedule = observation.schedule
        var rules: [BoundRule] = []
        func add(_ rule: PreflagRule, _ chosen: [[Bool]]) {
            rules.append(BoundRule(rule: rule, extent: .dumps(chosen)))
        }
        if let scans {
            add(.scans, schedule.map { scan in scan.times.map { _ in scans.contains(scan.number) } })
        }
        if let times {
            let start = schedule.first?.start ?? 0
            add(
                .times,
                schedule.map { scan in
                    scan.spans.map { times.overlaps($0.lowerBound, $0.upperBound, start: start) }
                })
        }
        if let lst {
            let site = try geometry(of: observation).site
            add(.siderealTimes, try schedule.map { try Self.inSiderealTime(lst, $0, site) })
        }
        if quack != nil || quackEnd != nil { add(.quack, quacked(schedule)) }
        return rules
    }

    /// Refuses the rules whose tables need the scans beforehand, as a live stream does not tell them.
    ///
    /// - Throws: an error of the first such parameter that is set.
    func refuseRulesAboutDumps() throws {
        let what = "the stream's scans are not known before they arrive"
        let mend = "leave it out of a live stream, or choose scans and targets that the observation has"
        for (isSet, error) in [
            (scans != nil, $scans.error(what, mend: mend)), (times != nil, $times.error(what, mend: mend)),
            (lst != nil, $lst.error(what, mend: mend)), (quack != nil, $quack.error(what, mend: mend)),
            (quackEnd != nil, $quackEnd.error(what, mend: mend)),
            (elevation != nil, $elevation.error(what, mend: mend)), (shadow, $shadow.error(what, mend: mend)),
        ] where isSet {
            throw error
        }
    }

    private static func inSiderealTime(
        _ ranges: QuantityRanges, _ scan: ScheduledScan, _ site: ObservingSite
    ) throws -> [Bool] {
        try scan.times.map { time in
            guard let angle = site.siderealTime(time: time) else { throw scan.unknownSky }
            return ranges.contains(angle / (2 * .pi) * 86400)
        }
    }

    /// The dumps at the start and end of scans; stretches of one scan that gaps divide are one scan here.
    private func quacked(_ schedule: [ScheduledScan]) -> [[Bool]] {
        schedule.indices.map { index in
            let number = schedule[index].number
            let first = schedule[...index].lastIndex { $0.number != number }.map { $0 + 1 } ?? 0
            let next = schedule[index...].firstIndex { $0.number != number } ?? schedule.count
            let start = schedule[first].start + (quack ?? 0)
            let end = schedule[next - 1].end - (quackEnd ?? 0)
            return schedule[index].spans.map { span in
                quack != nil && span.lowerBound < start || quackEnd != nil && span.upperBound > end
            }
        }
    }
}

extension ScheduledScan {
    /// When its first dump begins, UTC, MJD seconds; 0 without one.
    var start: Double { (times.first ?? 0) - (intervals.first ?? 0) / 2 }
    /// When its last dump ends.
    var end: Double { (times.last ?? 0) + (intervals.last ?? 0) / 2 }

    /// From when to when each dump lasts, but for so little that those that only touch a range are not caught by rounding: a
    /// millionth, and four steps of a double that counts seconds of MJD.
    var spans: [ClosedRange<Double>] {
        zip(times, intervals).map { time, interval in
            let half = max(interval / 2 * (1 - 1e-6) - 4e-6, 0)
            return time - half...time + half
        }
    }

    /// Its times are none for which the sky is known.
    var unknownSky: PipelineError {
        PipelineError(
            "scan \(number) has times for which the sky is not known", at: "preflag",
            mend: "check the file's times, or leave out elevation, shadow and lst", fault: .data)
    }
}
