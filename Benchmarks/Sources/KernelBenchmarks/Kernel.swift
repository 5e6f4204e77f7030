import BenchmarkSupport

/// Work that is measured on one thread and on two, beside a copy of as many bytes.
struct Kernel: Sendable {
    /// What is done.
    let title: String
    /// Samples of an item.
    let samples: Int
    /// Bytes of a sample that are read.
    let bytesPerSample: Int
    /// Whether two threads can share the work.
    var isParallel = true
    /// The fewest items of a round.
    var leastItems = 1
    /// Does so many items on so many threads.
    let run: @Sendable (_ items: Int, _ threads: Int) async throws -> Took

    /// Measures, and notes rates, the gain of the second thread and the share of the machine's copy speed.
    func measure(into report: inout Report, _ rounds: Rounds) async throws {
        let bytes = samples * bytesPerSample
        let copy = MachineCopy()
        let widths = isParallel ? [1, 2] : [1]
        var contenders: [Contender] = []
        for threads in widths {
            contenders.append(.init(Self.name(threads), timed: { try await run($0, threads) }))
        }
        for threads in widths {
            let name = Self.copyName(threads)
            contenders.append(.init(name) { try await copy.seconds($0, bytes: bytes, threads: threads) })
        }
        let comparison = try await Comparison(
            title, unit: "Msamples/s", rounds: rounds, secondsEach: 0.1, leastItems: leastItems,
            contenders: contenders
        ) { Double(samples) / $0 * 1e-6 }
        report.add(comparison)
        for threads in widths { note(comparison, threads, into: &report) }
        guard isParallel else { return }
        note(comparison, "two threads against one, times", Self.name(2), Self.name(1), into: &report)
        note(
            comparison, "the copy's two threads against one, times", Self.copyName(2), Self.copyName(1),
            into: &report)
    }

    /// What a core does is told by processor time, which others' work hardly changes.
    private func note(_ comparison: Comparison, _ threads: Int, into report: inout Report) {
        let (name, copyName) = (Self.name(threads), Self.copyName(threads))
        if let row = comparison.row(name) {
            let (rate, gigabytes) = (Double(samples) * 1e-6, Double(samples * bytesPerSample) * 1e-9)
            report.note(
                "\(title), \(name): Msamples per core and second",
                Spread(row.processorSeconds.map { rate / $0 }))
            report.note("\(title), \(name): GB/s", Spread(row.seconds.map { gigabytes / $0 }))
        }
        note(comparison, "\(name): of the copy's speed", name, copyName, into: &report)
        note(
            comparison, "\(name): of the copy's speed by processor time", name, copyName,
            by: \.processorSeconds, into: &report)
    }

    private func note(
        _ comparison: Comparison, _ what: String, _ name: String, _ other: String,
        by time: KeyPath<Comparison.Row, [Double]> = \.seconds, into report: inout Report
    ) {
        guard let speed = comparison.speed(of: name, against: other, by: time) else { return }
        report.note("\(title), \(what)", speed)
    }

    private static func name(_ threads: Int) -> String { threads == 1 ? "1 thread" : "\(threads) threads" }
    private static func copyName(_ threads: Int) -> String { "copy of the bytes, " + name(threads) }
}
