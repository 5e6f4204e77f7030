/// What the phases and uvw of a field's visibilities follow.
///
/// About a tracked direction V(ν) = Σ S exp(+2πi ν/c (u l + v m + w (n − 1))); unprojected data keep the whole delay,
/// V(ν) = Σ S exp(+2πi ν/c (u l + v m + w n)).
public enum Tracking: Sendable, Hashable {
    /// The field's phase centre, as it moves over the sky.
    case sidereal
    /// A direction fixed to the ground, radians: azimuth from north through east, and elevation.
    case driftscan(azimuth: Double, elevation: Double)
    /// Nothing: uvw are metres east, north and up at the array, and the phases hold every delay as it arrived.
    case unprojected
}

/// A named place on the sky that was observed.
public struct Field: Sendable, Hashable {
    /// The target's name.
    public var name: String
    /// The phase centre; of a field that does not track the sky, where its direction or the zenith pointed in the middle of its time.
    public var phaseCentre: Direction
    /// The observer's tags, such as `target`, `bpcal`, `gaincal`.
    public var tags: [String]
    /// What its visibilities are phased to.
    public var tracking: Tracking

    /// A field with its phase centre.
    public init(name: String, phaseCentre: Direction, tags: [String] = [], tracking: Tracking = .sidereal) {
        self.name = name
        self.phaseCentre = phaseCentre
        self.tags = tags
        self.tracking = tracking
    }
}
