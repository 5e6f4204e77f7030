import Astrometry
import Visibilities

/// Visibilities of a model of the sky about a phase centre, by a direct sum over its components:
/// V = Σ S(ν) G(u, v) exp(+2πi ν/c (u l + v m + w (n - 1))), with G the transform of a Gaussian of unit flux. Phases
/// are good to 1e-6.
public struct SkyPrediction: Sendable {
    private typealias Lanes = SIMD8<Float>

    /// A component as it is seen from the phase centre.
    private struct Placed: Sendable {
        /// l, m and n - 1 over the speed of light: times uvw, a delay.
        let path: SIMD3<Double>
        /// Stokes I by vector of channels.
        let flux: [Lanes]
        /// nil for a point.
        let transform: GaussianTransform?
    }

    /// Channels of the rows.
    public let channels: Int
    /// By vector, the last channel repeated.
    private let frequencies: [SIMD8<Double>]
    private let components: [Placed]

    /// Places components about a phase centre.
    ///
    /// - Parameters:
    ///   - model: the components.
    ///   - centre: the phase centre of the visibilities.
    ///   - frequencies: of the channels, Hz.
    ///   - middle: what components refer to that set no reference frequency: that of the band's middle channel, Hz.
    /// - Throws: `SimulationError` for a component beyond the horizon of the phase centre, or without a finite
    ///   brightness.
    public init(
        _ model: [SkyComponent], centre: Direction, frequencies: [Double], middle: Double
    ) throws(SimulationError) {
        channels = frequencies.count
        let vectors = (channels + 7) / 8
        func vector(_ values: [Double], _ number: Int) -> SIMD8<Double> {
            var lanes = SIMD8<Double>()
            for lane in 0..<8 { lanes[lane] = values[min(8 * number + lane, values.count - 1)] }
            return lanes
        }
        self.frequencies = (0..<vectors).map { vector(frequencies, $0) }
        var components: [Placed] = []
        components.reserveCapacity(model.count)
        for (number, component) in model.enumerated() {
            let cosines = DirectionCosines(
                rightAscension: component.direction.rightAscension,
                declination: component.direction.declination,
                centreRightAscension: centre.rightAscension, centreDeclination: centre.declination)
            let fluxes = frequencies.map { component.flux(at: $0, centre: middle) }
            guard cosines.n > 0, fluxes.allSatisfy({ $0.isFinite && abs($0) < 1e30 }) else {
                throw SimulationError(
                    cosines.n > 0
                        ? "no finite brightness in the band" : "over 90 degrees from the phase centre",
                    place: "component \(number + 1) of the model", remedy: "leave it out")
            }
            components.append(
                Placed(
                    path: SIMD3(cosines.l, cosines.m, cosines.nMinusOne) / Conventions.speedOfLight,
                    flux: (0..<vectors).map { Lanes(vector(fluxes, $0)) },
                    transform: component.shape.map(GaussianTransform.init)))
        }
        self.components = components
    }

    /// Bytes of a prediction of so many components in so many channels.
    public static func bytes(components: Int, channels: Int) -> Int {
        components * (200 + (channels + 7) / 8 * MemoryLayout<Lanes>.stride)
    }

    /// Predicts Stokes I of a baseline in a dump.
    ///
    /// - Parameters:
    ///   - uvw: r(antenna 1) - r(antenna 2), metres.
    ///   - row: takes the visibilities, a channel each.
    public func predict(_ uvw: UVW, into row: inout MutableSpan<Complex64>) {
        precondition(row.count == channels, "a row has as many channels as its prediction")
        for (number, frequency) in frequencies.enumerated() {
            var (real, imaginary) = (Lanes(), Lanes())
            for component in components {
                let path = component.path
                let delay = uvw.u * path.x + uvw.v * path.y + uvw.w * path.z
                let (cosine, sine) = phasor(turns: delay * frequency)
                var flux = component.flux[number]
                if let transform = component.transform { flux *= transform.values(uvw, frequency) }
                real += flux * cosine
                imaginary += flux * sine
            }
            for lane in 0..<min(8, channels - 8 * number) {
                row[8 * number + lane] = Complex64(real[lane], imaginary[lane])
            }
        }
    }
}
