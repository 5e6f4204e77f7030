import BenchmarkSupport

/// Measures links, pools and fused loops beside their peers; see README.md.
@main struct RingBenchmarks {
    static func main() async { await Options.run(parts, rounds: 15) }

    /// What `--only` can name.
    static let parts: [Options.Part] = [
        ("hand-off", handOff), ("fan-out", fanOut), ("fill-sum", fillSum), ("overlap", overlap),
        ("fusion", fusion),
        ("allocations", allocations),
    ]

    static func handOff(_ report: inout Report, _ options: Options) async throws {
        for capacity in [1, 4, 8] {
            let comparison = try await Comparison(
                "hand-off, capacity \(capacity)", unit: "ns", rounds: options.rounds,
                contenders: HandOff.contenders(capacity: capacity)
            ) { $0 * 1e9 }
            report.add(comparison)
            guard capacity > 1 else { continue }
            for row in comparison.rows.dropFirst() {
                report.goal(
                    "hand-off at capacity \(capacity) against \(row.name), times", row.firstIsBetter.median,
                    atLeast: 1)
            }
        }
    }

    static func fanOut(_ report: inout Report, _ options: Options) async throws {
        report.add(
            try await Comparison(
                "fan-out, capacity 8", unit: "ns", rounds: options.rounds,
                contenders: [1, 2, 4].map { readers in
                    .init("\(readers) readers") { try await HandOff.fanOut(8, readers: readers, $0) }
                }
            ) { $0 * 1e9 })
    }

    static func fillSum(_ report: inout Report, _ options: Options) async throws {
        for (slabs, kibibytes) in [(3, 256), (6, 256), (10, 256), (3, 1024), (6, 1024), (10, 1024)] {
            let experiment = FillSum(slabs: slabs, byteCount: kibibytes << 10)
            let comparison = try await Comparison(
                "fill and sum, \(slabs) x \(kibibytes) KiB", unit: "GB/s",
                rounds: options.rounds,
                contenders: experiment.contenders
            ) { Double(kibibytes << 10) / $0 * 1e-9 }
            report.add(comparison)
        }
    }

    static func overlap(_ report: inout Report, _ options: Options) async throws {
        for microseconds in [1, 5, 20, 100] {
            let work = await Overlap(microseconds: Double(microseconds), capacity: 4)
            let comparison = try await Comparison(
                "two stages of \(microseconds) us a block", unit: "us", rounds: options.rounds,
                contenders: work.contenders
            ) { $0 * 1e6 }
            report.add(comparison)
            guard microseconds >= 20, let loop = comparison.row("one loop, one thread") else { continue }
            report.goal(
                "overlap of two stages of \(microseconds) us, of 2", loop.firstIsBetter.median, atLeast: 1.85)
            report.note(
                "the same if processor time were all, \(microseconds) us",
                2 * loop.firstIsBetterByProcessorTime.median)
        }
    }

    static func fusion(_ report: inout Report, _ options: Options) async throws {
        for (ends, kibibytes) in [(true, 256), (true, 1024), (false, 256), (false, 1024)] {
            let fusion = Fusion(byteCount: kibibytes << 10, ends: ends)
            let title = "\(ends ? "fill, three steps, sum" : "three steps"), \(kibibytes) KiB"
            let comparison = try await Comparison(
                title, unit: "GB/s", rounds: options.rounds, contenders: fusion.contenders
            ) { Double(kibibytes << 10) / $0 * 1e-9 }
            report.add(comparison)
            guard let loop = comparison.row("one loop over as many blocks") else { continue }
            if ends {
                report.goal(
                    "\(title): fused, two at once, against one loop", loop.firstIsBetter.median, atLeast: 0.8)
            } else {
                report.note("\(title): fused, two at once, against one loop", loop.firstIsBetter.median)
            }
        }
    }

    static func allocations(_ report: inout Report, _ options: Options) async throws {
        func check(_ what: String, atMost: Double, _ run: (Int) async throws -> Double) async throws {
            let found = try await Allocations(run: run)
            report.goal("allocations " + what, found.perItem, atMost: atMost)
            report.note("work items allocated by libdispatch " + what, found.byDispatch)
        }
        try await check("a hand-off", atMost: 0.01) { try await HandOff.link(4, $0) }
        try await check("a hand-off to three readers", atMost: 0.01) {
            try await HandOff.fanOut(4, readers: 3, $0)
        }
        try await check("a block through pool and link", atMost: 1.01) {
            try await FillSum(slabs: 6, byteCount: 4096).link($0)
        }
        try await check("a block through two links and a fused loop", atMost: 1.01) {
            try await Fusion(byteCount: 4096).fused($0, width: 2)
        }
    }
}
