import Foundation

/// A whole benchmark: its JSON file, and what table and picture are made from.
public struct BenchmarkReport: Sendable, Codable {
    /// What a stage, or everything together, would take for an observation of the size asked for.
    public struct Estimate: Sendable, Codable {
        /// The stage or the pipeline.
        public var name: String
        /// Threads.
        public var threads: Int
        /// Hours at work.
        public var hours: Double
    }

    /// The format of this file.
    public var schema = "sluice-benchmark/1"
    /// The version of Sluice.
    public var version = Sluice.version
    /// Whether the program was built with optimisation; figures of a debug build mean nothing.
    public var optimised: Bool
    /// The machine.
    public var host: RunReport.Host
    /// The processor's name, where the system tells it.
    public var processor: String?
    /// Load of the machine, average over a minute, before and after.
    public var load: [Double]
    /// The data in words.
    public var data: String
    /// Timed rounds.
    public var rounds: Int
    /// What was measured, each in a process of its own.
    public var parts: [BenchmarkPart]
    /// The observation that hours are estimated for, as it was written.
    public var observation: String?
    /// The hours.
    public var estimates: [Estimate] = []

    /// A report of parts; the load is read now.
    ///
    /// - Parameter loadBefore: the load when the benchmark began.
    public init(
        data: String, rounds: Int, parts: [BenchmarkPart], loadBefore: Double, observation: ObservationSize?
    ) {
        optimised = !_isDebugAssertConfiguration()
        host = RunReport.Host(Resources())
        processor = Self.processor
        load = [loadBefore, Self.load]
        self.data = data
        self.rounds = rounds
        self.parts = parts
        guard let observation else { return }
        self.observation = observation.text
        estimates = parts.flatMap { part in Self.estimates(part, samples: observation.samples) }
    }

    private static func estimates(_ part: BenchmarkPart, samples: Double) -> [Estimate] {
        guard part.error == nil else { return [] }
        var seconds = part.stages.map { stage in
            (stage.name, stage.estimate(samples: samples, sourceSamples: part.sourceSamples))
        }
        if part.stages.count > 1 { seconds.append((part.subject, part.estimate(samples: samples))) }
        return seconds.map { Estimate(name: $0.0, threads: part.threads, hours: $0.1 / 3600) }
    }

    /// The timed rounds in words.
    public var roundsText: String { rounds == 1 ? "1 round" : "\(rounds) rounds" }

    /// The report as JSON.
    public func json() throws -> String { try jsonText(self) }

    /// Load of the machine, 1-minute average.
    public static var load: Double {
        var loads = [0.0]
        return getloadavg(&loads, 1) == 1 ? loads[0] : 0
    }

    private static var processor: String? {
        let cpus = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = cpus.split(separator: "\n").first { $0.hasPrefix("model name") }
        return model?.split(separator: ":").last?.trimmingSpaces()
    }
}
