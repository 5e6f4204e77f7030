import Foundation
import Visibilities

/// The transform of a Gaussian of unit flux, exp(-π² (a² θ² + b² φ²) / (4 ln 2)): θ and φ its full widths at half maximum, a and b
/// the spatial frequencies along its axes.
struct GaussianTransform: Sendable {
    /// Half axes in seconds: the squares of their products with uvw in metres, added and times ν², are the exponent.
    private let major, minor: SIMD2<Double>

    init(_ shape: SkyComponent.Gaussian) {
        let (sine, cosine) = (sin(shape.positionAngle), cos(shape.positionAngle))
        let scale = Double.pi / (2 * log(2).squareRoot() * Conventions.speedOfLight)
        major = shape.major * scale * SIMD2(sine, cosine)
        minor = shape.minor * scale * SIMD2(cosine, -sine)
    }

    /// Its values on a baseline, uvw in metres, at some frequencies, Hz.
    func values(_ uvw: UVW, _ frequency: SIMD8<Double>) -> SIMD8<Float> {
        let (along, across) = (uvw.u * major.x + uvw.v * major.y, uvw.u * minor.x + uvw.v * minor.y)
        let exponent = -(along * along + across * across) * frequency * frequency
        var values = SIMD8<Float>()
        for lane in 0..<8 { values[lane] = Float(exp(exponent[lane])) }
        return values
    }
}
