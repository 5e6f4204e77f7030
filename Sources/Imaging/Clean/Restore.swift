#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The restored image: the model convolved with the restoring beam, of peak 1, plus the residual as it is.
///
/// - Parameters:
///   - model: Jy/pixel, [row][column].
///   - residual: Jy/beam; it is never convolved.
///   - beam: the Gaussian, defined pixel by pixel.
///   - cell: edge of a pixel, radians.
/// - Returns: Jy/beam.
/// - Throws: `ImagingError` for images of other sizes, or a beam that is none or much larger than the image.
public func restored(
    model: [Float], residual: [Float], width: Int, height: Int, cell: Double, beam: RestoringBeam
) async throws -> [Float] {
    guard width > 0, height > 0, model.count == width * height, residual.count == model.count else {
        throw ImagingError.shape(
            "a model of \(model.count) and a residual of \(residual.count) pixels for \(width) x \(height)")
    }
    guard cell > 0, beam.minor > 0, beam.major >= beam.minor, beam.major / cell < Double(max(width, height))
    else {
        throw ImagingError.setting("beam", reason: "must be above 0 and smaller than the image")
    }
    let gaussian = BeamImage(beam, cell: cell)
    let convolver = Convolver(
        width: width, height: height, reachX: gaussian.reach, reachY: gaussian.reach)
    let kernel = try await convolver.spectrum(
        gaussian.values, width: gaussian.edge, height: gaussian.edge, centreX: gaussian.reach,
        centreY: gaussian.reach)
    let spectrum = try await convolver.spectrum(model, width: width, height: height)
    var image = try await convolver.image([spectrum, kernel], width: width, height: height)
    for pixel in image.indices { image[pixel] += residual[pixel] }
    return image
}

/// A Gaussian beam, pixel by pixel, down to a billionth of its peak.
private struct BeamImage {
    let reach: Int
    let values: [Float]
    var edge: Int { 2 * reach + 1 }

    init(_ beam: RestoringBeam, cell: Double) {
        let (major, minor) = (beam.major / cell, beam.minor / cell)
        let (s, c) = (sin(beam.positionAngle), cos(beam.positionAngle))
        // exp(-4 ln 2 r²) is 1e-9 at r = 2.73 widths.
        let reach = Int((2.75 * major).rounded(.up))
        self.reach = reach
        // Columns go west, rows north; the angle from north through east.
        values = (-reach...reach).flatMap { row in
            (-reach...reach).map { column in
                let (east, north) = (-Double(column), Double(row))
                let along = (east * s + north * c) / major
                let across = (east * c - north * s) / minor
                return Float(exp(-4 * log(2) * (along * along + across * across)))
            }
        }
    }
}
