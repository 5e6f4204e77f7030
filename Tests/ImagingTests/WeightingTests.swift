import Foundation
import Testing
import Visibilities

@testable import Imaging

@Suite struct WeightingTests {
    let image: ImageGeometry
    let batch: VisibilityBatch

    init() throws {
        let sky = SkyCase(rows: 200, channels: 12, band: 0.5)
        image = try sky.geometry()
        batch = sky.batch(seed: 5)
    }

    /// Projected uv distances of all samples, wavelengths.
    private var distances: [Double] {
        batch.uvw.flatMap { uvw in
            batch.frequencies.map {
                (uvw.u * uvw.u + uvw.v * uvw.v).squareRoot() * $0 / Conventions.speedOfLight
            }
        }
    }

    /// A rule written plainly: cells of 1 / (padding N dl) times a factor, v < 0 folded, indices rounded down, what lies
    /// outside a range of distances not counted.
    private func plainDensities(
        padding: Double = 1.2, factor: Double = 1, _ counts: (Double) -> Bool = { _ in true }
    ) -> [Double] {
        let pixels = 4 * (padding * Double(image.width) / 4).rounded(.up)
        let padded = 2 * ((pixels / factor).rounded() / 2).rounded(.up)
        let cells = batch.uvw.indices.flatMap { row in
            batch.frequencies.map { frequency in
                let sign = batch.uvw[row].v < 0 ? -1.0 : 1
                let scale = sign * frequency / Conventions.speedOfLight * image.cell * padded
                return [floor(batch.uvw[row].u * scale), floor(batch.uvw[row].v * scale)]
            }
        }
        var sums = [[Double]: Double]()
        for ((cell, weight), distance) in zip(zip(cells, batch.weights), distances) where counts(distance) {
            sums[cell, default: 0] += Double(weight)
        }
        return cells.map { sums[$0] ?? 0 }
    }

    /// Briggs' weights of the samples that count, from densities.
    private func plainBriggs(
        _ robustness: Double, _ densities: [Double], _ counts: (Double) -> Bool = { _ in true }
    ) -> [Double] {
        let natural = zip(batch.weights, distances).map { counts($1) ? Double($0) : 0 }
        // Σ over cells of W² = Σ over samples of ω W.
        let squares = zip(densities, natural).reduce(0) { $0 + $1.0 * $1.1 }
        let sharpness = pow(5 * pow(10, -robustness), 2) / (squares / natural.reduce(0, +))
        return zip(natural, densities).map { $0 / (1 + sharpness * $1) }
    }

