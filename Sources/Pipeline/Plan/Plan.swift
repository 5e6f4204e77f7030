/// What a run will do, known before any sample is read.
public struct Plan: Sendable, Codable {
    /// A stage as it will run.
    public struct Stage: Sendable, Codable {
        /// Its name in this pipeline.
        public var name: String
        /// What kind of stage it is.
        public var kind: StageKind
        /// The stage it reads; nil for a source.
        public var reads: String?
        /// Its parameters as given.
        public var parameters: [StageParameter]
        /// Stages whose work it does while reading.
        public var absorbs: [String]
        /// Number of the task it runs in; fused stages share one.
        public var task: Int
        /// Work memory while blocks stream, bytes.
        public var workBytes: Int
        /// Memory in its final phase, bytes.
        public var finalBytes: Int
        /// Blocks it holds beyond those in hand.
        public var holds: Int
        /// What it has to say about this observation.
        public var notes: [String]
    }

    /// Stages that run as one task.
    public struct Task: Sendable, Codable {
        /// Their names.
        public var stages: [String]
        /// Blocks worked on at once.
        public var width: Int
        /// Whether it has a thread of its own because it blocks.
        public var blocking: Bool
    }

    /// A stream between two tasks.
    public struct Link: Sendable, Codable {
        /// Who writes.
        public var from: String
        /// Who reads.
        public var to: [String]
        /// Blocks it stores.
        public var capacity: Int
        /// The largest block, in words.
        public var block: String
        /// Bytes of the slab of the largest block.
        public var blockBytes: Int
        /// How much will flow, where that is known.
        public var schedule: StreamSchedule?
    }

    /// A pool of slabs.
    public struct Pool: Sendable, Codable {
        /// The stage that makes its blocks.
        public var maker: String
        /// Places where a block can be at once.
        public var slabs: Int
        /// Bytes of each.
        public var slabBytes: Int
    }

    /// The pipeline's name.
    public var pipeline: String
    /// Threads, and why so many.
    public var threads: Limit
    /// The limit of memory, and where it comes from.
    public var memoryLimit: Limit
    /// Whether neighbouring pointwise stages run as one task.
    public var fusion: Bool
    /// The stages.
    public var stages: [Stage]
    /// The tasks.
    public var tasks: [Task]
    /// The links.
    public var links: [Link]
    /// The pools.
    public var pools: [Pool]
    /// Memory at most.
    public var memory: MemoryPlan
    /// Files to read.
    public var inputs: [InputRecord]
    /// Files to write.
    public var outputs: [String]
}

extension Plan {
    init(
        _ preparation: Preparation, _ layout: Layout, options: RunOptions, threads: Limit, memoryLimit: Limit
    ) {
        let nodes = preparation.graph.nodes
        pipeline = preparation.ledger.pipeline
        self.threads = threads
        self.memoryLimit = memoryLimit
        fusion = options.fusion
        stages = Self.stages(preparation, layout)
        let blocking = Set(preparation.stages.filter(\.needs.blocking).map(\.index))
        tasks = layout.groups.map { group in
            Task(
                stages: group.stages.map { nodes[$0].name }, width: group.width,
                blocking: group.stages.contains { blocking.contains($0) })
        }
        links = layout.links.map { link in
            Link(
                from: nodes[link.writer].name, to: link.readers.map { nodes[$0].name },
                capacity: options.linkCapacity, block: link.stream.blockText,
                blockBytes: link.stream.slabByteCount, schedule: link.stream.schedule)
        }
        pools = layout.segments.map {
            Pool(
                maker: $0.isCompanion ? $0.name : nodes[$0.maker].name, slabs: $0.slabs,
                slabBytes: $0.slabByteCount)
        }
        memory = MemoryPlan(preparation.stages, layout, linkCapacity: options.linkCapacity)
        inputs = preparation.ledger.inputs
        outputs = preparation.outputs.outputs.map(\.finalPath)
    }

    private static func stages(_ preparation: Preparation, _ layout: Layout) -> [Stage] {
        let nodes = preparation.graph.nodes
        return preparation.stages.map { stage in
            let node = nodes[stage.index]
            return Stage(
                name: stage.name, kind: stage.kind, reads: node.parent.map { nodes[$0].name },
                parameters: node.parameters,
                absorbs: nodes.filter { $0.absorbedBy == stage.index }.map(\.name),
                task: layout.groups.firstIndex { $0.stages.contains(stage.index) } ?? 0,
                workBytes: stage.needs.workBytes, finalBytes: stage.needs.finalBytes,
                holds: stage.needs.holds, notes: stage.context.notes)
        }
    }
}
