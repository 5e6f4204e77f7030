import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct CleanEndTests {
    private static let sky: CleanSky = {
        var sky = CleanSky(width: 32, height: 32, count: 200)
        sky.observe(sky.points([(16, 16, 1), (9, 22, -0.4)]))
        return sky
    }()

    private func end(
        _ cycle: (any MajorCycle)? = nil, _ change: (inout CleanSettings) -> Void = { _ in }
    ) async throws -> CleanResult {
        var settings = CleanSettings()
        settings.threshold = 0.01
        change(&settings)
        let field = try CleanField(width: 32, height: 32)
        let result = try await clean(
            dirty: [Self.sky.dirty], psfs: [Self.sky.psf], field: field, settings: settings,
            cycle: cycle ?? Self.sky)
        let noise = Float(try await robustNoise(result.residuals[0]))
        #expect(result.noise == (result.ended == .nothingToClean ? 0 : Double(noise)))
        return result
    }

    @Test("threshold, components and major cycles end a deconvolution")
    func limits() async throws {
        let threshold = try await end()
        guard case .threshold(let peak, let level) = threshold.ended else {
            Issue.record("\(threshold.ended)")
            return
        }
        #expect(peak < 0.011 && level == Double(Float(0.01)))
        let few = try await end { $0.iterations = 7 }
        guard case .iterations(7, 7, let left, level) = few.ended else {
            Issue.record("\(few.ended)")
            return
        }
        #expect(left == few.majors.last?.reached && left > 0.1)
        let dropped = try await end(FixedCycle { _ in [Self.sky.dirty.map { 1.05 * $0 }] }) {
            $0.iterations = 7
        }
        guard case .iterations(7, 0, _, _) = dropped.ended else {
            Issue.record("\(dropped.ended)")
            return
        }
        #expect(dropped.summary.components == 0)
        #expect(dropped.components.isEmpty && dropped.residuals[0] == Self.sky.dirty)
        let one = try await end { $0.majors = 1 }
        #expect(one.ended.reason == "nmiter" && one.majors.count == 1)
        #expect(!few.ended.isAsAsked && !one.ended.isAsAsked && threshold.ended.isAsAsked)
    }

    @Test("the first component below zero ends it where none may be")
    func negative() async throws {
        let result = try await end { $0.negative = .stops }
        guard case .negative(let peak) = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        #expect(peak > 0.3)
        #expect(result.components.allSatisfy { $0.fluxes[0] > 0 })
    }

    @Test("residuals that do not fall end it as no progress")
    func noProgress() async throws {
        let result = try await end(FixedCycle { _ in [Self.sky.dirty] })
        guard case .noProgress = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        #expect(result.majors.count == 2)
    }

    @Test("residuals that rise end it as divergence, with the model before")
    func divergence() async throws {
        let result = try await end(
            FixedCycle { models in [zip(models[0], Self.sky.dirty).map { $1 + 10 * $0 }] })
        guard case .divergence = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        #expect(result.components.isEmpty)
        #expect(result.models[0].allSatisfy { $0 == 0 })
        #expect(result.residuals[0] == Self.sky.dirty)
    }

    @Test("residuals that rise a little again and again leave the model of the lowest")
    func slowDivergence() async throws {
        let result = try await end(
            FixedCycle { models in [zip(models[0], Self.sky.dirty).map { $1 + 0.05 * $0 }] })
        guard case .noProgress(let peak) = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        #expect(result.majors.allSatisfy { $0.reached > $0.peak && $0.reached < 1.1 * $0.peak })
        #expect(peak == result.majors[0].peak)
        #expect(result.components.isEmpty)
        #expect(result.residuals[0] == Self.sky.dirty)
    }

    @Test("residuals that are no numbers end it, with the model before")
    func notFinite() async throws {
        let result = try await end(FixedCycle { $0.map { $0.map { _ in .nan } } })
        #expect(result.ended == .notFinite)
        #expect(result.residuals[0] == Self.sky.dirty)
    }

    @Test("channels without weight and empty masks leave nothing to clean")
    func nothing() async throws {
        let empty = try await end { $0.mask = [Bool](repeating: false, count: 1024) }
        #expect(empty.ended == .nothingToClean)
        let field = try CleanField(width: 32, height: 32, channels: [.init(weight: 0)])
        let nan = [Float](repeating: .nan, count: 1024)
        let result = try await clean(
            dirty: [nan], psfs: [nan], field: field, settings: CleanSettings(), cycle: Self.sky)
        #expect(result.ended == .nothingToClean)
        let dark = try await clean(
            dirty: [[Float](repeating: 0, count: 1024)], psfs: [Self.sky.psf],
            field: CleanField(width: 32, height: 32), settings: CleanSettings(), cycle: Self.sky)
        #expect(dark.ended == .belowThreshold(peak: 0, level: 0))
    }

    @Test("a threshold above the peak ends it with that peak, whatever mask would follow")
    func belowThreshold() async throws {
        let peak = Double(Self.sky.dirty.map(abs).max() ?? 0)
        for mask in [nil, 5.0] {
            let result = try await end {
                $0.threshold = 100
                $0.automaticMask = mask
            }
            #expect(result.ended == .belowThreshold(peak: peak, level: 100))
            #expect(result.majors.isEmpty && result.residuals[0] == Self.sky.dirty)
        }
    }

    @Test("settings out of range are refused by name")
    func settings() async throws {
        let changes: [(inout CleanSettings) -> Void] = [
            { $0.gain = 0 }, { $0.gain = .nan }, { $0.majorGain = 2 }, { $0.iterations = 0 },
            { $0.majors = -1 },
            { $0.threshold = -1 }, { $0.automaticThreshold = .infinity }, { $0.automaticMask = 0 },
            { $0.mask = [true] }, { $0.scales = .pixels([]) }, { $0.scales = .pixels([.nan]) },
            { $0.scales = .pixels([1e9]) }, { $0.scaleBias = 0 }, { $0.scaleGain = 1 }, { $0.border = -1 },
            { $0.spectrum = .polynomial(terms: 2) }, { $0.spectrum = .logarithmic(terms: 0) },
            { $0.localNoise = -25 },
        ]
        for change in changes {
            await #expect(throws: ImagingError.self) { _ = try await end(nil, change) }
        }
    }

    @Test("images that do not fit, are no numbers or have no peak are refused")
    func images() async throws {
        let field = try CleanField(width: 32, height: 32)
        let (dirty, psf) = (Self.sky.dirty, Self.sky.psf)
        var nan = dirty
        nan[5] = .nan
        let cases: [([[Float]], [[Float]])] = [
            ([], []), ([dirty], []), ([[1]], [psf]), ([dirty], [[1]]), ([nan], [psf]), ([dirty], [nan]),
            ([dirty], [psf.map { 2 * $0 }]),
        ]
        for (dirty, psfs) in cases {
            await #expect(throws: ImagingError.self) {
                try await clean(
                    dirty: dirty, psfs: psfs, field: field, settings: CleanSettings(), cycle: Self.sky)
            }
        }
        await #expect(throws: ImagingError.self) { try await end(FixedCycle { _ in [] }) }
        await #expect(throws: ImagingError.self) { try await end(FixedCycle { _ in [[0]] }) }
        #expect(throws: ImagingError.self) { try CleanField(width: 0, height: 4) }
        #expect(throws: ImagingError.self) { try CleanField(width: 4, height: 4, psfWidth: 1 << 40) }
        #expect(throws: ImagingError.self) {
            try CleanField(width: 4, height: 4, channels: [.init(weight: -.infinity)])
        }
    }

    @Test("the memory stated grows with channels, scales and pixels, and holds what is kept for sure")
    func memory() throws {
        var settings = CleanSettings()
        let field = try CleanField(width: 2048, height: 2048)
        let one = settings.workBytes(field)
        #expect(one > 4 * 4 * field.pixels + 64 * 3072 * 3072 / 16)
        #expect(one < 430 << 20)
        let four = try CleanField(width: 2048, height: 2048, channels: [.init(), .init(), .init(weight: 0)])
        #expect(settings.workBytes(four) > one)
        settings.scales = .automatic
        #expect(settings.workBytes(field) > one)
        let wide = try CleanField(width: 2048, height: 2048, psfWidth: 4096, psfHeight: 4096)
        #expect(settings.workBytes(wide) > settings.workBytes(field))
    }

    @Test("images of few pixels are cleaned", arguments: [(1, 1), (2, 1), (3, 7)])
    func tiny(_ width: Int, _ height: Int) async throws {
        var psf = [Float](repeating: 0, count: width * height)
        psf[height / 2 * width + width / 2] = 1
        let dirty = [Float](repeating: 2, count: width * height)
        let field = try CleanField(width: width, height: height)
        var settings = CleanSettings()
        settings.threshold = 0.001
        settings.scales = .automatic
        let cycle = try await ImagePlaneCycle(dirty: [dirty], psfs: [psf], field: field)
        let result = try await clean(
            dirty: [dirty], psfs: [psf], field: field, settings: settings, cycle: cycle)
        #expect(result.models[0].allSatisfy { abs($0 - 2) < 0.0012 })
    }
}
