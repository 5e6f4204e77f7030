import TestSupport
import Testing
import Visibilities

@testable import Imaging

@Suite struct GriddingSchemeTests {
    private func scheme(
        field: Double = 1, w: Double = 1e4, samples: Int = 1_000_000, epsilon: Double,
        precision: Precision = .single
    ) throws -> GriddingScheme {
        let width = 1024
        let image = try ImageGeometry(width: width, height: width, cell: field * .pi / 180 / Double(width))
        let reach = 0.3 / image.cell
        return try GriddingScheme(
            image, extent: CoverageExtent(u: reach, v: reach, w: w), samples: samples, epsilon: epsilon,
            precision: precision)
    }

    @Test(
        "the chosen kernels keep the accuracy by the model, and it is not kept for nothing",
        arguments: [(1e-2, Precision.single), (1e-3, .single), (1e-4, .single), (1e-5, .single)]
            + [(1e-3, .double), (1e-5, .double), (1e-7, .double), (1e-8, .double), (1e-10, .double)],
        [0.2, 1, 3, 10])
    func kept(_ asked: (epsilon: Double, precision: Precision), _ field: Double) throws {
        let scheme = try scheme(field: field, epsilon: asked.epsilon, precision: asked.precision)
        #expect(scheme.error <= asked.epsilon && scheme.error > asked.epsilon / 20)
        #expect(scheme.support <= asked.precision.widestSupport)
        #expect(scheme.planeSupport <= asked.precision.widestSupport)
    }

    @Test("accuracies beyond a precision are refused, in words that name what it keeps")
    func refused() throws {
        for (epsilon, precision) in [
            (9e-6, Precision.single), (0.02, .single), (9e-11, .double), (.nan, .double),
        ] {
            #expect(throws: ImagingError.self) { try scheme(epsilon: epsilon, precision: precision) }
        }
        let error = try #require(throws: ImagingError.self) { try scheme(epsilon: 1e-7) }
        #expect("\(error)".contains("single") && "\(error)".contains("1e-05"))
    }

    @Test("many samples take narrow kernels on large grids, few samples wide kernels on small grids")
    func balance() throws {
        let (many, few) = (
            try scheme(samples: 1_000_000_000, epsilon: 1e-4), try scheme(samples: 1000, epsilon: 1e-4)
        )
        #expect(many.support < few.support && many.cellsU > few.cellsU)
        #expect(many.support * many.planeSupport < few.support * few.planeSupport)
    }

    @Test("w takes as few planes as its range needs, in their middle", arguments: [1e2, 3e3, 1e4, 1.2e5])
    func planes(_ w: Double) throws {
        let scheme = try scheme(w: w, epsilon: 1e-4)
        #expect(scheme.planeStep > 0)
        let reach = w / scheme.planeStep
        let begun = max(1, reach.rounded(.up))
        // Places of the first planes under the kernel at w = 0 and at the largest w, before they are rounded.
        let half = Double(scheme.planeSupport - 1) / 2
        let (low, high) = (scheme.planeOrigin - half, scheme.planeOrigin - half + reach)
        #expect(Int(high.rounded()) - Int(low.rounded()) + 1 <= Int(begun))
        let (below, above) = (low - low.rounded() + 0.5, high.rounded() + 0.5 - high)
        #expect(abs(below - above) < 1e-6 * (1 + reach))
        #expect(abs(scheme.w(ofPlane: 9) - (9 - scheme.planeOrigin) * scheme.planeStep) < 1e-9 * w)
    }

    @Test("the w term is left out where it hardly matters, and the image keeps its accuracy all the same")
    func flat() async throws {
        let sky = SkyCase(width: 128, height: 128, field: 0.2, declination: -30, hourAngle: 0.5, noise: 0.05)
        var batch = sky.batch(seed: 11)
        // As high above the plane as leaves the w term out at 1e-3.
        let depth = try sky.geometry().depths
        let most = batch.uvw.map { abs($0.w) }.max() ?? 1
        let top = (batch.frequencies.last ?? 1) / Conventions.speedOfLight
        let scale = 0.9e-3 / .pi / ((depth.upperBound - depth.lowerBound) / 2) / (most * top)
        for row in batch.uvw.indices { batch.uvw[row].w *= scale }
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), epsilon: 1e-3, psf: false), coverage: coverage)
        #expect(plan.support.w == 1 && plan.planeCount == 1)
        let result = try await sky.image(batch, epsilon: 1e-3)
        let pixels = (0..<200).map { (column: $0 * 37 % 128, row: $0 * 53 % 128) }
        #expect(relativeError(result.dirty, batch, result.geometry, at: pixels) < 1e-3)
    }
}
