import Foundation

/// One way to do the same work.
public struct Contender: Sendable {
    /// What it is called in the table.
    public let name: String
    /// Does so many items and returns how many seconds that took.
    public let run: @Sendable (_ items: Int) async throws -> Double

    /// A contender.
    public init(_ name: String, run: @escaping @Sendable (_ items: Int) async throws -> Double) {
        self.name = name
        self.run = run
    }

    /// How many items take about so many seconds.
    func items(lasting seconds: Double) async throws -> Int {
        var items = 16
        while true {
            let took = try await run(items)
            if took >= seconds / 4 { return max(16, Int(Double(items) * min(seconds / took, 8))) }
            items *= 4
        }
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
