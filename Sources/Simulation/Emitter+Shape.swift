import Foundation

/// Amplitude over time and channel: an envelope in time, times a profile along channels about a place that may move.
///
/// Both are functions of the dump and channel alone, whatever was asked before.
extension Emitter {
    private var random: KeyedRandom { KeyedRandom(key: key) }

    /// Channels in which it may appear in a dump.
    func reach(dump: Int, of channelCount: Int) -> Range<Int> {
        guard dumps.contains(dump), envelope(dump: dump) > 0 else { return 0..<0 }
        let reachedWidths: Double
        switch kind {
        case .drift: reachedWidths = 2
        case .chirp: reachedWidths = 3
        default: return channels.clamped(to: 0..<channelCount)
        }
        let centre = self.centre(dump: dump)
        let low = min(max(centre - reachedWidths * width, 0), Double(channelCount))
        let high = min(max(centre + reachedWidths * width + 1, 0), Double(channelCount))
        return Int(low)..<max(Int(high.rounded(.up)), Int(low))
    }

    /// Amplitude in a dump and channel that it can reach, Jy.
    func amplitude(dump: Int, channel: Int) -> Double {
        amplitude * envelope(dump: dump) * profile(dump: dump, channel: channel)
    }

    /// The amplitudes of a dump over the channels it can reach, Jy.
    func amplitudes(dump: Int, channels: Range<Int>, each body: (Int, Float) -> Void) {
        guard !channels.isEmpty else { return }
        let strength = amplitude * envelope(dump: dump)
        for channel in channels { body(channel, Float(strength * profile(dump: dump, channel: channel))) }
    }

    private func centre(dump: Int) -> Double {
        guard kind == .chirp else { return Double(channels.lowerBound) + slope * Double(dump) }
        let x = Double(dump) - Double(dumps.lowerBound + dumps.upperBound - 1) / 2
        return centre + slope * x + curvature * x * x
    }

    /// Strength in a dump over the typical one; 0 where it is silent.
    private func envelope(dump: Int) -> Double {
        switch kind {
        case .burst, .drift, .blips: return 1
        case .persistent: return exp(0.3 * random.normal(dump))
        case .weak, .comb: return exp(0.1 * random.normal(dump))
        case .satellite: return exp(0.2 * random.normal(dump))
        case .chirp:
            let x = (Double(dump - dumps.lowerBound) + 0.5) / Double(dumps.count)
            return pow(sin(.pi * x), 0.7)
        case .intermittent: return appearance(dump: dump).map { exp(0.3 * random.normal($0)) } ?? 0
        case .block: return appearance(dump: dump).map { exp(0.15 * random.normal($0)) } ?? 0
        case .radar: return pulse(dump: dump).map { exp(0.4 * random.normal($0)) } ?? 0
        }
    }

    /// The number of the appearance that a dump lies in, one in each period for `duty` of it at a random place; nil between.
    private func appearance(dump: Int) -> Int? {
        guard period > 0 else { return 0 }
        let number = (Double(dump) / period).rounded(.down)
        let start = random.child(1).uniform(Int(number)) * (1 - duty)
        return (start..<start + duty).contains(Double(dump) / period - number) ? Int(number) : nil
    }

    /// The number of the pulse in a dump, pulses coming in the dumps ⌊k period⌋ + dumps.lowerBound; nil if there is none.
    private func pulse(dump: Int) -> Int? {
        let number = (Double(dump - dumps.lowerBound) / period).rounded(.up)
        return Int(number * period) == dump - dumps.lowerBound ? Int(number) : nil
    }

    /// Strength in a channel over that in the middle.
    private func profile(dump: Int, channel: Int) -> Double {
        switch kind {
        case .persistent, .burst: return 1
        case .drift, .chirp:
            return Self.bell((Double(channel) - centre(dump: dump)) / width, to: kind == .drift ? 2 : 3)
        case .intermittent, .weak: return Self.bell((Double(channel) - centre) / width, to: 3)
        case .comb:
            let line = max(((Double(channel) - centre) / spacing).rounded(), 0)
            let strength = exp(0.4 * random.child(2).normal(Int(line)))
            return strength * Self.bell((Double(channel) - centre - line * spacing) / width, to: 3)
        case .blips:
            let use = random.child(dump).child(channel)
            return use.uniform(0) < 1.0 / 400 ? pow(10, 1.8 * use.uniform(1)) : 0
        case .block:
            return min(Double(min(channel - channels.lowerBound + 1, channels.upperBound - channel)) / 2, 1)
        case .radar:
            let middle = Double(channels.lowerBound + channels.upperBound - 1) / 2
            let x = (Double(channel) - middle) / max(Double(channels.count - 1) / 2, 1)
            return 1 - 0.5 * x * x
        case .satellite:
            let x = .pi * (Double(channel) - centre) / (2 * width)
            return abs(x) < 1e-6 ? 1 : pow(sin(x) / x, 2)
        }
    }

    private static func bell(_ x: Double, to reach: Double) -> Double {
        abs(x) < reach ? exp(-0.5 * x * x) : 0
    }
}
