import CERFA

/// What changes slowly in the sky of an observer: the Earth's place and velocity and its celestial pole.
///
/// Evaluated at whole hours of Terrestrial Time and interpolated linearly between them: nutation (IAU 2006/2000A)
/// deviates by less than 1e-5 arcsec, aberration by less than 2e-6 arcsec. The nodes lie at fixed times, so a result does not
/// depend on which times were asked for before.
struct CelestialMotion {
    /// Barycentric position and velocity (au, au/day), heliocentric position (au), CIP x, y and CIO locator s (rad).
    struct State {
        var position, velocity, heliocentric: SIMD3<Double>
        var pole: SIMD3<Double>
    }

    private static let step = 1.0 / 24
    private var hour = Double.nan
    private var before: State?
    private var after: State?

    /// The state at a Terrestrial Time.
    mutating func state(at time: (day: Double, fraction: Double)) -> State {
        let hours = time.fraction / Self.step
        let node = time.day * 24 + hours.rounded(.down)
        let kept = node == hour ? (before, after) : node == hour + 1 ? (after, nil) : (nil, nil)
        let a = kept.0 ?? Self.evaluate(hour: node)
        let b = kept.1 ?? Self.evaluate(hour: node + 1)
        (hour, before, after) = (node, a, b)
        let x = hours - hours.rounded(.down)
        return State(
            position: a.position + (b.position - a.position) * x,
            velocity: a.velocity + (b.velocity - a.velocity) * x,
            heliocentric: a.heliocentric + (b.heliocentric - a.heliocentric) * x,
            pole: a.pole + (b.pole - a.pole) * x)
    }

    /// The state at an hour of Terrestrial Time, counted from MJD 0, as the theories give it.
    static func evaluate(hour: Double) -> State {
        let day = (hour / 24).rounded(.down)
        let fraction = (hour - day * 24) / 24
        var heliocentric = [Triple](repeating: (0, 0, 0), count: 2)
        var barycentric = heliocentric
        // The status warns of dates outside 1900-2100, where the ephemeris is only a little worse.
        _ = eraEpv00(TimeScales.epoch + day, fraction, &heliocentric, &barycentric)
        var (x, y, s) = (0.0, 0.0, 0.0)
        eraXys06a(TimeScales.epoch + day, fraction, &x, &y, &s)
        return State(
            position: SIMD3(barycentric[0]), velocity: SIMD3(barycentric[1]),
            heliocentric: SIMD3(heliocentric[0]),
            pole: SIMD3(x, y, s))
    }
}

/// A C array of three doubles.
typealias Triple = (Double, Double, Double)

extension SIMD3 where Scalar == Double {
    init(_ triple: Triple) { self.init(triple.0, triple.1, triple.2) }

    var triple: Triple { (x, y, z) }

    func dot(_ other: Self) -> Double { (self * other).sum() }

    func cross(_ b: Self) -> Self { Self(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x) }

    var norm: Double { dot(self).squareRoot() }

    var normalised: Self { self / norm }
}
