import Foundation
import Visibilities

/// The orthographic (SIN) projection of the sky about a phase centre (Calabretta & Greisen 2002, section 5.1.5).
public struct SkyProjection: Sendable, Hashable {
    /// The tangent point.
    public let centre: Direction

    /// The projection about a direction.
    public init(centre: Direction) { self.centre = centre }

    /// Direction cosines (l east, m north) of a right ascension, relative to the centre's, and a declination (radians); nil
    /// on the far side of the sky.
    public func cosines(rightAscensionOffset: Double, declination: Double) -> (l: Double, m: Double)? {
        let (sine, cosine) = (sin(declination), cos(declination))
        let (sine0, cosine0) = (sin(centre.declination), cos(centre.declination))
        let n = sine * sine0 + cosine * cosine0 * cos(rightAscensionOffset)
        guard n > 0 else { return nil }
        return (
            cosine * sin(rightAscensionOffset), sine * cosine0 - cosine * sine0 * cos(rightAscensionOffset)
        )
    }

    /// Right ascension relative to the centre's, in -π ... π, and declination of direction cosines; nil off the sky.
    public func direction(l: Double, m: Double) -> (rightAscensionOffset: Double, declination: Double)? {
        let square = l * l + m * m
        guard square < 1 else { return nil }
        let n = (1 - square).squareRoot()
        let (sine0, cosine0) = (sin(centre.declination), cos(centre.declination))
        let declination = asin(min(max(n * sine0 + m * cosine0, -1), 1))
        return (atan2(l, n * cosine0 - m * sine0), declination)
    }
}
