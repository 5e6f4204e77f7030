import Astrometry
import Foundation

/// Kinds of radio-frequency interference that can be simulated.
public enum InterferenceKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Always there, in wide bands and single channels.
    case persistent
    /// A dump or two over a wide part of the band.
    case burst
    /// Narrow, moving through the channels and over the sky.
    case drift
    /// Single samples.
    case blips

    /// The kind's bit in the truth: 1, 2, 4, 8.
    public var bit: UInt8 {
        switch self {
        case .persistent: 1
        case .burst: 2
        case .drift: 4
        case .blips: 8
        }
    }
}

/// A source of interference: what it emits when and where, and where it stands.
///
/// Its visibility is amplitude · response₁ response₂ · exp(2πi ν τ), τ its true geometric delay less that of the phase centre, before gains.
public struct Emitter: Sendable, Hashable, Codable {
    /// Its kind.
    public var kind: InterferenceKind
    /// Channels it may appear in at the first dump.
    public var channels: Range<Int>
    /// Dumps (from the start of the plan) in which it may appear.
    public var dumps: Range<Int>
    /// Amplitude, Jy: of a `persistent` one on average, of a `drift` one in its middle, of `blips` the least.
    public var amplitude: Double
    /// Channels that a `drift` one moves by in a dump.
    public var slope = 0.0
    /// Width (standard deviation) of a `drift` one, channels.
    public var width = 1.0
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

    private var random: KeyedRandom { KeyedRandom(key: key) }

    /// Channels in which it may appear in a dump.
    func reach(dump: Int, of channelCount: Int) -> Range<Int> {
        guard dumps.contains(dump) else { return 0..<0 }
        guard kind == .drift else { return channels }
        let centre = self.centre(dump: dump)
        let low = min(max(centre - 2 * width, 0), Double(channelCount))
        let high = min(max(centre + 2 * width + 1, 0), Double(channelCount))
        return Int(low)..<max(Int(high.rounded(.up)), Int(low))
    }

    private func centre(dump: Int) -> Double { Double(channels.lowerBound) + slope * Double(dump) }

    /// Amplitude in a dump and channel that it can reach, Jy.
    func amplitude(dump: Int, channel: Int) -> Double {
        switch kind {
        case .persistent: return amplitude * exp(0.3 * random.normal(dump))
        case .burst: return amplitude
        case .drift:
            let x = (Double(channel) - centre(dump: dump)) / width
            return abs(x) < 2 ? amplitude * exp(-0.5 * x * x) : 0
        case .blips:
            let use = random.child(dump).child(channel)
            return use.uniform(0) < 1.0 / 400 ? amplitude * pow(10, 1.8 * use.uniform(1)) : 0
        }
    }

    /// The amplitudes of a dump over the channels it can reach, Jy; a steady one has a single number.
    func amplitudes(dump: Int, channels: Range<Int>, each body: (Int, Float) -> Void) {
        if kind == .drift || kind == .blips {
            for channel in channels { body(channel, Float(amplitude(dump: dump, channel: channel))) }
        } else if let first = channels.first {
            let value = Float(amplitude(dump: dump, channel: first))
            for channel in channels { body(channel, value) }
        }
    }
}

extension Emitter {
    /// The unit vector towards it, ITRF axes, `time` seconds from the start, seen from a place.
    func direction(after time: Double, at place: Geodetic) -> SIMD3<Double> {
        let (az, el) = (azimuth + azimuthRate * time, elevation + elevationRate * time)
        return place.vector(ofENU: SIMD3(cos(el) * sin(az), cos(el) * cos(az), sin(el)))
    }
}
