/// The planes of a model: the blocks of a plan, and those that batches need besides.
struct ModelPlanes: Sendable {
    private let plan: GridPlan
    private let model: [Float]
    private(set) var storage: BlockStorage
    /// Blocks that are filled in.
    private var filled = 0

    /// Transforms a model, [row][column], to the blocks of a plan.
    init(_ plan: GridPlan, model: [Float]) async throws {
        self.plan = plan
        self.model = model
        storage = BlockStorage(blocks: plan.blocks.count)
        try await extend(to: plan.blocks)
    }

    /// Fills in the blocks that a map has besides; it begins with the plan's.
    mutating func extend(to blocks: BlockMap) async throws {
        guard blocks.count > filled else { return }
        storage.grow(to: blocks.count)
        try await ModelTransform(plan, blocks).fill(storage, with: model, from: filled)
        filled = blocks.count
    }
}
