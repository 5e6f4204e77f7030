import Foundation
import TestSupport
import Testing
import Tiles

@testable import Imaging

@Suite struct CleanTests {
    private static let sources: [(column: Int, row: Int, flux: Float)] = [
        (30, 20, 1), (12, 36, 0.3), (37, 33, -0.05), (20, 9, 0.02), (5, 8, 0.1),
    ]

    @Test(
        "points keep their place, and their flux to a thousandth, through w terms, in any shape",
        arguments: [(40, 40), (43, 38), (40, 45)])
    func points(_ width: Int, _ height: Int) async throws {
        var sky = CleanSky(width: width, height: height, widePSF: true)
        let truth = sky.points(Self.sources)
        sky.observe(truth)
        var settings = CleanSettings()
        settings.threshold = 1e-5
        let result = try await sky.clean(settings)
        guard case .threshold = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        for source in Self.sources {
            let found = result.models[0][source.row * width + source.column]
            #expect(abs(found / source.flux - 1) < 1e-3)
        }
        #expect(zip(result.models[0], truth).allSatisfy { abs($0 - $1) < 5e-5 })
        #expect(result.residuals[0].allSatisfy { abs($0) < 1.11e-5 })
        #expect(result.majors.count < 12)
        #expect(zip(result.majors, result.majors.dropFirst()).allSatisfy { $1.peak == $0.reached })
    }

