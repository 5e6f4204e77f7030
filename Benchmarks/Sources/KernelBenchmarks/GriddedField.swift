import BenchmarkSupport
import Imaging
import Rings
import Tiles
import Visibilities

/// One window of a field: its blocks, the batch made of them, and the plan of its image.
struct GriddedField: Sendable {
    /// An imager that is used by one task at a time.
    private final class Bench: @unchecked Sendable {
        private var imager: Imager?

        init(_ plan: GridPlan) { imager = Imager(plan) }

        func grid(_ batch: VisibilityBatch) async throws { try await imager?.grid(batch) }

        func finish() async throws -> ImageResult? {
            guard let complete = imager.take() else { return nil }
            return try await complete.finish()
        }
    }

    private let blocks: [VisibilityBlock]
    private let baselines: [Baseline]
    private let stokes: ImagedProducts
    private let weights: ImagingWeights
    private let batch: VisibilityBatch
    private let plan: GridPlan

    /// What is gridded onto what.
    var summary: String {
        "\(batch.rows) rows x \(batch.frequencies.count) channels; \(plan.summary), without a point spread function"
    }

    /// 32 antennas, 64 dumps of 8 s, 128 channels of 1.67 MHz, XX and YY; 2048 x 2048 pixels of 2", Briggs 0, epsilon 1e-4.
    init() async throws {
        let input = try SimulatedInput(
            antennas: 32, dumps: 64, channels: 128, subband: 128, polarisations: [.xx, .yy])
        let pool = input.pool(input.cut.tiles.count)
        blocks = try await mapTiles(input.cut.tiles.count, width: 2) { try input.block(tile: $0, from: pool) }
        baselines = input.cut.observation.baselines
        stokes = try ImagedProducts.sets([.i], from: input.cut.observation.polarisations)[0]
        let geometry = try ImageGeometry(width: 2048, height: 2048, cell: 2 / 3600 * .pi / 180)
        let coverage = try UVCoverage(input.cut, field: 0)
        plan = try GridPlan(ImageSettings(geometry: geometry, epsilon: 1e-4, psf: false), coverage: coverage)
        var density = DensityGrid(geometry)
        density.predict(coverage)
        weights = try ImagingWeights(.briggs(0), density: density)
        batch = try Self.gather(blocks, baselines, stokes, weights)
    }

    private static func gather(
        _ blocks: [VisibilityBlock], _ baselines: [Baseline], _ stokes: ImagedProducts,
        _ weights: ImagingWeights
    ) throws -> VisibilityBatch {
        var batch = ProductBatch(stokes, frequencies: blocks[0].context.frequencies)
        for block in blocks {
            let whole = BlockRegion(
                times: 0..<block.shape.times, channels: 0..<block.shape.channels)
            try batch.append(block, whole, baselines: baselines)
        }
        try batch.weigh(by: weights)
        return batch.batches()[0]
    }

    /// Stokes I of all blocks, and their imaging weights; on one thread in the engine too.
    var gathering: Kernel {
        let (blocks, baselines, stokes, weights) = (blocks, baselines, stokes, weights)
        let samples = blocks.reduce(0) { $0 + $1.sampleCount }
        return Kernel(
            title: "Stokes I and weights", samples: samples, bytesPerSample: 13, isParallel: false
        ) { items, _ in
            var took = Took()
            try await took.time {
                for _ in 0..<items {
                    let batch = try Self.gather(blocks, baselines, stokes, weights)
                    precondition(batch.rows > 0)
                }
            }
            return took
        }
    }

    /// Adds the batch to the planes; a sample is one of Stokes I.
    var gridding: Kernel {
        let (batch, bench) = (batch, Bench(plan))
        return Kernel(title: "gridding", samples: batch.visibilities.count, bytesPerSample: 12) {
            items, threads in
            Threads.width = threads
            var took = Took()
            try await took.time { for _ in 0..<items { try await bench.grid(batch) } }
            return took
        }
    }

    /// Transforms the planes; a sample is a pixel of one plane. Gridding before it is not timed.
    var transform: Kernel {
        let (batch, plan) = (batch, plan)
        let pixels = plan.settings.geometry.width * plan.settings.geometry.height
        return Kernel(
            title: "final transform, pixels x planes", samples: pixels * plan.planeCount, bytesPerSample: 4
        ) { items, threads in
            var took = Took()
            for _ in 0..<items {
                let bench = Bench(plan)
                Threads.width = 2
                try await bench.grid(batch)
                Threads.width = threads
                try await took.time { _ = try await bench.finish() }
            }
            return took
        }
    }
}
