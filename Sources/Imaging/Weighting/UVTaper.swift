import Visibilities

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Factors of imaging weights that depend on the uv distance of a sample, its own, not that of a cell's centre.
public struct UVTaper: Sendable, Hashable {
    /// The Gaussian is exp(-gaussian q²) at q wavelengths; 0 without one.
    private let gaussian: Double
    /// Raised-cosine edges.
    private let edges: [Edge]

    /// A rise from 0 to 1 (a fall if the slope is negative) as half a cosine: where it is 0, in wavelengths, and its
    /// inverse width.
    private struct Edge: Sendable, Hashable {
        let foot: Double
        let slope: Double
    }

    /// None.
    public static var none: UVTaper { UVTaper() }

    private init() { (gaussian, edges) = (0, []) }

    /// A taper; each part may be left out.
    ///
    /// - Parameters:
    ///   - fullWidth: full width at half maximum of the Gaussian, in the image, that the taper alone would make of a
    ///     point, radians: exp(-π² θ² q² / (4 ln 2)) at q wavelengths; 0 for none.
    ///   - inner: wavelengths over which weights rise from 0 at the least uv distance as a Tukey window does; 0 for none.
    ///   - outer: wavelengths over which they fall to 0 at the greatest uv distance; 0 for none.
    ///   - range: the uv distances, in wavelengths where there are edges.
    /// - Throws: `ImagingError.setting` for widths that are negative, or an edge without a limit to fall to.
    public init(fullWidth: Double = 0, inner: Double = 0, outer: Double = 0, range: UVRange = .all)
        throws(ImagingError)
    {
        for (name, value) in [
            ("taper-gaussian", fullWidth), ("taper-inner-tukey", inner), ("taper-tukey", outer),
        ] where !(value >= 0 && value.isFinite) {
            throw .setting(name, reason: "\(value) is no width")
        }
        guard inner == 0 && outer == 0 || range.unit == .wavelengths else {
            throw .setting("uv-range", reason: "Tukey tapers need a range in wavelengths")
        }
        guard outer == 0 || range.most < .infinity else {
            throw .setting("taper-tukey", reason: "needs a greatest uv distance, uv-range: ~D")
        }
        gaussian = .pi * .pi * fullWidth * fullWidth / (4 * log(2))
        edges =
            (inner > 0 ? [Edge(foot: range.least, slope: 1 / inner)] : [])
            + (outer > 0 ? [Edge(foot: range.most, slope: -1 / outer)] : [])
    }

    /// Multiplies factors of a row's channels.
    func apply(to factors: inout [Float], _ uvw: UVW, _ frequencies: [Double], _ channels: Range<Int>) {
        guard gaussian > 0 || !edges.isEmpty else { return }
        let perHertz = (uvw.u * uvw.u + uvw.v * uvw.v).squareRoot() / Conventions.speedOfLight
        for channel in channels { factors[channel] *= Float(value(at: perHertz * frequencies[channel])) }
    }

    /// The taper at a uv distance in wavelengths.
    func value(at distance: Double) -> Double {
        var value = gaussian > 0 ? exp(-gaussian * distance * distance) : 1
        for edge in edges {
            let rise = max(0, min(1, (distance - edge.foot) * edge.slope))
            value *= 0.5 - 0.5 * cos(.pi * rise)
        }
        return value
    }
}
