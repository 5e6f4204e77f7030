import Astrometry
import Formats
import Imaging
import Visibilities

extension ImageGeometry {
    /// The pixels of an image as they lie about a field's phase centre, neither turned nor regridded.
    init(_ header: ImageHeader, about centre: Direction) throws(ImagingError) {
        let middle = SIMD2(Double(header.width / 2), Double(header.height / 2))
        try self.init(
            width: header.width, height: header.height, cell: header.cell,
            centre: (header.reference - middle) * SIMD2(header.cell, -header.cell)
                + header.offset(from: centre))
    }
}

extension ImageHeader {
    /// The phase centre, ICRS; of those that a header of J2000 can mean the one next to a field's.
    ///
    /// They are FK5, as the FITS standard has it, the mean equator and equinox, as casacore has it (wsclean, CASA), and ICRS, as
    /// many write it: up to 25 mas apart.
    private func phaseCentre(nextTo centre: Direction) -> Direction {
        let frames: [CatalogueFrame] = isICRS ? [.icrs] : [.icrs, .fk5(equinox: 2000), .meanJ2000]
        let places = frames.compactMap { frame in
            frame.icrs(longitude: phaseCentre.rightAscension, latitude: phaseCentre.declination).map {
                Direction(rightAscension: $0.rightAscension, declination: $0.declination)
            }
        }
        return places.min { $0.separation(from: centre) < $1.separation(from: centre) } ?? phaseCentre
    }

    /// The angle between the phase centre and a field's, radians.
    func separation(from centre: Direction) -> Double { phaseCentre(nextTo: centre).separation(from: centre) }

    /// Direction cosines of the phase centre about a field's; 0 below a millionth of a cell, which is rounding.
    fileprivate func offset(from centre: Direction) -> SIMD2<Double> {
        let own = phaseCentre(nextTo: centre)
        let offset = own.cosines(about: centre)
        return own.separation(from: centre) < 1e-6 * cell ? .zero : SIMD2(offset.l, offset.m)
    }

    /// How far, in cells, a corner lies from its place when the image is moved about a field's phase centre without being turned
    /// or regridded; infinite beyond 5 degrees.
    func distortion(about centre: Direction) -> Double {
        let (own, offset) = (phaseCentre(nextTo: centre), offset(from: centre))
        guard own.separation(from: centre) < 5 * Angle.degree else { return .infinity }
        var most = 0.0
        for column in [0, Double(width - 1)] {
            for row in [0, Double(height - 1)] {
                let place = (SIMD2(column, row) - reference) * SIMD2(-cell, cell)
                guard let cosines = DirectionCosines(l: place.x, m: place.y) else { continue }
                let (ra, dec) = cosines.direction(
                    centreRightAscension: own.rightAscension, centreDeclination: own.declination)
                let seen = Direction(rightAscension: ra, declination: dec).cosines(about: centre)
                let error = SIMD2(seen.l, seen.m) - place - offset
                most = max(most, (error * error).sum().squareRoot() / cell)
            }
        }
        return most
    }
}

extension Direction {
    /// The angle to another direction, radians.
    func separation(from other: Direction) -> Double {
        Sky.separation(
            rightAscension: rightAscension, declination: declination, rightAscension2: other.rightAscension,
            declination2: other.declination)
    }

    /// Direction cosines about a phase centre.
    func cosines(about centre: Direction) -> DirectionCosines {
        DirectionCosines(
            rightAscension: rightAscension, declination: declination,
            centreRightAscension: centre.rightAscension, centreDeclination: centre.declination)
    }
}
