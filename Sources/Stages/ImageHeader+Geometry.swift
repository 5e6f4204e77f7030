import Astrometry
import Formats
import Imaging
import Visibilities

extension ImageGeometry {
    /// The pixels of an image whose reference is the phase centre.
    init(_ header: ImageHeader) throws(ImagingError) {
        let middle = SIMD2(Double(header.width / 2), Double(header.height / 2))
        try self.init(
            width: header.width, height: header.height, cell: header.cell,
            centre: (header.reference - middle) * SIMD2(header.cell, -header.cell))
    }
}

extension ImageHeader {
    /// The angle between the phase centre and another direction, radians.
    func separation(from centre: Direction) -> Double {
        Sky.separation(
            rightAscension: phaseCentre.rightAscension, declination: phaseCentre.declination,
            rightAscension2: centre.rightAscension, declination2: centre.declination)
    }
}
