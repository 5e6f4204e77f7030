import CPlatform
import Foundation

/// A result as the report lists it.
public struct OutputReport: Sendable, Hashable, Codable {
    /// Its final path.
    public var path: String
    /// The stage that wrote it.
    public var stage: String
    /// Its size in bytes.
    public var bytes: Int
    /// SHA-256, hexadecimal.
    public var sha256: String
}

/// What a run was and how it went: the JSON file beside the results.
public struct RunReport: Sendable, Codable {
    /// The machine.
    public struct Host: Sendable, Codable {
        /// Its name in the network.
        public var name: String
        /// Operating system and version.
        public var system: String
        /// CPUs that the process may use.
        public var cpus: Int
        /// RAM, bytes.
        public var memory: Int
    }

    /// When it ran.
    public struct Times: Sendable, Codable {
        /// Start, UTC, ISO 8601.
        public var started: String
        /// End, UTC, ISO 8601.
        public var ended: String
        /// From start to end, seconds.
        public var seconds: Double
    }

    /// The format of this file.
    public var schema = "sluice-report/1"
    /// The version of Sluice.
    public var version = Sluice.version
    /// The pipeline's name.
    public var pipeline: String
    /// What the process ends with.
    public var exitCode: Int32
    /// Why it did not end well, on one line.
    public var error: String?
    /// The stage that failed.
    public var stage: String?
    /// The machine.
    public var host: Host
    /// When it ran.
    public var times: Times
    /// Largest resident size of the process so far, bytes.
    public var peakResidentBytes: Int
    /// Engine options that change no bit.
    public var options: Options
    /// What was planned; nil when the pipeline did not get that far.
    public var plan: Plan?
    /// Counts, waits and occupancy at the end; nil when nothing ran.
    public var run: RunSnapshot?
    /// Files that were read.
    public var inputs: [InputRecord]
    /// Results, empty unless all were committed.
    public var outputs: [OutputReport]

    /// Engine options.
    public struct Options: Sendable, Codable {
        /// Blocks that each link stores.
        public var linkCapacity: Int
        /// Bytes in a tile.
        public var tileBytes: Int
        /// Whether neighbouring pointwise stages ran as one task.
        public var fusion: Bool
        /// Whether results might be replaced.
        public var overwrite: Bool
    }

    /// Whether nothing is at a path, or a text in braces: a slip of the pen must not cost data.
    private static func mayReplace(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var first: UInt8 = 0
        return read(descriptor, &first, 1) == 0 || first == UInt8(ascii: "{")
    }

    static var peakResidentBytes: Int { Int(clamping: sluice_peak_resident()) }

    /// Writes the report beside itself and renames it, replacing an older one.
    ///
    /// - Throws: `SystemError`, or an encoding error.
    public func write(to path: String) throws {
        guard Self.mayReplace(path) else {
            throw PipelineError(
                "a file that is no report is in the place of the report", at: path,
                mend: "write the report elsewhere")
        }
        let text = try jsonText(self)
        let output = PendingOutput(finalPath: path, stage: "report", overwrite: true)
        try output.open()
        defer { output.leave() }
        let descriptor = open(output.temporaryPath, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError("cannot write the report", path) }
        defer { close(descriptor) }
        guard writeAll(descriptor, text), fsync(descriptor) == 0, rename(output.temporaryPath, path) == 0
        else { throw SystemError("cannot write the report", path) }
    }
}

extension RunReport.Host {
    init(_ resources: Resources) {
        // `ProcessInfo.hostName` may ask a name server and wait for it.
        var name = [CChar](repeating: 0, count: 256)
        _ = gethostname(&name, name.count - 1)
        self.init(
            name: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
            system: ProcessInfo.processInfo.operatingSystemVersionString, cpus: resources.cpus.value,
            memory: resources.physicalMemory)
    }
}
