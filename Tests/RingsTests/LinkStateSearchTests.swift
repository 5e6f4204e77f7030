import Testing

@testable import Rings

@Suite("All states of a link", .timeLimit(.minutes(1)))
struct LinkStateSearchTests {
    @Test("that events can lead to keep the rules", arguments: 1...2, 1...2)
    func rules(capacity: Int, readers: Int) throws {
        var known: Set<String> = []
        var open = [StateDriver(capacity: capacity, readers: readers)]
        while let driver = open.popLast() {
            for event in Self.events(possible: driver.state) {
                var next = driver
                _ = next.apply(event)
                guard next.state.written <= capacity + 2 else { continue }
                guard known.insert(Self.key(next)).inserted else { continue }
                try Self.check(next)
                open.append(next)
            }
        }
        #expect(known.count > 40)
    }

    /// What may happen: an end that waits does nothing itself, but others may fail, finish or cancel it.
    static func events(possible state: LinkState) -> [String] {
        var events = ["f", "x"]
        if !state.writerParked { events += ["o", "w"] }
        for reader in state.readers.indices {
            events += ["l\(reader)", "c\(reader)"]
            if !isParked(reader, state) { events += ["t\(reader)", "p\(reader)"] }
        }
        return events
    }

    static func isParked(_ reader: Int, _ state: LinkState) -> Bool {
        var parked = state.parked
        return parked.remove(reader)
    }

    static func check(_ driver: StateDriver) throws {
        let state = driver.state
        let open = state.failure == nil && !state.finished
        let reading = state.readers.filter { $0.phase == .reading }
        try #require((0...state.capacity).contains(state.occupancy))
        try #require(driver.gone + state.occupancy == state.written, "an item was lost or given twice")
        if state.failure == nil {
            try #require(reading.allSatisfy { (state.oldest...state.written).contains($0.taken) })
        }
        if state.writerParked {
            try #require(
                open && !reading.isEmpty && state.occupancy == state.capacity, "the writer waits for nothing")
        }
        for (reader, end) in state.readers.enumerated() where isParked(reader, state) {
            try #require(
                open && end.phase == .reading && end.taken == state.written, "a reader waits for nothing")
        }
    }

    static func key(_ driver: StateDriver) -> String {
        let state = driver.state
        let ends = state.readers.enumerated().map { "\($1.phase) \($1.taken) \(isParked($0, state))" }
        return
            "\(state.written) \(state.oldest) \(state.finished) \(state.failure != nil) \(state.writerParked) \(ends)"
    }
}
