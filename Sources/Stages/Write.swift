import Formats
import Parameters
import Pipeline
import Rings
import Visibilities

/// Writes the stream as an observation in the format that the name's suffix tells: MeerKAT HDF5 (MVF v3), with what its
/// source file knows carried through, or UVH5.
public struct Write: Sink {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter("The file to write; .h5 is MVF v3, .uvh5 is UVH5") var output: OutputPath

        /// The defaults; `output` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "write"
    /// One line for `sluice stages`.
    public static let summary = "writes an observation: MeerKAT HDF5 (MVF v3) or UVH5"

    private let settings: Settings
    private let format: any OutputFormat.Type
    private var prepared: Prepared?

    private struct Prepared: Sendable {
        let format: any OutputFormat
        let context: StageContext
        let output: PendingOutput
    }

    /// Checks that the name's suffix is a format's.
    public init(_ settings: Settings) throws {
        guard let format = OutputFormats.format(of: settings.output.path) else {
            let known = OutputFormats.all.map { "\($0.suffix) (\($0.formatName))" }
            throw settings.$output.error(
                "the suffix tells no format",
                mend: "write to a name that ends in \(known.joined(separator: " or "))")
        }
        self.settings = settings
        self.format = format
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let prepared else { return Needs(blocking: true) }
        return Needs(
            holds: prepared.format.heldBlocks,
            workBytes: prepared.format.workByteCount(threads: prepared.context.threads), blocking: true)
    }

    /// Checks that the format can hold the stream and claims the result.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        try context.inspect(header.observation.origins, for: .copying)
        let path = settings.output.path
        let format = try format.init(header, path: path)
        let output = try context.outputs.claim(path, suggesting: "choose another name")
        prepared = Prepared(format: format, context: context, output: output)
    }

    /// Writes window by window.
    public func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let prepared else { preconditionFailure("write runs only after it was prepared") }
        let writer = try prepared.format.makeFile(
            prepared.output.temporaryPath, threads: prepared.context.threads)
        for try await block in input { try await writer.write(block) }
        try writer.finish(history: prepared.context.record.history())
    }
}
