/// A sensor: values with the times at which they began to hold, in ascending order of time.
struct MVFSensor: Sendable {
    /// Unix times, seconds.
    let times: [Double]
    /// The values as text; numbers as Swift prints them.
    let values: [String]

    /// Reads a sensor dataset; samples whose status says that they are not valid are left out, of equal times the
    /// last one holds. Nil when the dataset is not a sensor or has no valid sample.
    init?(_ dataset: HDF5Dataset) throws {
        let members = dataset.memberNames
        guard dataset.shape.count == 1, members.contains("timestamp"), members.contains("value"),
            let times = try dataset.values(ofMember: "timestamp").numbers
        else { return nil }
        let stored = try dataset.values(ofMember: "value")
        let texts = stored.strings ?? stored.numbers?.map { "\($0)" } ?? []
        let status = members.contains("status") ? try dataset.values(ofMember: "status").strings : nil
        let valid: Set<String> = ["nominal", "warn", "error"]
        let kept = (0..<min(times.count, texts.count)).filter { index in
            times[index].isFinite && (status.map { valid.contains($0[index]) } ?? true)
        }
        let order = kept.sorted { (times[$0], $0) < (times[$1], $1) }
        let last = order.indices.filter { $0 + 1 == order.count || times[order[$0]] != times[order[$0 + 1]] }
        guard !last.isEmpty else { return nil }
        self.times = last.map { times[order[$0]] }
        values = last.map { texts[order[$0]] }
    }

    /// A sensor made in memory.
    init(times: [Double], values: [String]) {
        self.times = times
        self.values = values
    }
}

/// A value that holds from a dump on.
struct DumpEvent: Sendable, Hashable {
    var dump: Int
    var value: String
}

/// How the events of a sensor become one value per dump.
struct DumpRule: Sendable {
    /// What holds before the first event; nil: the first event's value does.
    var initial: String?
    /// Values that take over each dump that they touch.
    var greedy: Set<String> = []
    /// Whether an event that repeats the value before it counts.
    var keepsRepeats = false
    /// Maps raw values to those of the result.
    var transform: @Sendable (String) -> String = { $0 }
}

extension MVFSensor {
    /// The events by dump: a dump is (mid − ½ dt, mid + ½ dt]; the last event in a dump holds, unless a greedy value
    /// held in it.
    ///
    /// - Parameters:
    ///   - midTimes: the dumps' mid times, ascending, Unix seconds; not empty.
    ///   - interval: a dump's length, seconds.
    func events(midTimes: [Double], interval: Double, _ rule: DumpRule) -> [DumpEvent] {
        let ends = midTimes.map { $0 + 0.5 * interval }
        var before: String?
        var inside: [DumpEvent] = []
        for (time, value) in zip(times, values) {
            if time <= ends[0] - interval {
                before = rule.transform(value)
            } else if time <= ends[ends.count - 1] {
                inside.append(
                    DumpEvent(dump: Self.firstIndex(in: ends, notBelow: time), value: rule.transform(value)))
            }
        }
        var held = before ?? (inside.first?.dump == 0 ? nil : rule.initial ?? inside.first?.value)
        var events = held.map { [DumpEvent(dump: 0, value: $0)] } ?? []
        var next = 0
        for dump in midTimes.indices where next < inside.count || held != events.last?.value {
            let start = next
            while next < inside.count, inside[next].dump == dump { next += 1 }
            let candidates = (held.map { [$0] } ?? []) + inside[start..<next].map(\.value)
            let winner = candidates.last { rule.greedy.contains($0) } ?? candidates.last
            held = candidates.last
            guard let winner, next > start || winner != events.last?.value else { continue }
            if events.last?.dump == dump {
                events[events.count - 1].value = winner
            } else if rule.keepsRepeats || winner != events.last?.value {
                events.append(DumpEvent(dump: dump, value: winner))
            }
        }
        return events
    }

    private static func firstIndex(in ascending: [Double], notBelow value: Double) -> Int {
        var (low, high) = (0, ascending.count)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
