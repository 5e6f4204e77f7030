import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Imaging

/// An observation to image: rows of an array that turns with the sky, noise and a few sources.
struct SkyCase: Sendable, CustomTestStringConvertible {
    var name = "case"
    var width = 64
    var height = 64
    var field = 1.0
    var declination = -45.0
    var hourAngle = 1.0
    var extent = 0.45
    var rows = 120
    var channels = 8
    var band = 0.3
    var noise = 0.2
    /// Direction cosines of the image's centre.
    var centre = SIMD2<Double>.zero
    var flagged = 0.05

    var testDescription: String { name }

    /// Edge of a pixel so that the field is as many degrees wide.
    var cell: Double { field * .pi / 180 / Double(width) }

    /// A batch of the case; baselines reach `extent` turns per pixel at the highest frequency.
    func batch(seed: UInt64) -> VisibilityBatch {
        var random = Seeded(seed)
        let top = 1.4e9
        let frequencies = (0..<channels).map {
            top * (1 - band * Double(channels - 1 - $0) / Double(channels))
        }
        let reach = extent / cell * Conventions.speedOfLight / top
        let (sd, cd) = (sin(declination * .pi / 180), cos(declination * .pi / 180))
        var batch = VisibilityBatch(frequencies: frequencies)
        let sources = (0..<6).map { index in
            let l = Double.random(in: -0.45...0.45, using: &random) * Double(width) * cell + centre.x
            let m = Double.random(in: -0.45...0.45, using: &random) * Double(height) * cell + centre.y
            return (l: l, m: m, flux: index == 0 ? 1.0 : 0.1)
        }
        for _ in 0..<rows {
            let hour = Double.random(in: -1...1, using: &random) * hourAngle * .pi / 12
            let (x, y) = (random.normal() * 0.1, random.normal() * 0.3)
            let z = random.normal() * 0.3
            let (s, c) = (sin(hour), cos(hour))
            let limit = { (value: Double) in max(-1, min(1, value)) * reach }
            let uvw = UVW(
                limit(s * x + c * y), limit(-sd * c * x + sd * s * y + cd * z),
                limit(cd * c * x - cd * s * y + sd * z))
            batch.uvw.append(uvw)
            for frequency in frequencies {
                let (real, imaginary) = sources.reduce((0.0, 0.0)) { sum, source in
                    let turns = phase(uvw, frequency, source.l, source.m)
                    return (
                        sum.0 + source.flux * cos(2 * .pi * turns), sum.1 + source.flux * sin(2 * .pi * turns)
                    )
                }
                batch.visibilities.append(
                    Complex64(
                        Float(real + noise * random.normal()), Float(imaginary + noise * random.normal())))
                let out = Double.random(in: 0..<1, using: &random) < flagged
                batch.weights.append(out ? 0 : Float.random(in: 0.5..<2, using: &random))
            }
        }
        return batch
    }

    func geometry() throws -> ImageGeometry {
        try ImageGeometry(width: width, height: height, cell: cell, centre: centre)
    }

    /// Images the case from its own coverage.
    func image(
        _ batch: VisibilityBatch, epsilon: Double, psf: Bool = false, precision: Precision = .single
    ) async throws -> ImageResult {
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        let settings = try ImageSettings(
            geometry: geometry(), epsilon: epsilon, psf: psf, precision: precision)
        var imager = Imager(try GridPlan(settings, coverage: coverage))
        try await imager.grid(batch)
        return try await imager.finish()
    }
}

/// Turns of a visibility's phase: ν/c (u l + v m + w (n - 1)).
func phase(_ uvw: UVW, _ frequency: Double, _ l: Double, _ m: Double) -> Double {
    let q = l * l + m * m
    let depth = -q / (1 + (1 - q).squareRoot())
    return (uvw.u * l + uvw.v * m + uvw.w * depth) * frequency / Conventions.speedOfLight
}

/// The dirty image at a pixel by the direct sum in double precision.
func directSum(_ batch: VisibilityBatch, _ image: ImageGeometry, column: Int, row: Int) -> Double {
    let (l, m) = (image.l(column), image.m(row))
    var (sum, weights) = (0.0, 0.0)
    for (index, uvw) in batch.uvw.enumerated() {
        for (channel, frequency) in batch.frequencies.enumerated() {
            let sample = index * batch.frequencies.count + channel
            let weight = Double(batch.weights[sample])
            guard weight > 0 else { continue }
            let angle = 2 * .pi * phase(uvw, frequency, l, m)
            let visibility = batch.visibilities[sample]
            weights += weight
            sum += weight * (Double(visibility.real) * cos(angle) + Double(visibility.imaginary) * sin(angle))
        }
    }
    return sum / weights
}

/// Relative l2 error of an image over some pixels.
func relativeError(
    _ image: [some BinaryFloatingPoint], _ batch: VisibilityBatch, _ geometry: ImageGeometry,
    at pixels: [(column: Int, row: Int)]
) -> Double {
    var (difference, norm) = (0.0, 0.0)
    for (column, row) in pixels {
        let truth = directSum(batch, geometry, column: column, row: row)
        let error = Double(image[row * geometry.width + column]) - truth
        difference += error * error
        norm += truth * truth
    }
    return (difference / norm).squareRoot()
}
