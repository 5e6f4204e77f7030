import Astrometry
import Visibilities

extension Observation {
    /// Computes the uvw of all antennas in all scheduled dumps of which the files store none.
    mutating func completeUVW(_ orientation: EarthOrientation) {
        let calculator = UVWCalculator(
            antennaPositions: antennas.map(\.position), earthOrientation: orientation)
        for index in schedule.indices where schedule[index].antennaUVW.isEmpty {
            schedule[index].antennaUVW = calculator.antennaUVW(
                of: fields[schedule[index].field], times: schedule[index].times)
        }
    }
}

extension UVWCalculator {
    /// uvw of each antenna at each time, [time][antenna], as a field's visibilities are phased.
    func antennaUVW(of field: Field, times: [Double]) -> [UVW] {
        let fixed: [SIMD3<Double>]
        switch field.tracking {
        case .sidereal:
            return antennaUVW(
                times: times, rightAscension: field.phaseCentre.rightAscension,
                declination: field.phaseCentre.declination
            ).map { UVW($0.x, $0.y, $0.z) }
        case .driftscan(let azimuth, let elevation):
            fixed = antennaUVW(azimuth: azimuth, elevation: elevation)
        case .unprojected: fixed = antennaENU
        }
        return times.flatMap { _ in fixed.map { UVW($0.x, $0.y, $0.z) } }
    }
}
