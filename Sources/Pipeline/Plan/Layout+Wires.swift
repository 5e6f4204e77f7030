import Rings

extension Layout {
    /// Makes the links and pools; memory of slabs is taken when blocks are first made.
    func wires(linkCapacity: Int) -> Wires {
        Wires(
            links: Dictionary(
                uniqueKeysWithValues: links.map { ($0.writer, $0.stream.makeLink($0.name, linkCapacity)) }),
            pools: pools(segments.filter { !$0.isCompanion }),
            companions: pools(segments.filter(\.isCompanion)), makers: makers)
    }

    private func pools(_ segments: [Segment]) -> [Int: SlabPool] {
        Dictionary(
            uniqueKeysWithValues: segments.map {
                ($0.maker, SlabPool($0.name, slabs: $0.slabs, byteCount: $0.slabByteCount))
            })
    }
}
