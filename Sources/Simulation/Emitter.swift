import Astrometry
import Foundation

/// A source of interference: what it emits when and where, and where it stands.
///
/// Its visibility is amplitude · response₁ response₂ · exp(2πi ν τ), τ its true geometric delay less that of the phase centre, before gains.
public struct Emitter: Sendable, Hashable, Codable {
    /// Its kind.
    public var kind: InterferenceKind
    /// Channels it may appear in; of a `drift` one at the first dump.
    public var channels: Range<Int>
    /// Dumps (from the start of the plan) in which it may appear.
    public var dumps: Range<Int>
    /// Amplitude, Jy: of one that varies its typical value, of a moving or bell-shaped one in its middle, of `blips` the least.
    public var amplitude: Double
    /// Middle of a bell-shaped spectrum, channels; of a `chirp` in the middle of its dumps, of a `comb` its first line.
    public var centre = 0.0
    /// Channels that a moving one moves by in a dump.
    public var slope = 0.0
    /// Channels per dump² that a `chirp` moves by beside: centre + slope x + curvature x², x from the middle of its dumps.
    public var curvature = 0.0
    /// Width of a bell-shaped spectrum (standard deviation; of a `satellite` half its main lobe), channels.
    public var width = 1.0
    /// Distance between the lines of a `comb`, channels.
    public var spacing = 0.0
    /// Dumps from one appearance to the next, of those that come and go; 0: always there.
    public var period = 0.0
    /// Share of a period in which it is there.
    public var duty = 1.0
    /// Azimuth from north through east at the start, radians.
    public var azimuth: Double
    /// Elevation at the start, radians.
    public var elevation: Double
    /// Change of azimuth, radians per second.
    public var azimuthRate = 0.0
    /// Change of elevation, radians per second.
    public var elevationRate = 0.0
    /// Voltage response of each receptor, [antenna][hand X, Y].
    public var responses: [Float] = []
    var key: UInt64
}

extension Emitter {
    /// The unit vector towards it, ITRF axes, `time` seconds from the start, seen from a place.
    func direction(after time: Double, at place: Geodetic) -> SIMD3<Double> {
        let (az, el) = (azimuth + azimuthRate * time, elevation + elevationRate * time)
        return place.vector(ofENU: SIMD3(cos(el) * sin(az), cos(el) * cos(az), sin(el)))
    }
}
