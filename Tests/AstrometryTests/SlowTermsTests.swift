import Foundation
import Testing

@testable import Astrometry

@Suite("Slow terms and time scales") struct SlowTermsTests {
    @Test(
        "interpolated between hours, the pole is good to 1e-5 arcsec and aberration to 2e-6 arcsec",
        arguments: [0, 5.3, 1234.7])
    func interpolation(days: Double) {
        var motion = CelestialMotion()
        for hour in 0..<24 {
            let fraction = (Double(hour) + 0.5) / 24
            let day = (57000 + days).rounded(.down)
            let between = motion.state(at: (day, fraction))
            let exact = CelestialMotion.evaluate(hour: (day + fraction) * 24)
            #expect((between.pole - exact.pole).norm < 1e-5 * Angle.arcsecond)
            let lightSpeed = 173.144_632_674
            #expect((between.velocity - exact.velocity).norm / lightSpeed < 2e-6 * Angle.arcsecond)
        }
    }

    @Test(
        "TAI − UTC steps at leap seconds",
        arguments: [(41317.0, 10.0), (53735, 32), (53736, 33), (57753, 36), (57754, 37), (61000, 37)])
    func leapSeconds(day: Double, difference: Double) {
        #expect(TimeScales.taiMinusUTC(day: day) == difference)
    }

    @Test("terrestrial time is 69.184 s ahead since 2017, also on the day before in its own 68.184 s")
    func terrestrial() throws {
        let after = try #require(TimeScales(utc: 57754.5 * 86400, ut1MinusUTC: 0.4))
        #expect(abs(after.terrestrial.fraction * 86400 - 43200 - 69.184) < 1e-9)
        #expect(abs(after.universal.fraction * 86400 - 43200.4) < 1e-9)
        let before = try #require(TimeScales(utc: 57753.5 * 86400, ut1MinusUTC: 0))
        #expect(abs(before.terrestrial.fraction * 86400 - 43200 - 68.184) < 1e-9)
        #expect(TimeScales(utc: .nan, ut1MinusUTC: 0) == nil)
    }

    @Test("a resource that is not shipped has no path") func missingResource() {
        #expect(ShippedResource.path("nothing.eop", target: "Astrometry") == nil)
    }
}
