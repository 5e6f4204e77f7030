import Parameters
import Rings

/// The counts of a run that do not add up.
public struct AccountError: ClassifiedError, Hashable {
    /// What does not add up.
    public let what: String
    /// The link, stage or pool.
    public let place: String
    /// Not the machine's fault: the same input would give the same counts.
    public var fault: Fault { .data }
    /// One line: what: where: how to mend.
    public var description: String {
        "counts do not add up: \(place): \(what): nothing was written; a stage loses, repeats or keeps blocks, report it"
    }
}

extension LiveRun {
    /// Holds the counts of every link, stage and pool against each other and against the headers.
    ///
    /// A stage that stopped because nobody read on is not held against its header; only stages that declare it may
    /// leave before the end, since a sink that stops early by mistake would lose data in silence.
    ///
    /// - Throws: `AccountError` for the first count that does not add up.
    func checkAccounts() throws(AccountError) {
        for link in layout.links {
            guard let counters = wires.links[link.writer]?.counters else { continue }
            try check(link, counters)
        }
        for stage in preparation.stages where stage.kind == .pointwise {
            guard let numbers = meters[stage.index]?.numbers, numbers.state == .ended else { continue }
            try check(
                stage.output?.schedule, blocks: numbers.blocksOut, samples: numbers.samplesOut, stage.name)
        }
        for pool in wires.pools.keys.sorted().flatMap({ wires.pools(of: $0) }).map(\.counters) {
            if pool.overflow != 0 {
                throw AccountError(
                    what: "\(pool.overflow) copies found no free slab of \(pool.slabs)",
                    place: "pool of \(pool.name)")
            }
            if pool.leased != 0 {
                throw AccountError(what: "\(pool.leased) blocks were kept", place: "pool of \(pool.name)")
            }
        }
    }

    private func check(_ link: Layout.LinkPlace, _ counters: LinkCounters) throws(AccountError) {
        for (reader, taken) in zip(link.readers, counters.taken) {
            guard let stage = preparation.stages.first(where: { $0.index == reader }) else { continue }
            let early = stage.needs.mayLeaveEarly || meters[reader]?.numbers.state == .unread
            if !early, taken != counters.items || meters[link.writer]?.numbers.state == .unread {
                throw AccountError(
                    what: "\(stage.name) took \(taken) blocks and did not wait for the end",
                    place: "link \(link.name)")
            }
        }
        guard meters[link.writer]?.numbers.state == .ended else { return }
        try check(link.stream.schedule, blocks: counters.items, samples: counters.samples, link.name)
    }

    private func check(
        _ schedule: StreamSchedule?, blocks: Int, samples: Int, _ place: String
    ) throws(AccountError) {
        guard let schedule, schedule.blocks != blocks || schedule.samples != samples else { return }
        throw AccountError(
            what:
                "\(schedule.blocks) blocks with \(schedule.samples) samples promised, \(blocks) with \(samples) sent",
            place: place)
    }
}
