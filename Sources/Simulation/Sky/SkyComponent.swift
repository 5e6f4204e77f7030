import Foundation
import Visibilities

/// A component of a model of the sky, unpolarised: a point or a Gaussian, with a spectrum.
public struct SkyComponent: Sendable, Hashable {
    /// The shape of a Gaussian.
    public struct Gaussian: Sendable, Hashable {
        /// Full width at half maximum along the major axis, radians.
        public var major: Double
        /// Full width at half maximum along the minor axis, radians.
        public var minor: Double
        /// Of the major axis, north through east, radians.
        public var positionAngle: Double

        /// A shape.
        public init(major: Double, minor: Double, positionAngle: Double) {
            self.major = major
            self.minor = minor
            self.positionAngle = positionAngle
        }
    }

    /// How brightness changes with x = ν / ν₀.
    public enum Spectrum: Sendable, Hashable {
        /// S = S₀ x^(c₀ + c₁ log₁₀ x + c₂ (log₁₀ x)² + ...).
        case logarithmic([Double])
        /// S = S₀ + c₀ (x - 1) + c₁ (x - 1)² + ...
        case polynomial([Double])
    }

    /// Its name; empty where a list has none.
    public var name: String
    /// Where it is (ICRS).
    public var direction: Direction
    /// Stokes I at the reference frequency, Jy.
    public var flux: Double
    /// Its spectrum.
    public var spectrum: Spectrum
    /// ν₀, Hz; the centre of the band if nil.
    public var referenceFrequency: Double?
    /// Its shape; a point if nil.
    public var shape: Gaussian?

    /// A component; without more, a point of the same brightness at all frequencies.
    public init(
        name: String = "", direction: Direction, flux: Double, spectrum: Spectrum = .logarithmic([]),
        referenceFrequency: Double? = nil, shape: Gaussian? = nil
    ) {
        self.name = name
        self.direction = direction
        self.flux = flux
        self.spectrum = spectrum
        self.referenceFrequency = referenceFrequency
        self.shape = shape
    }

    /// The component that a point source is.
    public init(_ source: PointSource) {
        self.init(
            name: source.name, direction: source.direction, flux: source.flux,
            spectrum: .logarithmic([source.spectralIndex]),
            referenceFrequency: source.referenceFrequency)
    }

    /// Stokes I at a frequency, Jy.
    ///
    /// - Parameters:
    ///   - frequency: Hz.
    ///   - centre: reference for a component that has none, Hz.
    public func flux(at frequency: Double, centre: Double) -> Double {
        let x = frequency / (referenceFrequency ?? centre)
        switch spectrum {
        case .logarithmic(let terms):
            // A power law as it is, to the bit.
            if terms.count <= 1 { return flux * pow(x, terms.first ?? 0) }
            let logarithm = log10(x)
            return flux * pow(10, Self.sum(terms, of: logarithm))
        case .polynomial(let terms):
            return flux + Self.sum(terms, of: x - 1)
        }
    }

    /// d ln S / d ln ν at the reference frequency.
    public var spectralIndex: Double {
        switch spectrum {
        case .logarithmic(let terms): terms.first ?? 0
        case .polynomial(let terms): flux == 0 ? 0 : (terms.first ?? 0) / flux
        }
    }

    /// Whether brightness is greatest at an edge of the band whatever the band: a power law or a straight line.
    var isMonotonic: Bool {
        switch spectrum {
        case .logarithmic(let terms), .polynomial(let terms): terms.count <= 1
        }
    }

    /// c₀ x + c₁ x² + ...
    private static func sum(_ terms: [Double], of x: Double) -> Double {
        terms.reversed().reduce(0) { ($0 + $1) * x }
    }
}
