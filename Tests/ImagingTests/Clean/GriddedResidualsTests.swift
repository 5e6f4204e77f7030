import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Imaging

/// CLEAN with exact residuals by the degridder, from visibilities to fluxes.
@Suite("CLEAN of visibilities") struct GriddedResidualsTests {
    /// Point sources on pixels of a 96 x 80 image, seen by rows of a random array with w.
    private struct Field {
        let geometry: ImageGeometry
        let sources: [(column: Int, row: Int, flux: Double, index: Double)] = [
            (48, 40, 1, 0), (20, 61, 0.6, -0.7), (75, 22, -0.3, 0.5), (81, 70, 0.2, -1),
        ]

        init() throws { geometry = try ImageGeometry(width: 96, height: 80, cell: 2e-4) }

        /// Noiseless visibilities of some channels, weight 1, every 20th flagged.
        func batch(_ frequencies: [Double], rows: Int = 1500) -> VisibilityBatch {
            var random = Seeded(5)
            var batch = VisibilityBatch(frequencies: frequencies)
            let reach = 0.42 / geometry.cell * Conventions.speedOfLight / 1.4e9
            for row in 0..<rows {
                let radius = reach * Double.random(in: 0.02...1, using: &random).squareRoot()
                let angle = Double.random(in: 0...2 * .pi, using: &random)
                let uvw = UVW(
                    radius * cos(angle), radius * sin(angle),
                    reach * Double.random(in: -0.4...0.4, using: &random))
                batch.uvw.append(uvw)
                for (channel, frequency) in frequencies.enumerated() {
                    var (real, imaginary) = (0.0, 0.0)
                    for source in sources {
                        let turns = phase(uvw, frequency, geometry.l(source.column), geometry.m(source.row))
                        let flux = source.flux * pow(frequency / 1.2e9, source.index)
                        real += flux * cos(2 * .pi * turns)
                        imaginary += flux * sin(2 * .pi * turns)
                    }
                    batch.visibilities.append(Complex64(Float(real), Float(imaginary)))
                    batch.weights.append((row + channel) % 20 == 0 ? 0 : 1)
                }
            }
            return batch
        }
    }

    /// Grids a batch, keeps it, and hands over what a deconvolution needs.
    private func prepare(
        _ field: Field, _ batch: VisibilityBatch
    ) async throws -> (result: ImageResult, channel: GriddedResiduals.Channel) {
        let plan = try GridPlan(
            ImageSettings(geometry: field.geometry, epsilon: 1e-5, psf: true),
            coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
        var imager = Imager(plan)
        try await imager.grid(batch)
        var store = MemoryStore()
        store.append(batch)
        return (try await imager.finish(), GriddedResiduals.Channel(plan, store))
    }

    @Test("point sources come out with their fluxes, and nothing is left where the model is exact")
    func points() async throws {
        let field = try Field()
        let (result, channel) = try await prepare(field, field.batch([1.2e9]))
        var settings = CleanSettings()
        settings.threshold = 1e-4
        let found = try await clean(
            dirty: [result.dirty], psfs: [try #require(result.psf)],
            field: try CleanField(width: 96, height: 80), settings: settings,
            cycle: GriddedResiduals([channel]))
        guard case .threshold = found.ended else {
            Issue.record("\(found.ended)")
            return
        }
        for source in field.sources {
            #expect(abs(Double(found.models[0][source.row * 96 + source.column]) - source.flux) < 1e-3)
        }
        #expect(found.residuals[0].allSatisfy { abs($0) < 2e-4 })
    }

    @Test("the exact model leaves no residual, and an empty one the dirty image")
    func exact() async throws {
        let field = try Field()
        let (result, channel) = try await prepare(field, field.batch([1.2e9]))
        let cycle = GriddedResiduals([channel, nil])
        var model = [Float](repeating: 0, count: 96 * 80)
        let zeros = model
        let dirty = try await cycle.residuals(of: [model, zeros])
        #expect(dirty == [result.dirty, zeros])
        for source in field.sources { model[source.row * 96 + source.column] = Float(source.flux) }
        let left = try await cycle.residuals(of: [model, zeros])[0]
        #expect(left.allSatisfy { abs($0) < 2e-5 })
        await #expect(throws: ImagingError.self) { try await cycle.residuals(of: [model]) }
    }

    @Test("joined channels give each source its spectral index")
    func spectra() async throws {
        let field = try Field()
        let frequencies = [1.05e9, 1.15e9, 1.25e9, 1.35e9]
        var (results, channels) = ([ImageResult](), [GriddedResiduals.Channel]())
        for frequency in frequencies {
            let (result, channel) = try await prepare(field, field.batch([frequency]))
            results.append(result)
            channels.append(channel)
        }
        var settings = CleanSettings()
        settings.threshold = 5e-4
        settings.spectrum = .polynomial(terms: 3)
        let found = try await clean(
            dirty: results.map(\.dirty), psfs: try results.map { try #require($0.psf) },
            field: try CleanField(
                width: 96, height: 80,
                channels: zip(frequencies, results).map {
                    CleanField.Channel(frequency: $0, weight: $1.sums.weight)
                }),
            settings: settings, cycle: GriddedResiduals(channels))
        for source in field.sources where abs(source.flux) >= 0.3 {
            let fluxes = found.models.map { Double($0[source.row * 96 + source.column]) }
            let index = log(fluxes[3] / fluxes[0]) / log(frequencies[3] / frequencies[0])
            #expect(abs(index - source.index) < 0.05)
        }
    }
}
