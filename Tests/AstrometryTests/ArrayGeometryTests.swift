import Foundation
import Parameters
import Testing

@testable import Astrometry

@Suite("Dishes of an array") struct ArrayGeometryTests {
    static let place = Geodetic(longitude: 0.37, latitude: -0.53, height: 1000)

    private func geometry(_ enu: [SIMD3<Double>], _ diameters: [Double]) -> ArrayGeometry {
        ArrayGeometry(
            positions: enu.map(Self.place.position(ofENU:)), diameters: diameters, earthOrientation: .none)
    }

    @Test(
        "of two dishes 20 m apart along the azimuth of a source, the far one is in shadow when 20 sin(elevation) < 12",
        arguments: [(35.0, true), (36.8, true), (36.9, false), (60, false), (90, false), (1, true)])
    func closedForm(elevation: Double, isShadowed: Bool) {
        let azimuth = 0.7
        let ahead = SIMD3(20 * sin(azimuth), 20 * cos(azimuth), 0)
        let array = geometry([[0, 0, 0], ahead, ahead * 60], [14, 10, 12])
        let direction = Self.place.vector(azimuth: azimuth, elevation: elevation * Angle.degree)
        #expect(array.shadowed(towards: direction) == [isShadowed, elevation < 0.6, false])
        let opposite = Self.place.vector(azimuth: azimuth + .pi, elevation: elevation * Angle.degree)
        #expect(array.shadowed(towards: opposite)[1] == isShadowed)
        #expect(!array.shadowed(towards: direction, tolerance: 12)[0])
    }

    @Test("a dish at the same place hides nothing, nor does one without a size, nor an unknown direction")
    func limits() {
        let up = Self.place.up
        #expect(geometry([[0, 0, 0], [0, 0, 0]], [14, 14]).shadowed(towards: up) == [false, false])
        #expect(geometry([[0, 0, 0], [0, 0, 9]], [14, 14]).shadowed(towards: up) == [true, false])
        #expect(geometry([[0, 0, 0], [0, 0, 9]], [0, 0]).shadowed(towards: up) == [false, false])
        let unknown = SIMD3<Double>(repeating: .nan)
        #expect(geometry([[0, 0, 0], [0, 0, 9]], [14, 14]).shadowed(towards: unknown) == [false, false])
        #expect(geometry([[0, 0, 0]], [14]).elevations(towards: unknown)[0].isNaN)
        #expect(geometry([], []).elevations(towards: up).isEmpty)
    }

    @Test("directions are those of the site's azimuth and elevation, NaN for times without a sky")
    func directions() throws {
        let array = geometry([[0, 0, 0]], [14])
        let times = [5e9, 5e9 + 3600, 1e12]
        let directions = array.site.directions(times: times, rightAscension: 1, declination: -0.6)
        for (time, direction) in zip(times, directions).dropLast() {
            let expected = try #require(
                array.site.azimuthElevation(time: time, rightAscension: 1, declination: -0.6))
            #expect(abs(array.elevations(towards: direction)[0] - expected.elevation) < 1e-12)
        }
        #expect(directions[2].x.isNaN)
    }
}

@Suite("Ranges of time") struct TimeRangesTests {
    @Test(
        "are in UTC or durations from a start, both ends in, and read back as they are written",
        arguments: [
            ("2019-06-15T12:00~2019-06-15T13:30", [43_200.0, 48_600], [43_199.0, 48_601]),
            ("~2019-06-15T00:00:08.5", [-1e6, 8.5], [8.6]),
            ("~10min,1h~,!2h~3h", [600, 3600, 7199, 10_801], [601, 3599, 7200, 10_800]),
        ])
    func contains(text: String, inside: [Double], outside: [Double]) throws {
        let ranges = try TimeRanges(RawText(text), nil)
        let midnight = try #require(UTC.time(of: "2019-06-15"))
        for time in inside { #expect(ranges.contains(midnight + time, start: midnight), "\(time)") }
        for time in outside { #expect(!ranges.contains(midnight + time, start: midnight), "\(time)") }
        #expect(try TimeRanges(RawText(ranges.text(nil)), nil) == ranges)
    }

    @Test(
        "nothing else is one", arguments: ["", "~", "noon", "10", "2019-02-29", "2019-06-15~10min", "3h~2h"])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try TimeRanges(RawText(text), nil) }
    }
}
