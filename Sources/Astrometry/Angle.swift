import Foundation

/// Angle units, as radians.
public enum Angle {
    /// One degree.
    public static let degree = Double.pi / 180
    /// One hour of right ascension.
    public static let hour = Double.pi / 12
    /// One second of arc.
    public static let arcsecond = Double.pi / 648_000

    /// The angle in [0, 2π), radians.
    public static func positive(_ angle: Double) -> Double {
        let turn = 2 * Double.pi
        let rest = angle - turn * (angle / turn).rounded(.down)
        return rest >= turn ? 0 : rest
    }

    /// The angle in [−π, π), radians.
    public static func signed(_ angle: Double) -> Double { positive(angle + .pi) - .pi }

    /// An angle to three digits, in the unit that suits it: `23.1 mas`, `1.5 arcmin`, `57 deg`.
    public static func text(_ angle: Double) -> String {
        let units = [("deg", degree), ("arcmin", 60 * arcsecond), ("arcsec", arcsecond)]
        let (unit, size) = units.first { abs(angle) >= $0.1 } ?? ("mas", arcsecond / 1000)
        return String(format: "%.3g ", angle / size) + unit
    }
}
