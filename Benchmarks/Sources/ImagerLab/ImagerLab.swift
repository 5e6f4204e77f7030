import BenchmarkSupport
import Foundation
import Imaging
import Tiles

/// Images raw visibilities in memory: what imagers are judged by without files and streams around them.
@main
struct ImagerLab {
    private static let options = [
        "--case", "--size", "--cell", "--epsilon", "--psf", "--threads", "--rows", "--out",
    ]

    static func main() async {
        await Options.run([(name: "dirty", run: dirty)], rounds: 1, besides: options)
    }

    /// Seconds of the parts of an image.
    private struct Took {
        var plan = 0.0
        var grid = 0.0
        var transform = 0.0
        var processor = 0.0

        var total: Double { plan + grid + transform }

        var line: String {
            String(
                format: "total %.3f s, plan %.3f, grid %.3f, transform %.3f, processor %.3f s", total, plan,
                grid,
                transform, processor)
        }
    }

    /// The dirty image of all rows, in float32 [row][column].
    private static func dirty(_ report: inout Report, _ options: Options) async throws {
        let visibilities = try ImagerCase(folder: try options.text("--case"))
        let size = try options.text("--size").split(separator: "x").compactMap { Int($0) }
        guard let width = size.first, let height = size.last, size.count <= 2 else {
            throw OptionError("no size", "--size", "pixels, WIDTH or WIDTHxHEIGHT")
        }
        let cell = try options.number("--cell", Double.init) ?? 2
        let geometry = try ImageGeometry(width: width, height: height, cell: cell / 3600 * .pi / 180)
        let settings = ImageSettings(
            geometry: geometry, epsilon: try options.number("--epsilon", Double.init) ?? 1e-4,
            psf: options.value(after: "--psf") == "yes")
        Threads.width = try options.number("--threads") { Int($0) } ?? 1
        let rows = try options.number("--rows") { Int($0) } ?? visibilities.uvw.count
        let batches = visibilities.batches(rows: max(rows, 1))
        PeakMemory.reset()
        let before = PeakMemory.mebibytes ?? 0
        for _ in 0..<options.rounds.count {
            let (took, plan, result) = try await image(settings, visibilities, batches)
            print(took.line)
            print("\(plan.summary); modelled error \(plan.expectedError)")
            if let path = options.value(after: "--out") {
                try result.dirty.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
            }
        }
        print(String(format: "%.0f MiB above the data", (PeakMemory.mebibytes ?? 0) - before))
    }

    private static func image(
        _ settings: ImageSettings, _ visibilities: ImagerCase, _ batches: [VisibilityBatch]
    ) async throws -> (Took, GridPlan, ImageResult) {
        var took = Took()
        let clock = ContinuousClock()
        let (start, processor) = (clock.now, clock_t(Foundation.clock()))
        let coverage = try UVCoverage(rows: visibilities.uvw, frequencies: visibilities.frequencies)
        let plan = try GridPlan(settings, coverage: coverage)
        var imager = Imager(plan)
        let planned = clock.now
        for batch in batches { try await imager.grid(batch) }
        let gridded = clock.now
        let result = try await imager.finish()
        took.plan = (planned - start) / .seconds(1)
        took.grid = (gridded - planned) / .seconds(1)
        took.transform = (clock.now - gridded) / .seconds(1)
        took.processor = Double(Foundation.clock() - processor) / Double(CLOCKS_PER_SEC)
        return (took, plan, result)
    }
}
