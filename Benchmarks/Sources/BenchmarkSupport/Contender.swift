import Foundation

/// One way to do the same work.
public struct Contender: Sendable {
    /// What it is called in the table.
    public let name: String
    /// Does so many items and returns what that took.
    public let run: @Sendable (_ items: Int) async throws -> Took

    /// A contender that returns how many seconds it took; processor time is that of the whole call.
    public init(_ name: String, run: @escaping @Sendable (_ items: Int) async throws -> Double) {
        self.name = name
        self.run = { items in
            let before = processorSeconds()
            let wall = try await run(items)
            return Took(wall: wall, processor: processorSeconds() - before)
        }
    }

    /// A contender that times itself, and so can leave out what readies its items.
    public init(_ name: String, timed run: @escaping @Sendable (_ items: Int) async throws -> Took) {
        self.name = name
        self.run = run
    }

    /// How many items, at least so many, take about so many seconds.
    func items(lasting seconds: Double, least: Int) async throws -> Int {
        var items = least
        while true {
            let took = try await run(items).wall
            if took >= seconds / 4 { return max(least, Int(Double(items) * min(seconds / took, 8))) }
            items *= 4
        }
    }
}

/// Time that a piece of work took.
public struct Took: Sendable {
    /// Seconds that passed.
    public var wall = 0.0
    /// Processor time of all threads of the process, seconds.
    public var processor = 0.0

    /// Nothing yet.
    public init() {}

    init(wall: Double, processor: Double) {
        self.wall = wall
        self.processor = processor
    }

    /// Adds what a body takes.
    public mutating func time(_ body: () async throws -> Void) async rethrows {
        let before = processorSeconds()
        wall += try await seconds(body)
        processor += processorSeconds() - before
    }
}

/// Seconds that a body takes.
public func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let took = try await ContinuousClock().measure(body)
    return took / .seconds(1)
}

/// Processor time that all threads of this process have had so far, in seconds.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
