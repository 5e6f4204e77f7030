import Visibilities

extension Graph {
    /// What the stages below one ask of the source's cut: bins multiply along a chain, branches take the least
    /// common multiple, of halos the widest.
    ///
    /// - Throws: an error of a stage that cannot take the observation, named after it; `PipelineError` when the
    ///   demand is beyond all windows.
    func demandBelow(_ index: Int, on observation: Observation) throws -> CutDemand {
        var common = CutDemand()
        for child in nodes[index].children {
            let node = nodes[child]
            let own: CutDemand
            let rest: CutDemand
            do {
                own = try node.stage.demand(on: observation)
                rest = try demandBelow(child, on: node.stage.observation(after: observation))
            } catch {
                throw RunError(stage: node.name, cause: error)
            }
            guard
                let times = Self.multiple(common.times, own.times, times: rest.times),
                let channels = Self.multiple(common.channels, own.channels, times: rest.channels)
            else {
                throw PipelineError(
                    "no window holds whole bins of all stages", at: "stage \(node.name)",
                    mend: "choose smaller bins")
            }
            common = CutDemand(
                times: times, channels: channels, halo: max(common.halo, Self.halo(own, rest, node.kind)))
        }
        return common
    }

    /// What a stage and those behind it want to see beside a sub-band, in the channels that come to it.
    private static func halo(_ own: CutDemand, _ rest: CutDemand, _ kind: StageKind) -> Int {
        let behind = kind == .pointwise ? saturatingProduct(rest.halo, own.channels) : 0
        return min(max(own.halo, behind, 0), Int(Int32.max))
    }

    /// lcm(common, own * rest), nil when it is no positive number of 31 bits.
    private static func multiple(_ common: Int, _ own: Int, times rest: Int) -> Int? {
        let limit = Int(Int32.max)
        guard (1...limit).contains(own), (1...limit).contains(rest) else { return nil }
        let product = own * rest
        guard product <= limit else { return nil }
        var (a, b) = (common, product)
        while b != 0 { (a, b) = (b, a % b) }
        let result = common / a * product
        return result <= limit ? result : nil
    }
}
