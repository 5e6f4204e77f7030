import Astrometry
import Foundation
import Simulation
import Visibilities

/// A small simulation to change: some MeerKAT dishes, few channels, two scans with a slew between.
func smallParameters(antennas: Int = 5, channels: Int = 150, plan: String = "slew*2 t*3 slew*1 t*2") throws
    -> SimulationParameters
{
    var parameters = SimulationParameters(
        layout: try AntennaLayout(named: "meerkat").spread(antennas), plan: try ScanPlan(plan),
        earthOrientation: .none)
    parameters.channels = channels
    parameters.sefd = 0
    return parameters
}

extension SimulatedObservation {
    /// A region's visibilities, [baseline][polarisation][dump][channel].
    func visibilities(_ region: SimulatedRegion) -> [Complex64] {
        let count =
            region.baselines.count * observation.polarisations.count * region.dumps.count
            * region.channels.count
        var result = [Complex64](repeating: Complex64(.nan, .nan), count: count)
        var span = result.mutableSpan
        fill(region, visibilities: &span)
        return result
    }

    /// Everything in a scan.
    func whole(scan: Int) -> SimulatedRegion {
        SimulatedRegion(
            scan: scan, baselines: observation.baselines.indices,
            dumps: observation.schedule[scan].times.indices,
            channels: 0..<parameters.channels)
    }
}

func - (a: Complex64, b: Complex64) -> Complex64 { Complex64(a.real - b.real, a.imaginary - b.imaginary) }

func * (a: Complex64, b: Complex64) -> Complex64 {
    Complex64(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
}

extension Complex64 {
    /// Absolute value.
    var length: Float { (real * real + imaginary * imaginary).squareRoot() }
}
