/// A correlation product (or Stokes parameter) by its code on the FITS STOKES axis (FITS standard 4.0, table 29):
/// linear -5 ... -8, circular -1 ... -4, Stokes 1 ... 4.
public enum Polarisation: Int, Sendable, Hashable, CaseIterable {
    /// Stokes I, total intensity.
    case i = 1
    /// Stokes Q.
    case q = 2
    /// Stokes U.
    case u = 3
    /// Stokes V.
    case v = 4
    /// Right with right circular.
    case rr = -1
    /// Left with left circular.
    case ll = -2
    /// Right with left circular.
    case rl = -3
    /// Left with right circular.
    case lr = -4
    /// X with X linear.
    case xx = -5
    /// Y with Y linear.
    case yy = -6
    /// X with Y linear.
    case xy = -7
    /// Y with X linear.
    case yx = -8

    /// The usual name: `XX`, `RL`, `I`.
    public var name: String { String(describing: self).uppercased() }

    /// Finds a product by name, case-insensitively; MeerKAT's `HH`, `HV`, `VH`, `VV` read as X = H, Y = V.
    public init?(name: String) {
        let wanted = name.uppercased().map { $0 == "H" ? "X" : $0 == "V" && name.count == 2 ? "Y" : $0 }
        guard let found = Self.allCases.first(where: { $0.name == String(wanted) }) else { return nil }
        self = found
    }
}
