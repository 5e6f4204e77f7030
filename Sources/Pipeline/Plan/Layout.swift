import Rings

/// How the stages of a pipeline become tasks, links and pools.
struct Layout: Sendable {
    /// Stages that run as one task; more than one when they are fused.
    struct Group: Sendable {
        var stages: [Int]
        /// Blocks worked on at once.
        var width: Int
    }

    /// A stream between two tasks.
    struct LinkPlace: Sendable {
        let writer: Int
        let readers: [Int]
        let name: String
        let stream: StreamHead
    }

    /// From a maker of blocks to those who end them or make their own: the blocks of one pool.
    struct Segment: Sendable {
        let maker: Int
        let name: String
        let slabs: Int
        let slabByteCount: Int
        /// Whether it is that of what the maker's blocks bring along.
        var isCompanion = false
    }

    private(set) var groups: [Group] = []
    private(set) var links: [LinkPlace] = []
    private(set) var segments: [Segment] = []
    /// The maker of the blocks that each stage sends.
    private(set) var makers: [Int: Int] = [:]

    init(_ preparation: Preparation, threads: Int, linkCapacity: Int, fusion: Bool) {
        let stages = Dictionary(uniqueKeysWithValues: preparation.stages.map { ($0.index, $0) })
        let graph = preparation.graph
        for stage in preparation.stages {
            let parent = graph.nodes[stage.index].parent
            if stage.output != nil {
                makers[stage.index] = stage.ownsPool ? stage.index : parent.flatMap { makers[$0] }
            }
            if fusion, let parent, let above = stages[parent], stage.fuses(with: above),
                graph.nodes[parent].children.count == 1,
                let group = groups.firstIndex(where: { $0.stages.last == parent })
            {
                groups[group].stages.append(stage.index)
            } else {
                let width = stage.pointwise == nil || stage.needs.blocking ? 1 : threads
                groups.append(Group(stages: [stage.index], width: width))
            }
        }
        for group in groups {
            guard let writer = group.stages.last, let stream = stages[writer]?.output else { continue }
            let readers = graph.nodes[writer].children
            let names = readers.map { graph.nodes[$0].name }.joined(separator: ", ")
            links.append(
                LinkPlace(
                    writer: writer, readers: readers, name: "\(graph.nodes[writer].name) > \(names)",
                    stream: stream))
        }
        segments = preparation.stages.filter(\.ownsPool).flatMap { segments(of: $0, stages, linkCapacity) }
    }

    /// A declared number of blocks, cut where any plan is refused anyway so that sums cannot overflow.
    private static func count(_ blocks: Int) -> Int { min(max(blocks, 0), 1 << 40) }

    private func segments(of maker: PreparedStage, _ stages: [Int: PreparedStage], _ capacity: Int)
        -> [Segment]
    {
        let blocks = Segment(
            maker: maker.index, name: maker.name, slabs: places(of: maker, stages, capacity) { $0.holds },
            slabByteCount: maker.output?.slabByteCount ?? 0)
        guard let output = maker.output, output.companionByteCount > 0 else { return [blocks] }
        let slabs = saturatingProduct(
            output.companions, places(of: maker, stages, capacity) { $0.haloHolds ?? $0.holds })
        return [
            blocks,
            Segment(
                maker: maker.index, name: "halo of \(maker.name)", slabs: slabs,
                slabByteCount: output.companionByteCount, isCompanion: true),
        ]
    }

    /// The places where blocks of a maker can be, with what each stage holds of them.
    private func places(
        of maker: PreparedStage, _ stages: [Int: PreparedStage], _ capacity: Int, _ holds: (Needs) -> Int
    ) -> Int {
        var places = BlockPlaces(makes: Self.count(maker.needs.makes))
        for link in links where makers[link.writer] == maker.index {
            let consumers = link.readers.map { reader in
                let group = groups.first { $0.stages.first == reader } ?? Group(stages: [reader], width: 1)
                let held = group.stages.reduce(0) {
                    saturatingSum($0, stages[$1].map { holds($0.needs) } ?? 0)
                }
                return BlockPlaces.Consumer(width: group.width, holds: Self.count(held), changes: true)
            }
            // Every consumer gets room for a copy: one that sends without giving up its own hold costs memory, not the run.
            places.addLink(capacity: capacity, shared: true, consumers: consumers)
        }
        return places.slabs
    }
}

extension PreparedStage {
    fileprivate func fuses(with above: PreparedStage) -> Bool {
        pointwise != nil && above.pointwise != nil && !needs.blocking && !above.needs.blocking
    }
}
