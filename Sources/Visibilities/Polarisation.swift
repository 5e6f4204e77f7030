/// A correlation product (or Stokes parameter) by its FITS/AIPS code: linear -5 ... -8, circular -1 ... -4, Stokes 1 ... 4.
public enum Polarisation: Int, Sendable, Hashable, CaseIterable {
    // The codes of the FITS STOKES axis (FITS standard 4.0, table 29).
    case i = 1
    case q = 2
    case u = 3
    case v = 4
    case rr = -1
    case ll = -2
    case rl = -3
    case lr = -4
    case xx = -5
    case yy = -6
    case xy = -7
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