    @Test("weights follow the plain rule, sample by sample", arguments: [-2.0, -0.5, 0, 0.5, 2])
    func briggs(_ robustness: Double) throws {
        let expected = plainBriggs(robustness, plainDensities())
        var density = DensityGrid(image)
        try density.add(batch)
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.briggs(robustness), density: density))
        var variance = 0.0
        for (index, weight) in weighed.weights.enumerated() {
            #expect(abs(Double(weight) - expected[index]) <= 1e-5 * expected[index])
            let natural = Double(batch.weights[index])
            if natural > 0 { variance += expected[index] * expected[index] / natural }
        }
        let total = batch.weights.reduce(0.0) { $0 + Double($1) }
        #expect(abs(weighed.variance / variance - 1) < 1e-5)
        #expect(abs(weighed.visibilityWeight / total - 1) < 1e-12)
    }

    @Test(
        "CASA's cells are those of the image as it is; larger cells are fewer",
        arguments: [(DensityRule.casa, 1.0), (.casa, 3), (.wsclean, 2), (.wsclean, 0.7)])
    func cells(_ rule: DensityRule, _ factor: Double) throws {
        let expected = plainBriggs(0, plainDensities(padding: rule == .casa ? 1 : 1.2, factor: factor))
        var density = DensityGrid(image, cells: try DensityCells(rule, enlarged: factor))
        try density.add(batch)
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.briggs(0), density: density))
        for (weight, expected) in zip(weighed.weights, expected) {
            #expect(abs(Double(weight) - expected) <= 1e-5 * expected)
        }
    }

    @Test("samples outside the uv range have no weight and count nowhere", arguments: [true, false])
    func uvRange(inMetres: Bool) throws {
        let sorted = distances.sorted()
        // Between two samples, so that rounding decides nothing.
        func between(_ index: Int) -> Double { (sorted[index] + sorted[index + 1]) / 2 }
        let (least, most) = (between(sorted.count / 5), between(sorted.count * 4 / 5))
        let wavelength = Conventions.speedOfLight / (batch.frequencies.first ?? 1)
        let range =
            try inMetres
            ? UVRange(least * wavelength, most * wavelength, in: .metres)
            : UVRange(least, most, in: .wavelengths)
        let limits = batch.frequencies.map { inMetres ? $0 * wavelength / Conventions.speedOfLight : 1 }
        let channels = batch.frequencies.count
        let inside = distances.indices.map { index in
            let limit = limits[index % channels]
            return distances[index] >= least * limit && distances[index] <= most * limit
        }
        var density = DensityGrid(image, range: range)
        try density.add(batch)
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.uniform, density: density, range: range))
        #expect(weighed.weights.indices.allSatisfy { inside[$0] || weighed.weights[$0] == 0 })
        #expect(weighed.weights.indices.contains { inside[$0] && weighed.weights[$0] > 0 })
        let counted = zip(batch.weights, inside).reduce(0.0) { $0 + ($1.1 ? Double($1.0) : 0) }
        #expect(abs(density.weight / counted - 1) < 1e-12)
        if !inMetres {
            let expected = plainDensities { $0 >= least && $0 <= most }
            for index in weighed.weights.indices where inside[index] && batch.weights[index] > 0 {
                let plain = Double(batch.weights[index]) / expected[index]
                #expect(abs(Double(weighed.weights[index]) - plain) <= 1e-5 * plain)
            }
        }
        var predicted = DensityGrid(image, range: range)
        predicted.predict(try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
        #expect(predicted.weight == Double(inside.count { $0 }))
    }

    @Test("tapers are a Gaussian of its width in the image, and half cosines at the ends of the range")
    func tapers() throws {
        let sorted = distances.sorted()
        let (least, most) = (sorted[sorted.count / 10], sorted[sorted.count * 9 / 10])
        let edge = (most - least) / 4
        let range = try UVRange(least, most, in: .wavelengths)
        let width = 1 / most
        let taper = try UVTaper(fullWidth: width, inner: edge, outer: edge, range: range)
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.natural, density: nil, range: range, taper: taper))
        for (index, distance) in distances.enumerated() {
            // A Gaussian exp(-4 ln 2 x² / θ²) of the image is exp(-π² θ² q² / (4 ln 2)) in the uv plane.
            var plain = exp(-pow(.pi * width * distance, 2) / (4 * log(2)))
            if distance < least || distance > most { plain = 0 }
            if distance < least + edge { plain *= (1 - cos(.pi * (distance - least) / edge)) / 2 }
            if distance > most - edge { plain *= (1 - cos(.pi * (most - distance) / edge)) / 2 }
            #expect(abs(Double(weighed.weights[index]) - plain * Double(batch.weights[index])) < 1e-6)
        }
    }

    @Test("predicted counts go on where floats stop, and count long runs of channels as single ones")
    func manyChannels() throws {
        let frequencies = (0..<4001).map { 1e9 + 1e4 * Double($0) }
        var (whole, pieces) = (DensityGrid(image), DensityGrid(image))
        let rows = Array(batch.uvw.prefix(20))
        whole.predict(try UVCoverage(rows: rows, frequencies: frequencies))
        for channel in frequencies.indices {
            pieces.predict(try UVCoverage(rows: rows, frequencies: [frequencies[channel]]))
        }
        #expect((0..<whole.axes.count).allSatisfy { whole.density[$0] == pieces.density[$0] })
        #expect(whole.weight == pieces.weight)
        let samples = rows.count * frequencies.count
        var added = DensityGrid(image)
        try added.add(
            VisibilityBatch(
                frequencies: frequencies, uvw: rows,
                visibilities: [Complex64](repeating: Complex64(0, 0), count: samples),
                weights: [Float](repeating: 1, count: samples)))
        #expect((0..<whole.axes.count).allSatisfy { whole.density[$0] == added.density[$0] })
        var heavy = VisibilityBatch(
            frequencies: [1e9], uvw: [UVW(1, 1, 0)], visibilities: [Complex64(1, 0)], weights: [0x1p24])
        var density = DensityGrid(image)
        try density.add(heavy)
        heavy.weights = [1]
        try density.add(heavy)
        #expect(density.weight == 0x1p24 + 1 && density.density.max() == 0x1p24 + 1)
    }

    @Test("the sums of weights, of their squares and of visibility weights are plain sums over the samples")
    func sums() async throws {
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        var density = DensityGrid(image)
        try density.add(batch)
        var imager = Imager(try GridPlan(ImageSettings(geometry: image, psf: true), coverage: coverage))
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.briggs(0), density: density))
        try await imager.grid(weighed)
        func sum(_ weights: [Float], _ power: Double) -> Double {
            weights.reduce(0) { $0 + pow(Double($1), power) }
        }
        let (total, squares) = (sum(weighed.weights, 1), sum(weighed.weights, 2))
        #expect(abs(imager.sums.weight / total - 1) < 1e-12)
        #expect(abs(imager.sums.squaredWeight / squares - 1) < 1e-12)
        #expect(abs(imager.sums.visibilityWeight / sum(batch.weights, 1) - 1) < 1e-12)
        #expect(abs(imager.sums.effectiveSamples * squares / (total * total) - 1) < 1e-12)
        #expect(imager.sums.effectiveSamples < Double(imager.sums.used))
    }

    @Test("samples finer than two pixels count beyond the grid, and not as noise, whatever the weights")
    func beyond() async throws {
        let coarse = try ImageGeometry(width: 64, height: 64, cell: 3 * image.cell)
        let limit = 1 / (2 * coarse.cell)
        var (beyond, inside) = (0, 0.0)
        for (row, uvw) in batch.uvw.enumerated() {
            for (channel, frequency) in batch.frequencies.enumerated() {
                let weight = batch.weights[row * batch.frequencies.count + channel]
                let most = max(abs(uvw.u), abs(uvw.v)) * frequency / Conventions.speedOfLight
                if most >= limit, weight > 0 { beyond += 1 }
                if most < limit { inside += Double(weight) }
            }
        }
        #expect(beyond > 0 && inside > 0)
        for weighting in [ImageWeighting.natural, .uniform] {
            var density = DensityGrid(coarse)
            try density.add(batch)
            var weighed = batch
            try weighed.weigh(
                by: ImagingWeights(
                    weighting, density: weighting == .natural ? nil : density, on: coarse))
            // The last line of cells of v reaches a little farther.
            #expect(weighed.beyond > beyond * 9 / 10 && weighed.beyond <= beyond)
            let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
            var imager = Imager(try GridPlan(ImageSettings(geometry: coarse, psf: false), coverage: coverage))
            try await imager.grid(weighed)
            let flagged = batch.weights.count { !($0 > 0) }
            #expect(imager.sums.beyond == beyond && imager.sums.flagged <= flagged)
            #expect(imager.sums.used + imager.sums.flagged + imager.sums.beyond == batch.weights.count)
            guard weighting == .natural else { continue }
            // The variance of a sum with natural weights is their sum.
            #expect(abs(imager.sums.variance / inside - 1) < 2e-3)
            #expect(abs(imager.sums.weight / inside - 1) < 1e-9)
        }
    }

    @Test("uniform weights add up to the number of occupied cells")
    func uniform() throws {
        var density = DensityGrid(image)
        try density.add(batch)
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.uniform, density: density))
        let sum = weighed.weights.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - Double(density.density.count { $0 > 0 })) < 1e-3)
    }

    @Test("a density predicted from the schedule is that of data without flags and equal weights")
    func prediction() throws {
        var equal = batch
        equal.weights = equal.weights.map { _ in 3 }
        var exact = DensityGrid(image)
        try exact.add(equal)
        var predicted = DensityGrid(image)
        predicted.predict(try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
        #expect(zip(exact.density, predicted.density).allSatisfy { abs($0 - 3 * $1) < 1e-9 })
        var (one, other) = (equal, equal)
        try one.weigh(by: ImagingWeights(.briggs(0), density: exact))
        var shifted = equal
        shifted.weights = shifted.weights.map { _ in 1 }
        try shifted.weigh(by: ImagingWeights(.briggs(0), density: predicted))
        other.weights = shifted.weights.map { $0 * 3 }
        #expect(zip(one.weights, other.weights).allSatisfy { abs($0 - $1) <= 1e-5 * $0 })
    }

    @Test("natural weighting leaves the weights and needs no density")
    func natural() throws {
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(.natural, density: nil))
        #expect(weighed.weights == batch.weights)
    }

    @Test("where nothing was counted nothing has a weight", arguments: [ImageWeighting.uniform, .briggs(0)])
    func empty(_ weighting: ImageWeighting) throws {
        var weighed = batch
        try weighed.weigh(by: ImagingWeights(weighting, density: DensityGrid(image)))
        #expect(weighed.weights.allSatisfy { $0 == 0 })
    }

    @Test("a missing density and a wild robustness are refused")
    func refusals() {
        #expect(throws: ImagingError.self) { try ImagingWeights(.uniform, density: nil) }
        #expect(throws: ImagingError.self) { try ImagingWeights(.briggs(.nan), density: DensityGrid(image)) }
        #expect(throws: ImagingError.self) { try DensityCells(.casa, enlarged: .nan) }
        #expect(throws: ImagingError.self) { try UVRange(3, 2, in: .metres) }
        #expect(throws: ImagingError.self) { try UVTaper(outer: 10) }
        #expect(throws: ImagingError.self) { try UVTaper(fullWidth: -1) }
        #expect(throws: ImagingError.self) { try UVTaper(inner: 10, range: UVRange(1, 2, in: .metres)) }
    }
}
