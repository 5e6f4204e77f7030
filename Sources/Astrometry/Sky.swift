import Foundation

/// Directions on the celestial sphere, radians.
public enum Sky {
    /// The unit vector of a direction.
    public static func vector(rightAscension: Double, declination: Double) -> SIMD3<Double> {
        SIMD3(
            cos(declination) * cos(rightAscension), cos(declination) * sin(rightAscension), sin(declination))
    }

    /// The direction of a vector of any length, right ascension in [0, 2π); (0, 0) for the zero vector.
    public static func angles(of vector: SIMD3<Double>) -> (rightAscension: Double, declination: Double) {
        (Angle.positive(atan2(vector.y, vector.x)), atan2(vector.z, hypot(vector.x, vector.y)))
    }

    /// The angle between two directions, exact for small and large ones.
    public static func separation(
        rightAscension ra1: Double, declination dec1: Double, rightAscension2 ra2: Double,
        declination2 dec2: Double
    ) -> Double {
        let a = vector(rightAscension: ra1, declination: dec1)
        let b = vector(rightAscension: ra2, declination: dec2)
        return atan2(a.cross(b).norm, a.dot(b))
    }
}

/// Direction cosines about a phase centre: l east, m north, n towards it.
///
/// n − 1 is kept instead of n, and computed as −(l² + m²)/(1 + n): the difference form loses five digits near the centre.
public struct DirectionCosines: Sendable, Hashable {
    /// East.
    public var l: Double
    /// North.
    public var m: Double
    /// Towards the phase centre, minus 1.
    public var nMinusOne: Double

    /// Towards the phase centre; negative behind the observer.
    public var n: Double { 1 + nMinusOne }

    /// The cosines at l, m on the near half of the sky; nil beyond the horizon of the phase centre (l² + m² > 1).
    public init?(l: Double, m: Double) {
        let square = l * l + m * m
        guard square <= 1 else { return nil }
        self.l = l
        self.m = m
        nMinusOne = -square / (1 + (1 - square).squareRoot())
    }

    /// The cosines of a direction about a phase centre, all in radians (Thompson, Moran & Swenson 2017, eq. 3.32).
    public init(
        rightAscension: Double, declination: Double, centreRightAscension: Double, centreDeclination: Double
    ) {
        let step = rightAscension - centreRightAscension
        let (sine, cosine) = (sin(centreDeclination), cos(centreDeclination))
        l = cos(declination) * sin(step)
        m = sin(declination) * cosine - cos(declination) * sine * cos(step)
        let n = sin(declination) * sine + cos(declination) * cosine * cos(step)
        nMinusOne = n > 0 ? -(l * l + m * m) / (1 + n) : n - 1
    }

    /// The direction about a phase centre, radians, right ascension in [0, 2π).
    public func direction(
        centreRightAscension: Double, centreDeclination: Double
    ) -> (rightAscension: Double, declination: Double) {
        let (sine, cosine) = (sin(centreDeclination), cos(centreDeclination))
        let (x, z) = (n * cosine - m * sine, m * cosine + n * sine)
        return (Angle.positive(centreRightAscension + atan2(l, x)), atan2(z, hypot(x, l)))
    }
}
