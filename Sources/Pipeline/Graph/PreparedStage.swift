import Rings
import Visibilities

/// A stage that has seen its header: what it needs, what it makes, and how to start it once links and pools exist.
struct PreparedStage: Sendable {
    let index: Int
    let name: String
    let kind: StageKind
    let context: StageContext
    let needs: Needs
    /// The stream it reads.
    let input: StreamHead?
    /// The stream it makes.
    let output: StreamHead?
    /// Whether its blocks come from a pool of its own.
    let ownsPool: Bool
    /// The stage itself where it can be fused.
    let pointwise: (any Pointwise)?
    /// Joins its links; called once, before any stage runs.
    let wire: @Sendable (Wires) throws -> StageTask
}

extension PreparedStage {
    init<S: Source>(_ source: S, _ index: Int, _ context: StageContext) throws {
        var source = source
        let header = try source.prepare(context)
        let ready = source
        self.init(
            index: index, name: context.name, kind: .source, context: context, needs: ready.needs, input: nil,
            output: StreamHead(S.Output.self, header), ownsPool: true, pointwise: nil,
            wire: { wires in
                let outlet = try wires.outlet(of: index, as: S.Output.self)
                return StageTask(stages: [index], name: context.name, blocking: ready.needs.blocking) {
                    await ending(context.name, output: outlet.writer) { try await ready.run(into: outlet) }
                }
            })
    }

    init<S: Transform>(_ transform: S, _ index: Int, _ context: StageContext, reads input: Upstream) throws {
        var transform = transform
        let header = try transform.prepare(input.header(S.Input.self, for: context.name), context)
        let ready = transform
        if S.inPlace, S.Input.self != S.Output.self {
            throw PipelineError(
                "in place, yet it makes other blocks than it reads", at: "stage \(context.name)",
                mend: "let \(S.self).inPlace be false")
        }
        self.init(
            index: index, name: context.name, kind: .transform, context: context, needs: ready.needs,
            input: input.stream, output: StreamHead(S.Output.self, Self.withoutHalo(header)),
            ownsPool: !S.inPlace,
            pointwise: nil,
            wire: { wires in
                let reader = try wires.reader(of: input.index, as: S.Input.self)
                let outlet = try wires.outlet(of: index, as: S.Output.self)
                return StageTask(stages: [index], name: context.name, blocking: ready.needs.blocking) {
                    await ending(context.name, input: reader, output: outlet.writer) {
                        try await ready.run(reader, into: outlet)
                    }
                }
            })
    }

    /// Only pointwise stages treat halos as they treat blocks: what a transform passes on has none that counts.
    private static func withoutHalo<Header>(_ header: Header) -> Header {
        guard var cut = header as? ObservationCut else { return header }
        cut.halo = 0
        return cut as? Header ?? header
    }

    init<S: Pointwise>(_ pointwise: S, _ index: Int, _ context: StageContext, reads input: Upstream) throws {
        var pointwise = pointwise
        let header = try pointwise.prepare(input.header(VisibilityBlock.self, for: context.name), context)
        let ready = pointwise
        self.init(
            index: index, name: context.name, kind: .pointwise, context: context, needs: ready.needs,
            input: input.stream, output: StreamHead(VisibilityBlock.self, header), ownsPool: false,
            pointwise: ready, wire: { _ in throw WiringError.pointwiseOutsideGroup })
    }

    init<S: Sink>(_ sink: S, _ index: Int, _ context: StageContext, reads input: Upstream) throws {
        var sink = sink
        try sink.prepare(input.header(S.Input.self, for: context.name), context)
        let ready = sink
        self.init(
            index: index, name: context.name, kind: .sink, context: context, needs: ready.needs,
            input: input.stream, output: nil, ownsPool: false, pointwise: nil,
            wire: { wires in
                let reader = try wires.reader(of: input.index, as: S.Input.self)
                return StageTask(stages: [index], name: context.name, blocking: ready.needs.blocking) {
                    await ending(context.name, input: reader) { try await ready.run(reader) }
                }
            })
    }
}

/// The stage above one, as far as `prepare` needs it.
struct Upstream {
    let index: Int
    let name: String
    let stream: StreamHead

    func header<Element: Streamable>(_ element: Element.Type, for reader: String) throws -> Element.Header {
        try stream.header(for: element, reader: reader, writer: name)
    }
}
