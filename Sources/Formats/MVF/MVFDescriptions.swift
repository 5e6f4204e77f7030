import Astrometry
import Visibilities

extension MVFTarget {
    /// The katpoint string of a field.
    static func description(of field: Field) -> String {
        let name = field.name.split(separator: ",").joined(separator: " ")
        let hours = Sexagesimal.colons(field.phaseCentre.rightAscension * 12 / .pi, decimals: 7)
        let degrees = Sexagesimal.colons(field.phaseCentre.declination * 180 / .pi, decimals: 6)
        return "\(name), \((["radec"] + field.tags).joined(separator: " ")), \(hours), \(degrees)"
    }
}

extension AntennaDescription {
    /// The katpoint strings of antennas, relative to the WGS84 position of their mean.
    static func lines(of antennas: [Antenna]) -> [String] {
        guard let first = antennas.first else { return [] }
        let mean = antennas.reduce(SIMD3<Double>()) { $0 + $1.position } / Double(antennas.count)
        let place = Geodetic(position: mean == SIMD3() ? first.position : mean)
        let (latitude, longitude) = (place.latitude / Angle.degree, place.longitude / Angle.degree)
        let text =
            "\(Sexagesimal.colons(latitude, decimals: 4)), \(Sexagesimal.colons(longitude, decimals: 4)), "
            + "\((place.height * 1000).rounded() / 1000)"
        // Offsets are from the place as the text has it, rounded.
        let reference = (try? AntennaDescription("array, \(text), 0"))?.reference ?? place
        return antennas.map { antenna in
            let offset = reference.enu(ofPosition: antenna.position)
            return
                "\(antenna.name), \(text), \(antenna.diameter), \(offset.x) \(offset.y) \(offset.z), , 1.22"
        }
    }
}
