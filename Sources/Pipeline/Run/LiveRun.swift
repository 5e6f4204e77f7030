import Rings
import Synchronization

/// A wired pipeline while it runs: its tasks and its live numbers.
final class LiveRun: Sendable {
    let preparation: Preparation
    let layout: Layout
    let wires: Wires
    let tasks: [StageTask]
    let meters: [Int: StageMeter]
    private let started = ContinuousClock.now

    /// Makes links and pools and joins all readers.
    init(_ preparation: Preparation, _ layout: Layout, linkCapacity: Int) throws {
        self.preparation = preparation
        self.layout = layout
        let wires = layout.wires(linkCapacity: linkCapacity)
        let meters = Dictionary(uniqueKeysWithValues: preparation.stages.map { ($0.index, StageMeter()) })
        let stages = Dictionary(uniqueKeysWithValues: preparation.stages.map { ($0.index, $0) })
        tasks = try layout.groups.map { group in
            let members = group.stages.compactMap { stages[$0] }
            guard let first = members.first else { throw WiringError.missingLink(-1) }
            let parts = members.compactMap { stage in
                stage.pointwise.map { stagePart in
                    PointwiseGroup.Part(
                        name: stage.name, stage: stagePart, meter: meters[stage.index] ?? StageMeter())
                }
            }
            guard !parts.isEmpty, let parent = preparation.graph.nodes[first.index].parent else {
                return try first.wire(wires)
            }
            return try PointwiseGroup(parts: parts).task(
                group, reads: parent, wires, blocking: first.needs.blocking)
        }
        self.wires = wires
        self.meters = meters
        let links = wires.links
        let lasts = Set(layout.groups.compactMap(\.stages.last))
        preparation.ledger.samples.withLock { counts in
            counts = preparation.graph.nodes.indices.map { index in
                if lasts.contains(index) { return { links[index]?.counters.samples } }
                return { [meter = meters[index]] in meter?.numbers.samplesOut }
            }
        }
    }

    /// The numbers at this moment.
    var snapshot: RunSnapshot {
        let now = ContinuousClock.now
        let counters = wires.links.mapValues(\.counters)
        var scheduled = 0
        var sent = 0
        var known = true
        for stage in preparation.stages where stage.kind == .source {
            if let schedule = stage.output?.schedule { scheduled += schedule.samples } else { known = false }
            sent += counters[stage.index]?.samples ?? 0
        }
        return RunSnapshot(
            seconds: (now - started).seconds,
            done: known && scheduled > 0 ? min(Double(sent) / Double(scheduled), 1) : nil,
            stages: preparation.stages.map { numbers(of: $0, counters, now) },
            links: layout.links.compactMap { counters[$0.writer].map { RunSnapshot.Link($0) } },
            pools: layout.segments.compactMap { segment in
                let pools = segment.isCompanion ? wires.companions : wires.pools
                return pools[segment.maker].map { RunSnapshot.Pool($0.counters) }
            })
    }

    private func numbers(
        of stage: PreparedStage, _ counters: [Int: LinkCounters], _ now: ContinuousClock.Instant
    ) -> RunSnapshot.Stage {
        let own = meters[stage.index]?.numbers ?? StageMeter.Numbers()
        let group = layout.groups.first { $0.stages.contains(stage.index) }?.stages ?? [stage.index]
        let parent = preparation.graph.nodes[group[0]].parent
        let input = parent.flatMap { counters[$0] }
        let seat = parent.flatMap { preparation.graph.nodes[$0].children.firstIndex(of: group[0]) } ?? 0
        let end = ReaderEnd(input, seat: seat)
        let output = counters[group[group.count - 1]]
        let pointwise = stage.kind == .pointwise
        let seconds = own.seconds(at: now)
        let outputWait = output?.writerWait.seconds ?? 0
        return RunSnapshot.Stage(
            name: stage.name, state: own.state,
            blocksIn: pointwise ? own.blocksIn : end.taken,
            samplesIn: pointwise ? own.samplesIn : input?.samples ?? 0,
            bytesIn: pointwise ? own.bytesIn : input?.bytes ?? 0,
            blocksOut: pointwise ? own.blocksOut : output?.items ?? 0,
            samplesOut: pointwise ? own.samplesOut : output?.samples ?? 0,
            bytesOut: pointwise ? own.bytesOut : output?.bytes ?? 0,
            rules: stage.context.tally.rules, seconds: seconds, inputWaitSeconds: end.wait,
            outputWaitSeconds: outputWait,
            busySeconds: pointwise ? own.busy.seconds : max(seconds - end.wait - outputWait, 0),
            finalSeconds: pointwise ? 0 : end.ended.map { max(((own.ended ?? now) - $0).seconds, 0) } ?? 0,
            activity: own.state == .ended ? nil : stage.context.activity, details: stage.context.details)
    }
}

/// What one reader of a link has done; nothing for a source, which reads none.
private struct ReaderEnd {
    var taken = 0
    var wait = 0.0
    var ended: ContinuousClock.Instant?

    init(_ counters: LinkCounters?, seat: Int) {
        guard let counters, counters.taken.indices.contains(seat) else { return }
        taken = counters.taken[seat]
        wait = counters.readerWaits[seat].seconds
        ended = counters.readerEnds[seat]
    }
}
