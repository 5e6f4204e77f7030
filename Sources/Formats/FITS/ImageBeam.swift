/// An elliptical Gaussian beam.
public struct ImageBeam: Sendable, Hashable {
    /// Full width at half maximum of the major axis, radians.
    public var major: Double
    /// Full width at half maximum of the minor axis, radians.
    public var minor: Double
    /// Position angle of the major axis, north through east, radians.
    public var positionAngle: Double

    /// A beam in radians.
    public init(major: Double, minor: Double, positionAngle: Double) {
        self.major = major
        self.minor = minor
        self.positionAngle = positionAngle
    }
}
