import Testing

@testable import Astrometry

@Suite("Frames of catalogues") struct CatalogueFrameTests {
    /// What others make of ICRS 60, -35 degrees: astropy 7 as FK5, casacore 3.5 (in an image of wsclean 3.1) as J2000.
    static let j2000: [(frame: CatalogueFrame, ra: Double, dec: Double)] = [
        (.fk5(equinox: 2000), 60.00000289297721, -35.000003523307505),
        (.meanJ2000, 60.0000061914351, -35.0000039483805), (.icrs, 60, -35),
    ]

    @Test("J2000 as astropy and casacore mean it, to 0.1 mas", arguments: j2000)
    func others(frame: CatalogueFrame, ra: Double, dec: Double) throws {
        let place = try #require(frame.icrs(longitude: ra * Angle.degree, latitude: dec * Angle.degree))
        let off = Sky.separation(
            rightAscension: place.rightAscension, declination: place.declination,
            rightAscension2: 60 * Angle.degree, declination2: -35 * Angle.degree)
        #expect(off < 1e-4 * Angle.arcsecond)
    }

    @Test(
        "angles in words",
        arguments: [(1.1e-7, "22.7 mas"), (2e-5, "4.13 arcsec"), (1e-3, "3.44 arcmin"), (-1, "-57.3 deg")])
    func words(angle: Double, text: String) { #expect(Angle.text(angle) == text) }
}