    @Test("components add up to the model")
    func components() async throws {
        var sky = CleanSky(width: 40, height: 40, count: 120)
        sky.observe(sky.points([(20, 20, 1), (9, 30, 0.4)]))
        var settings = CleanSettings()
        settings.threshold = 1e-3
        let result = try await sky.clean(settings)
        var sum = [Float](repeating: 0, count: 1600)
        for component in result.components {
            #expect(component.scale == 0)
            sum[component.row * 40 + component.column] += component.fluxes[0]
        }
        #expect(zip(sum, result.models[0]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("the residual of a noisy field is its noise, and the automatic mask holds sources only")
    func noise() async throws {
        var sky = CleanSky(width: 48, height: 44)
        let sources: [(column: Int, row: Int, flux: Float)] = [(30, 20, 1), (12, 33, 0.3), (40, 38, 0.06)]
        let truth = sky.points(sources)
        sky.observe(truth, noise: 0.002)
        var settings = CleanSettings()
        settings.automaticMask = 5
        settings.automaticThreshold = 1
        let result = try await sky.clean(settings)
        #expect(result.majors.contains { $0.masked })
        #expect(abs(result.noise / 0.002 - 1) < 0.15)
        for component in result.components {
            let near = sources.contains {
                abs($0.column - component.column) < 4 && abs($0.row - component.row) < 4
            }
            #expect(near)
        }
        for source in sources {
            var flux: Float = 0
            for row in source.row - 2...source.row + 2 {
                for column in source.column - 2...source.column + 2 {
                    flux += result.models[0][row * 48 + column]
                }
            }
            #expect(abs(flux - source.flux) < 0.008)
        }
    }

    @Test("a low-noise twin is cleaned down to its noise, five decades below the peak")
    func dynamicRange() async throws {
        var sky = CleanSky(width: 40, height: 40)
        let truth = sky.points(Self.sources)
        sky.observe(truth, noise: 1e-5)
        var settings = CleanSettings()
        settings.automaticThreshold = 3
        let result = try await sky.clean(settings)
        #expect(result.noise < 1.2e-5)
        #expect(result.residuals[0].map { abs($0) }.max() ?? 1 < 4e-5)
    }

    @Test("sources that sidelobes hide from the first automatic mask are found when the noise has fallen")
    func lookAgain() async throws {
        var sky = CleanSky(width: 40, height: 40, count: 200)
        let sources: [(column: Int, row: Int, flux: Float)] = [(28, 14, 1), (10, 26, 0.3), (33, 32, 0.03)]
        sky.observe(sky.points(sources), noise: 1e-4)
        var settings = CleanSettings()
        settings.automaticMask = 12
        settings.automaticThreshold = 3
        let result = try await sky.clean(settings)
        #expect(zip(result.majors, result.majors.dropFirst()).contains { $0.masked && !$1.masked })
        #expect(result.noise < 1.3e-4)
        // What is left at the level, and three times the noise.
        let left = Float(3 * result.noise + 3e-4)
        for (column, row, flux) in sources {
            #expect(abs(result.models[0][row * 40 + column] - flux) < left)
        }
    }

    @Test("components stay within mask, box and border")
    func masks() async throws {
        var sky = CleanSky(width: 48, height: 48, count: 120)
        sky.observe(sky.points([(10, 10, 1), (35, 30, 0.5), (1, 24, 0.7)]))
        func places(_ change: (inout CleanSettings) -> Void) async throws -> [CleanComponent] {
            var settings = CleanSettings()
            settings.threshold = 0.05
            settings.majors = 3
            change(&settings)
            return Array(try await sky.clean(settings).components)
        }
        let boxed = try await places { $0.box = PixelBox(columns: 25..<400, rows: -3..<48) }
        #expect(!boxed.isEmpty && boxed.allSatisfy { $0.column >= 25 })
        let masked = try await places { $0.mask = (0..<2304).map { $0 % 48 < 20 && $0 / 48 < 20 } }
        #expect(!masked.isEmpty && masked.allSatisfy { $0.column < 20 && $0.row < 20 })
        let inner = try await places { $0.border = 5 }
        #expect(!inner.isEmpty && inner.allSatisfy { $0.column >= 5 && $0.column < 43 })
    }

    @Test("only peaks above zero are components when negative ones are forbidden")
    func forbidden() async throws {
        var sky = CleanSky(width: 40, height: 40, count: 120)
        sky.observe(sky.points([(20, 20, -1), (9, 30, 0.4)]))
        var settings = CleanSettings()
        settings.negative = .forbidden
        settings.threshold = 0.1
        settings.majors = 5
        let result = try await sky.clean(settings)
        #expect(!result.components.isEmpty)
        #expect(result.components.allSatisfy { $0.fluxes[0] > 0 })
    }

    @Test("faint sources in a quiet corner are found beside artefacts by the local noise")
    func localNoise() async throws {
        var sky = CleanSky(width: 48, height: 48, count: 200)
        sky.observe(sky.points([(38, 38, 0.1)]), noise: 0.002)
        var random = Seeded(5)
        var dirty = sky.dirty
        for row in 0..<22 {
            for column in 0..<22 { dirty[row * 48 + column] += 0.1 * Float(random.normal()) }
        }
        let field = try CleanField(width: 48, height: 48)
        let cycle = try await ImagePlaneCycle(dirty: [dirty], psfs: [sky.psf], field: field)
        var settings = CleanSettings()
        settings.automaticThreshold = 6
        settings.localNoise = 5
        settings.majors = 1
        settings.majorGain = 0.6
        let result = try await clean(
            dirty: [dirty], psfs: [sky.psf], field: field, settings: settings, cycle: cycle)
        #expect(result.components.contains { $0.column == 38 && $0.row == 38 })
        #expect(!result.components.contains { $0.column < 17 && $0.row < 17 })
    }
}

@Suite(.serialized) struct CleanThreadTests {
    @Test("one thread and two give the same bits")
    func threads() async throws {
        var sky = CleanSky(width: 50, height: 66, count: 100)
        sky.observe(sky.points([(20, 20, 1), (9, 30, 0.4)]), noise: 0.01)
        var settings = CleanSettings()
        settings.automaticThreshold = 3
        settings.scales = .automatic
        settings.majors = 2
        let width = Threads.width
        defer { Threads.width = width }
        Threads.width = 1
        let one = try await sky.clean(settings)
        Threads.width = 2
        let two = try await sky.clean(settings)
        #expect(one.models == two.models)
        #expect(one.residuals == two.residuals)
        #expect(one.majors == two.majors)
    }
}
