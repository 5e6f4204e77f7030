import Formats
import Parameters
import Pipeline
import Rings
import Visibilities

/// Writes the stream as an observation: MeerKAT HDF5 (MVF v3), with what its source file knows carried through.
public struct Write: Sink {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter("The file to write; .h5 is MVF v3") var output: OutputPath

        /// The defaults; `output` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "write"
    /// One line for `sluice stages`.
    public static let summary = "writes an observation: MeerKAT HDF5 (MVF v3)"

    private let settings: Settings
    private var prepared: Prepared?

    private struct Prepared: Sendable {
        let cut: ObservationCut
        let source: MVF3View?
        let context: StageContext
        let output: PendingOutput
    }

    /// Checks that the name's suffix is a format's.
    public init(_ settings: Settings) throws {
        guard settings.output.path.hasSuffix(".h5") else {
            throw settings.$output.error(
                "the suffix tells no format", mend: "write to a name that ends in .h5 (MVF v3)")
        }
        self.settings = settings
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let prepared else { return Needs(blocking: true) }
        return Needs(
            holds: MVF3Writer.heldBlocks(prepared.cut),
            workBytes: MVF3Writer.workByteCount(
                prepared.cut, copying: prepared.source, threads: prepared.context.threads),
            blocking: true)
    }

    /// Checks that the format can hold the stream and claims the result.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        let source = try header.observation.origin.map { try MVF3File(path: $0).select() }
        let path = settings.output.path
        try MVF3Writer.check(header, copying: source, path: path)
        let output = try context.outputs.claim(path, suggesting: "choose another name or add --overwrite")
        prepared = Prepared(cut: header, source: source, context: context, output: output)
    }

    /// Writes window by window.
    public func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let prepared else { preconditionFailure("write runs only after it was prepared") }
        let writer = try MVF3Writer(
            path: prepared.output.temporaryPath, cut: prepared.cut, copying: prepared.source,
            threads: prepared.context.threads)
        for try await block in input { try await writer.write(block) }
        try writer.finish(history: prepared.context.record.history())
    }
}
