/// A direction on the sky: ICRS right ascension and declination, radians.
public struct Direction: Sendable, Hashable {
    /// Right ascension, radians, in [0, 2π).
    public var rightAscension: Double
    /// Declination, radians.
    public var declination: Double

    /// A direction in radians.
    public init(rightAscension: Double, declination: Double) {
        self.rightAscension = rightAscension
        self.declination = declination
    }
}
