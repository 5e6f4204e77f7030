import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct MultiscaleTests {
    /// A Gaussian, or a ring as wide, of unit flux.
    private func source(_ width: Double, ring: Bool, size: Int) -> [Float] {
        let shape = (0..<size * size).map { pixel -> Double in
            let (x, y) = (Double(pixel % size) - 23.3, Double(pixel / size) - 25.8)
            let radius = (x * x + y * y).squareRoot()
            return ring ? exp(-pow((radius - width / 2) / 2, 2)) : exp(-4 * log(2) * pow(radius / width, 2))
        }
        let sum = shape.reduce(0, +)
        return shape.map { Float($0 / sum) }
    }

    /// The function of an array that measures rings in the uv plane, of a beam of about four pixels.
    private static let rings: [Float] = {
        var profile = [Int: Float]()
        return (0..<96 * 96).map { pixel in
            let square = (pixel % 96 - 48) * (pixel % 96 - 48) + (pixel / 96 - 48) * (pixel / 96 - 48)
            if let value = profile[square] { return value }
            var (sum, weights) = (0.0, 0.0)
            for ring in 1...24 {
                let radius = 0.008 * Double(ring)
                let weight = radius * exp(-60 * radius * radius)
                sum += weight * j0(2 * .pi * radius * Double(square).squareRoot())
                weights += weight
            }
            profile[square] = Float(sum / weights)
            return Float(sum / weights)
        }
    }()

    @Test(
        "extended flux is found within two per cent, without and with noise",
        arguments: [(6.0, false, 0.0), (16, true, 0), (16, false, 2e-4)])
    func extended(_ width: Double, _ ring: Bool, _ noise: Double) async throws {
        let field = try CleanField(width: 48, height: 48, psfWidth: 96, psfHeight: 96)
        let empty = [Float](repeating: 0, count: 2304)
        let sky = try await ImagePlaneCycle(dirty: [empty], psfs: [Self.rings], field: field)
        var random = Seeded(4)
        let white = (0..<2304).map { _ in Float(random.normal()) }
        let coloured = try await sky.residuals(of: [white])[0]
        let rms = (coloured.reduce(0) { $0 + $1 * $1 } / 2304).squareRoot()
        let dirty = zip(try await sky.residuals(of: [source(width, ring: ring, size: 48)])[0], coloured)
            .map { -$0 + Float(noise) / rms * $1 }
        var settings = CleanSettings()
        settings.scales = .automatic
        settings.threshold = noise > 0 ? 0 : 5e-4
        settings.automaticMask = noise > 0 ? 4 : nil
        settings.automaticThreshold = noise > 0 ? 1 : nil
        let cycle = try await ImagePlaneCycle(dirty: [dirty], psfs: [Self.rings], field: field)
        let result = try await clean(
            dirty: [dirty], psfs: [Self.rings], field: field, settings: settings, cycle: cycle)
        let flux = result.models[0].reduce(0.0) { $0 + Double($1) }
        #expect(abs(flux - 1) < 0.02)
        #expect(result.components.contains { $0.scale > 0 })
        guard case .threshold = result.ended else {
            Issue.record("\(result.ended)")
            return
        }
        if noise > 0 { #expect(result.majors.contains { $0.masked } && result.noise < 1.5 * noise) }
    }

    @Test("a point among scales stays a point")
    func point() async throws {
        var sky = CleanSky(width: 32, height: 32, w: 0.05, count: 200)
        sky.observe(sky.points([(20, 15, 1)]))
        var settings = CleanSettings()
        settings.scales = .automatic
        settings.threshold = 1e-3
        let result = try await sky.clean(settings)
        #expect(abs(result.models[0][15 * 32 + 20] - 1) < 2e-3)
        let extended = result.components.filter { $0.scale > 0 }.reduce(0) { $0 + abs($1.fluxes[0]) }
        #expect(extended < 2e-3)
    }

    @Test("beside points a scale needs more than what these leave at their level, until places are settled")
    func besidePoints() async throws {
        let field = try CleanField(width: 48, height: 48, psfWidth: 96, psfHeight: 96)
        var settings = CleanSettings()
        settings.scales = .automatic
        (settings.automaticMask, settings.automaticThreshold) = (4, 1)
        var random = Seeded(9)
        let set = try await ScaleSet([Self.rings], weights: [1], field, settings)
        var state = Deconvolution(
            field: field, settings: settings, channels: [CleanField.Channel()],
            residuals: [(0..<2304).map { _ in Float(random.normal()) }], set: set,
            allowed: [Float](repeating: 1, count: 2304))
        let narrowest = set.scales[1]
        let place = 6 * narrowest.search.width + 7
        for (scale, place) in [narrowest.pixel(place, width: 48), place].enumerated() {
            var component = ScaleComponents(channels: 1)
            component.append(place) { _ in 1 }
            state.model.add(component, of: set.scales[scale], scale, width: 48, iterations: 1)
        }
        state.model.paint(set.scales, width: 48, height: 48)
        try await state.survey()
        #expect((0.5..<1).contains(state.shares[1][place]))
        #expect(state.shares[1].last == 1)
        #expect(state.shares[0].allSatisfy { $0 == 1 })
        try await state.restrictToComponents()
        #expect(state.shares[1][place] == 1)
        #expect(state.shares[1].count { $0 > 0 } == 1)
    }

    @Test("scales double from three beams to half of the image; given ones are sorted, small ones are points")
    func widths() {
        #expect(CleanSettings.Scales.automatic.widths(beam: 4, extent: 200) == [0, 12, 24, 48, 96])
        #expect(CleanSettings.Scales.pixels([40, 0, 1, 10, 40]).widths(beam: 4, extent: 200) == [0, 10, 40])
        #expect(CleanSettings.Scales.points.widths(beam: 4, extent: 200) == [0])
    }

    @Test("scales that the coverage does not measure are left out")
    func unmeasured() async throws {
        // Only long baselines: a narrow ring in the uv plane.
        let size = 64
        var psf = (0..<size * size).map { pixel -> Float in
            let (x, y) = (Double(pixel % size - 32), Double(pixel / size - 32))
            return Float(j0(2 * .pi * 0.15 * (x * x + y * y).squareRoot()))
        }
        psf[32 * 64 + 32] = 1
        let field = try CleanField(width: size, height: size)
        var settings = CleanSettings()
        settings.scales = .automatic
        let set = try await ScaleSet([psf], weights: [1], field, settings)
        #expect(set.scales.count < CleanSettings.Scales.automatic.widths(beam: set.beam, extent: 64).count)
        #expect(set.scales[0].bias == 1)
    }
}

@Suite struct JoinedChannelTests {
    private static let frequencies = [0.9e9, 1.1e9, 1.3e9, 1.5e9, 1.7e9]
    private static let sources: [(column: Int, row: Int, flux: Float, index: Double)] = [
        (24, 16, 1, -0.7), (10, 24, 0.3, 0.5), (16, 6, 0.2, -1.2),
    ]

    /// Channels whose beams narrow with frequency; the middle one without data.
    private struct Band: MajorCycle {
        let skies: [CleanSky]

        init(noise: Double) {
            skies = frequencies.enumerated().map { channel, frequency in
                let ratio = frequency / 1.3e9
                var sky = CleanSky(
                    width: 32, height: 32, beam: 3 / ratio, w: 0.2 * ratio, count: 200,
                    seed: UInt64(40 + channel))
                sky.observe(
                    sky.points(sources.map { ($0.column, $0.row, $0.flux * Float(pow(ratio, $0.index))) }),
                    noise: noise, seed: UInt64(channel))
                return sky
            }
        }

        func residuals(of models: [[Float]]) async throws -> [[Float]] {
            zip(skies, models).enumerated().map { channel, pair in
                channel == 2 ? [Float](repeating: .nan, count: 1024) : pair.0.residual(of: pair.1)
            }
        }
    }

    @Test(
        "spectra of sources come out within .05, an empty channel is left out",
        arguments: [CleanSettings.Spectrum.free, .polynomial(terms: 3), .logarithmic(terms: 2)])
    func spectra(_ spectrum: CleanSettings.Spectrum) async throws {
        let band = Band(noise: 5e-4)
        var settings = CleanSettings()
        settings.automaticMask = 5
        settings.automaticThreshold = 1
        settings.spectrum = spectrum
        let channels = Self.frequencies.enumerated().map {
            CleanField.Channel(frequency: $1, weight: $0 == 2 ? 0 : 2)
        }
        var dirty = band.skies.map(\.dirty)
        dirty[2] = [Float](repeating: .nan, count: 1024)
        let result = try await clean(
            dirty: dirty, psfs: band.skies.map(\.psf),
            field: CleanField(width: 32, height: 32, channels: channels), settings: settings, cycle: band)
        #expect(result.models[2].allSatisfy { $0 == 0 })
        #expect(result.components.allSatisfy { $0.fluxes[2] == 0 })
        for source in Self.sources {
            let fluxes = result.models.map { model in
                (-1...1).reduce(Float(0)) { sum, row in
                    sum + (-1...1).reduce(0) { $0 + model[(source.row + row) * 32 + source.column + $1] }
                }
            }
            let index = log(Double(fluxes[4] / fluxes[0])) / log(1.7 / 0.9)
            #expect(abs(index - source.index) < 0.05)
        }
    }

    @Test("fits leave spectra of their own kind as they are, of either sign, and settle on a mean at worst")
    func fits() {
        let channels = Self.frequencies.map { CleanField.Channel(frequency: $0, weight: $0 / 1e9) }
        let peaks = [Float](repeating: 1, count: channels.count)
        let law = Self.frequencies.map { -3 * pow($0 / 1.4e9, -1.3) }
        var values = law
        SpectralFit(.logarithmic(terms: 2), channels, peaks: peaks).apply(&values)
        #expect(zip(values, law).allSatisfy { abs($0 - $1) < 1e-8 })
        let line = Self.frequencies.map { 2 - 0.5 * $0 / 1e9 }
        values = line
        SpectralFit(.polynomial(terms: 2), channels, peaks: peaks).apply(&values)
        #expect(zip(values, line).allSatisfy { abs($0 - $1) < 1e-12 })
        values = [1, -1, 1, -1, 1]
        SpectralFit(.logarithmic(terms: 3), channels, peaks: peaks).apply(&values)
        #expect(values.allSatisfy { abs($0) <= 3 })
        values = [0, 0, 0, 0, 0]
        SpectralFit(.logarithmic(terms: 2), channels, peaks: peaks).apply(&values)
        #expect(values == [0, 0, 0, 0, 0])
        values = [1, 2, 3, 4, 6]
        SpectralFit(.polynomial(terms: 1), channels, peaks: peaks).apply(&values)
        let mean = zip(channels, [1.0, 2, 3, 4, 6]).reduce(0) { $0 + $1.0.weight * $1.1 } / 6.5
        #expect(values.allSatisfy { abs($0 - mean) < 1e-12 })
    }

    @Test("the joined image falls by what a component takes, also where channels measure little")
    func joined() {
        let channels = Self.frequencies.map { CleanField.Channel(frequency: $0, weight: $0 / 1e9) }
        let peaks: [Float] = [0.3, 0.1, 0.02, 0.004, -0.001]
        func joint(_ values: [Double]) -> Double {
            let measured = channels.indices.filter { peaks[$0] > 0 }
            return measured.reduce(0) { $0 + channels[$1].weight * values[$1] }
        }
        for image in [[0.2, -0.5, 0.4, 0.3, -0.2], [0.3, 0.12, 0.01, 0.003, 0]] {
            for fit in (1...3).flatMap({
                [CleanSettings.Spectrum.polynomial(terms: $0), .logarithmic(terms: $0)]
            }) {
                var brightness = image
                SpectralFit(fit, channels, peaks: peaks).apply(&brightness)
                let taken = zip(brightness, peaks).map { $0 * Double($1) }
                #expect(abs(joint(taken) - joint(image)) < 1e-9, "\(fit)")
            }
        }
    }
}
