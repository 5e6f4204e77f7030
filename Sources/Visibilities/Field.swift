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

/// Visibilities that follow no place on the sky where one is needed.
public struct UnphasedError: Error, Hashable, CustomStringConvertible {
    /// The field that is not phased.
    public let field: String
    /// What cannot be done with it.
    public let purpose: String

    /// A field that follows no place on the sky, and what needs one.
    public init(field: String, purpose: String) {
        self.field = field
        self.purpose = purpose
    }

    /// What, where and how to mend, in one line.
    public var description: String {
        "drift data are phased to no place on the sky and cannot be \(purpose): field '\(field)': "
            + "add phase-centre to read, a direction or zenith"
    }
}

extension Observation {
    /// Checks that all scheduled fields are phased to a place on the sky.
    ///
    /// - Parameter purpose: what needs it, to say what cannot be done: `imaged`, `written as MVF v3`.
    /// - Throws: `UnphasedError` naming the first field that is not.
    public func requirePhased(_ purpose: String) throws(UnphasedError) {
        for scan in schedule where fields[scan.field].tracking != .sidereal {
            throw UnphasedError(field: fields[scan.field].name, purpose: purpose)
        }
    }
}
