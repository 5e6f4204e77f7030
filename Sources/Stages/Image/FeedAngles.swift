import Astrometry
import Foundation
import Visibilities

/// How the feeds of alt-azimuth antennas stand to the sky: they turn with the parallactic angle, and Q and U with them.
struct FeedAngles: Sendable {
    private let site: ObservingSite
    /// Position angle of the X feed from the direction of the zenith, through east, radians.
    private let feed: Double

    /// nil where the antennas follow the sky's turn, or stand nowhere on Earth.
    init?(_ observation: Observation, feed: Double) {
        guard observation.antennas.contains(where: { $0.mount.uppercased().hasPrefix("ALT") }),
            let site = ObservingSite(middleOf: observation)
        else { return nil }
        (self.site, self.feed) = (site, feed)
    }

    /// MeerKAT's H, which is called X, is horizontal.
    static func usual(_ observation: Observation) -> Double {
        observation.telescope.lowercased() == "meerkat" ? -.pi / 2 : 0
    }

    /// cos 2χ and sin 2χ of the feeds in each dump.
    func turns(_ context: BlockContext) -> [SIMD2<Float>] {
        context.times.map { time in
            let parallactic = site.parallacticAngle(
                time: time, rightAscension: context.phaseCentre.rightAscension,
                declination: context.phaseCentre.declination)
            let turn = 2 * ((parallactic ?? 0) + feed)
            return SIMD2(Float(cos(turn)), Float(sin(turn)))
        }
    }
}

extension ObservingSite {
    /// The middle of an array, if its antennas stand somewhere on Earth.
    init?(middleOf observation: Observation) {
        let sum = observation.antennas.reduce(SIMD3<Double>(repeating: 0)) { $0 + $1.position }
        let middle = sum / Double(max(observation.antennas.count, 1))
        let radius = (middle * middle).sum().squareRoot()
        guard (6.2e6...6.5e6).contains(radius), let orientation = try? EarthOrientation.shipped() else {
            return nil
        }
        self.init(position: middle, earthOrientation: orientation)
    }
}
