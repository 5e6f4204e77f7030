import Synchronization
import TestSupport
import Testing

@testable import Imaging

/// What the peaks and noises of exact residuals lead to; the point spread function is that of a filled aperture.
@Suite struct CleanProgressTests {
    private static let size = 16
    private static let centre = size / 2 * size + size / 2

    /// Residuals of one peak and some noise, one after the other.
    private final class Sky: MajorCycle {
        private let next = Mutex(0)
        let images: [[Float]]

        init(_ residuals: [(peak: Float, noise: Float)]) {
            images = residuals.map { residual in
                var image = (0..<size * size).map { residual.noise / ($0 % 2 == 0 ? 1.4826 : -1.4826) }
                image[centre] = residual.peak
                return image
            }
        }

        func residuals(of models: [[Float]]) async throws -> [[Float]] {
            let index = next.withLock {
                $0 += 1
                return $0
            }
            return [images[min(index, images.count - 1)]]
        }
    }

    /// Cleans the first residual; the others follow.
    private func run(
        _ residuals: [(peak: Float, noise: Float)], _ change: (inout CleanSettings) -> Void
    ) async throws -> CleanResult {
        var psf = [Float](repeating: 0, count: Self.size * Self.size)
        psf[Self.centre] = 1
        var settings = CleanSettings()
        change(&settings)
        let cycle = Sky(residuals)
        return try await clean(
            dirty: [cycle.images[0]], psfs: [psf], field: CleanField(width: Self.size, height: Self.size),
            settings: settings, cycle: cycle)
    }

    @Test(
        "kept is the lowest peak, or lower noise not half above it, and never what another beats in both",
        arguments: [
            ([(50, 2), (10, 1), (14, 0.98), (13.9, 1.07)], 2),
            ([(50, 2), (10, 1), (14, 0.98), (12, 0.975)], 3),
            ([(50, 2), (10, 1), (14, 1), (10.5, 1)], 1), ([(50, 2), (10, 1), (14, 0.98), (9.9, 1.2)], 3),
            ([(50, 2), (10, 1), (15.1, 0.98), (15, 0.97)], 1),
        ] as [([(Float, Float)], Int)])
    func best(_ residuals: [(Float, Float)], _ kept: Int) async throws {
        let result = try await run(residuals.map { (peak: $0.0, noise: $0.1) }) {
            $0.threshold = 0.1
            $0.majors = 3
        }
        #expect(result.ended.reason == "nmiter" && result.majors.count == 3)
        #expect(result.residuals[0][Self.centre] == residuals[kept].0)
        #expect(abs(Float(result.noise) / residuals[kept].1 - 1) < 1e-5)
    }

    @Test(
        "points in the mask are left up to twice the threshold only if it is one of noise, and they hardly change",
        arguments: [(true, 0.038, 3), (false, 0.038, 2), (false, 0.03, 3)] as [(Bool, Float, Int)])
    func slack(_ isAbsolute: Bool, _ peak: Float, _ majors: Int) async throws {
        let result = try await run([(1, 0.01), (0.04, 0.01), (peak, 0.01), (0.022, 0.01)]) {
            $0.automaticMask = 5
            if isAbsolute { $0.threshold = 0.02 } else { $0.automaticThreshold = 2 }
        }
        guard case .threshold(let reached, let level) = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        #expect(result.majors.count == majors && abs(level - 0.02) < 1e-5)
        #expect(Float(reached) == (majors == 2 ? peak : 0.022))
    }

    @Test("components are taken however small a share of the peak is asked for between exact residuals")
    func smallShare() async throws {
        let result = try await run([(1, 0.01), (0.96, 0.01)]) {
            $0.threshold = 0.1
            $0.majorGain = 0.001
            $0.majors = 1
        }
        #expect(result.ended.reason == "nmiter" && result.majors.count == 1)
        #expect(result.components.count == 1)
    }

    @Test("a point above its level is cleaned when a scale below its own level ranks higher")
    func limit() async throws {
        let (size, centre) = (32, 16 * 32 + 16)
        var random = Seeded(11)
        var dirty = (0..<size * size).map { _ in Float(random.normal()) }
        dirty[centre] = 7.2
        var psf = [Float](repeating: 0, count: size * size)
        psf[centre] = 1
        let field = try CleanField(width: size, height: size)
        var settings = CleanSettings()
        settings.scales = .pixels([0, 8])
        settings.scaleBias = 0.01
        settings.automaticThreshold = 6
        let cycle = try await ImagePlaneCycle(dirty: [dirty], psfs: [psf], field: field)
        let result = try await clean(
            dirty: [dirty], psfs: [psf], field: field, settings: settings, cycle: cycle)
        guard case .threshold = result.ended, let first = result.majors.first else {
            Issue.record("\(result.ended)")
            return
        }
        #expect(0.2 * first.peak > 7.5 && first.limit < 1.5)
        #expect(result.components.map(\.scale) == [0])
        #expect(result.residuals[0][centre] < 6.6)
    }
}
