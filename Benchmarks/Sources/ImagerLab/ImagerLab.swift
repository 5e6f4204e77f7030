import BenchmarkSupport
import Foundation
import Imaging
import Tiles

/// Images and predicts raw visibilities in memory: what imagers are judged by without files and streams around them.
@main
struct ImagerLab {
    private static let options = [
        "--case", "--size", "--cell", "--epsilon", "--psf", "--threads", "--rows", "--out", "--model",
        "--precision",
    ]

    static func main() async {
        await Options.run(
            [
                (name: "dirty", run: dirty), (name: "predict", run: predict), (name: "weights", run: weights),
                (name: "clean", run: clean),
            ],
            rounds: 1, besides: options + ImagingWeightsFile.options + CleanedImage.options)
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

    /// Imaging weights of all rows, in float32 [row][channel]; nothing without `--out`.
    private static func weights(_ report: inout Report, _ options: Options) async throws {
        guard let path = options.value(after: "--out"), options.only != nil else { return }
        let visibilities = try ImagerCase(folder: try options.text("--case"))
        try ImagingWeightsFile(visibilities, try settings(options).geometry, options)
            .write(visibilities, to: path)
    }

    /// CLEAN of all rows; only when it is asked for.
    private static func clean(_ report: inout Report, _ options: Options) async throws {
        guard options.only != nil else { return }
        let visibilities = try ImagerCase(folder: try options.text("--case"))
        Threads.width = try options.number("--threads") { Int($0) } ?? 1
        let rows = try options.number("--rows") { Int($0) } ?? visibilities.uvw.count
        for _ in 0..<options.rounds.count {
            try await CleanedImage(try settings(options), options)
                .make(visibilities, rows: max(rows, 1), prefix: options.value(after: "--out"))
        }
    }

    /// The dirty image of all rows, in float32 [row][column], or float64 of double precision.
    private static func dirty(_ report: inout Report, _ options: Options) async throws {
        let visibilities = try ImagerCase(folder: try options.text("--case"))
        let settings = try settings(options)
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
                let pixels = result.doubles.map { Data(numbers: $0.dirty) } ?? Data(numbers: result.dirty)
                try pixels.write(to: URL(fileURLWithPath: path))
            }
        }
        print(String(format: "%.0f MiB above the data", (PeakMemory.mebibytes ?? 0) - before))
    }

    private static func settings(_ options: Options) throws -> ImageSettings {
        let size = try options.text("--size").split(separator: "x").compactMap { Int($0) }
        guard let width = size.first, let height = size.last, size.count <= 2 else {
            throw OptionError("no size", "--size", "pixels, WIDTH or WIDTHxHEIGHT")
        }
        let cell = try options.number("--cell", Double.init) ?? 2
        let geometry = try ImageGeometry(width: width, height: height, cell: cell / 3600 * .pi / 180)
        return ImageSettings(
            geometry: geometry, epsilon: try options.number("--epsilon", Double.init) ?? 1e-4,
            psf: options.value(after: "--psf") == "yes",
            precision: try options.number("--precision", Precision.init) ?? .single)
    }

    /// The visibilities of a model at all rows, in complex64 [row][channel], or complex128 of double precision; only when
    /// they are asked for.
    private static func predict(_ report: inout Report, _ options: Options) async throws {
        guard options.only != nil else { return }
        let visibilities = try ImagerCase(folder: try options.text("--case"))
        let settings = try settings(options)
        Threads.width = try options.number("--threads") { Int($0) } ?? 1
        let rows = try options.number("--rows") { Int($0) } ?? visibilities.uvw.count
        var batches = visibilities.batches(rows: max(rows, 1), settings.precision)
        let model = try model(options, settings.geometry)
        PeakMemory.reset()
        let before = PeakMemory.mebibytes ?? 0
        let clock = ContinuousClock()
        for _ in 0..<options.rounds.count {
            let (start, processor) = (clock.now, Foundation.clock())
            let coverage = try UVCoverage(rows: visibilities.uvw, frequencies: visibilities.frequencies)
            let plan = try GridPlan(settings, coverage: coverage)
            let planned = clock.now
            let degridder = try await Degridder(plan, model: model)
            let transformed = clock.now
            for index in batches.indices { try await degridder.predict(into: &batches[index], .replace) }
            let end = clock.now
            print(
                String(
                    format: "total %.3f s, plan %.3f, transform %.3f, degrid %.3f, processor %.3f s",
                    (end - start) / .seconds(1), (planned - start) / .seconds(1),
                    (transformed - planned) / .seconds(1), (end - transformed) / .seconds(1),
                    Double(Foundation.clock() - processor) / Double(CLOCKS_PER_SEC)))
            print("\(plan.summary); modelled error \(plan.expectedError)")
        }
        print(String(format: "%.0f MiB above the data", (PeakMemory.mebibytes ?? 0) - before))
        if let path = options.value(after: "--out") {
            var bytes = Data()
            for batch in batches {
                bytes.append(Data(numbers: batch.visibilities))
                bytes.append(Data(numbers: batch.doubles))
            }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
    }

    /// The model of `--model`, float32 [row][column].
    private static func model(_ options: Options, _ geometry: ImageGeometry) throws -> [Float] {
        let path = try options.text("--model")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard bytes.count == 4 * geometry.width * geometry.height else {
            throw OptionError("\(bytes.count) bytes", path, "a float32 for each pixel")
        }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
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
