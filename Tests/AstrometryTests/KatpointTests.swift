import Foundation
import TestSupport
import Testing

@testable import Astrometry

/// Against katpoint, which MeerKAT's own uvw come from. It takes UTC for UT1, so up to 0.9 s × 15″ of rotation differ.
@Suite("uvw against katpoint", .enabled(if: Peers.katdal != nil, "katpoint"))
struct KatpointTests {
    static let script = """
        import sys, numpy as np, katpoint
        ref = '-30:42:39.8, 21:26:38.0, 1086.6, 13.5'
        enu = np.array([float(x) for x in sys.argv[1].split()]).reshape(-1, 3)
        ants = [katpoint.Antenna('a%d, %s, %r %r %r' % (i, ref, *map(float, e))) for i, e in enumerate(enu)]
        for case in sys.argv[2:]:
            unix, ra, dec = [float(x) for x in case.split()]
            t = katpoint.construct_radec_target(ra, dec)
            print(*np.array(t.uvw(ants, unix, ants[0].array_reference_antenna())).T.ravel())
        """

    @Test(
        "2 cm at 4.3 km with its UT1, 13 cm with the true one; sources at 0.96° move by less than 0.15″",
        arguments: [-35.0, -65.0, 10.0])
    func agrees(declination: Double) throws {
        let offsets = UVWCalculatorTests.offsets
        let (ra, dec) = (60 * Angle.degree, declination * Angle.degree)
        // Each hour over six hours about transit.
        let times = (0..<7).map { 1_497_592_800.0 + 3600 * Double($0) }
        let enu = offsets.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
        let numbers = try Peers.numbers(
            Peers.katdal, Self.script, [enu] + times.map { "\($0) \(ra) \(dec)" })
        try #require(numbers.count == times.count * offsets.count * 3)
        let theirs = (0..<numbers.count / 3).map {
            SIMD3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2])
        }
        func uvw(_ orientation: EarthOrientation) -> [SIMD3<Double>] {
            UVWCalculatorTests.calculator(orientation).antennaUVW(
                times: times.map { UTC.time(unix: $0) }, rightAscension: ra, declination: dec)
        }
        let asKatpoint = zip(uvw(.none), theirs).map { ($0 - $1).norm }.max() ?? .infinity
        #expect(asKatpoint < 0.02, "worst \(asKatpoint) m")
        let mine = try uvw(.shipped())
        let worst = zip(mine, theirs).map { ($0 - $1).norm }.max() ?? .infinity
        #expect(worst < 0.13, "worst \(worst) m")
        for angle in stride(from: 0.0, to: 6.2, by: 0.7) {
            let radius = 0.96 * Angle.degree
            let source = try #require(DirectionCosines(l: radius * sin(angle), m: radius * cos(angle)))
            let shift = Self.shift(of: source, from: theirs, to: mine)
            #expect(shift / Angle.arcsecond < 0.15, "\(shift / Angle.arcsecond) arcsec at \(angle) rad")
        }
    }

    /// How far a source seen with one set of uvw moves in an image made with another: the least-squares fit of delays.
    private static func shift(of source: DirectionCosines, from: [SIMD3<Double>], to: [SIMD3<Double>])
        -> Double
    {
        var (uu, uv, vv, ud, vd) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (a, b) in zip(from, to) {
            let d = a - b
            let delay = d.x * source.l + d.y * source.m + d.z * source.nMinusOne
            let u = b.x - b.z * source.l / source.n
            let v = b.y - b.z * source.m / source.n
            (uu, uv, vv) = (uu + u * u, uv + u * v, vv + v * v)
            (ud, vd) = (ud + u * delay, vd + v * delay)
        }
        let determinant = uu * vv - uv * uv
        return hypot((ud * vv - vd * uv) / determinant, (vd * uu - ud * uv) / determinant)
    }
}
