import BenchmarkSupport

/// Measures reading and the kernels beside what the machine itself can copy; see README.md.
@main struct KernelBenchmarks {
    static func main() async { await Options.run(parts, rounds: 7, besides: ["--file", "--folder"]) }

    /// What `--only` can name.
    static let parts: [Options.Part] = [
        ("mvf-read", withPeak("mvf-read") { try await read(.mvf, &$0, $1) }),
        ("uvh5-read", withPeak("uvh5-read") { try await read(.uvh5, &$0, $1) }),
        ("uvh5-write", withPeak("uvh5-write", uvh5Write)),
        ("average", withPeak("average", average)),
        ("mask", withPeak("mask", mask)), ("autoflag", withPeak("autoflag", autoflag)),
        ("grid", withPeak("grid", grid)),
    ]

    /// A part whose peak of memory is noted.
    private static func withPeak(
        _ name: String,
        _ run: @escaping @Sendable (_ report: inout Report, _ options: Options) async throws -> Void
    ) -> @Sendable (inout Report, Options) async throws -> Void {
        { report, options in
            PeakMemory.reset()
            try await run(&report, options)
            if let peak = PeakMemory.mebibytes { report.note("\(name): peak resident memory, MiB", peak) }
        }
    }

    static func read(_ format: FileRead.Format, _ report: inout Report, _ options: Options) async throws {
        let file = try await FileRead.File(format, given: options.value(after: "--file"))
        defer { file.remove() }
        try await FileRead(format, file).measure(into: &report, options.rounds)
    }

    static func uvh5Write(_ report: inout Report, _ options: Options) async throws {
        let write = try await ObservationWrite(folder: options.value(after: "--folder"))
        try await write.measure(into: &report, options.rounds)
    }

    static func average(_ report: inout Report, _ options: Options) async throws {
        let blocks = try PointwiseBlocks(channels: 64)
        for bins in [2, 4] { try await blocks.average(bins).measure(into: &report, options.rounds) }
    }

    static func mask(_ report: inout Report, _ options: Options) async throws {
        let wide = try PointwiseBlocks(channels: 512)
        for kernel in [wide.mask(), wide.clip()] {
            try await kernel.measure(into: &report, options.rounds)
        }
    }

    static func autoflag(_ report: inout Report, _ options: Options) async throws {
        for channels in [64, 512] {
            try await FlaggerScan(channels: channels).kernel.measure(into: &report, options.rounds)
        }
    }

    static func grid(_ report: inout Report, _ options: Options) async throws {
        let field = try await GriddedField()
        print(field.summary)
        for kernel in [field.gathering, field.gridding, field.transform] {
            try await kernel.measure(into: &report, options.rounds)
        }
    }
}
