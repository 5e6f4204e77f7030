import Astrometry
import Visibilities

extension Observation {
    /// Computes the uvw of all antennas in all scheduled dumps of which the files store none.
    mutating func completeUVW(_ orientation: EarthOrientation) {
        let calculator = UVWCalculator(
            antennaPositions: antennas.map(\.position), earthOrientation: orientation)
        for index in schedule.indices where schedule[index].antennaUVW.isEmpty {
            let centre = fields[schedule[index].field].phaseCentre
            schedule[index].antennaUVW = calculator.antennaUVW(
                times: schedule[index].times, rightAscension: centre.rightAscension,
                declination: centre.declination
            ).map { UVW($0.x, $0.y, $0.z) }
        }
    }
}
