import Foundation

/// Draws the emitters of a simulation.
struct Interference {
    let kinds: Set<InterferenceKind>
    let antennas: Int
    let dumps: Int
    let frequencies: [Double]
    let channelWidth: Double
    /// Amplitude that others are multiples of: the noise, at least 1 mJy, times the level.
    let unit: Double
    let random: KeyedRandom

    /// Bands that are never quiet: GSM-900 downlink, LTE-800 downlink, GPS L5, GPS L1, Hz (SARAO's public RFI tables).
    private static let knownBands: [ClosedRange<Double>] = [
        935e6...960e6, 768e6...788e6, 1166.45e6...1186.45e6, 1567.42e6...1583.42e6,
    ]

    /// All emitters, in a fixed order.
    func emitters() -> [Emitter] {
        var all: [Emitter] = []
        for kind in InterferenceKind.allCases where kinds.contains(kind) {
            let use = random.child(Int(kind.bit))
            switch kind {
            case .persistent: all += wideBands(use.child(0)) + carriers(use.child(1))
            case .burst: all += bursts(use)
            case .drift: all += drifting(use)
            case .blips:
                all.append(
                    emitter(
                        .blips, channels: 0..<frequencies.count, amplitude: 5, elevation: 0.05...0.05, use))
            case .intermittent: all += intermittent(use)
            case .chirp: all += chirps(use)
            case .block: all += blocks(use)
            case .weak: all += weakLines(use)
            case .radar: all += radar(use)
            case .comb: all += comb(use)
            case .satellite: all += satellite(use)
            }
        }
        return all
    }

    private func wideBands(_ random: KeyedRandom) -> [Emitter] {
        var bands: [Range<Int>] = Self.knownBands.compactMap { band in
            let inside = frequencies.indices.filter {
                frequencies[$0] + channelWidth / 2 > band.lowerBound
                    && frequencies[$0] - channelWidth / 2 < band.upperBound
            }
            guard let low = inside.first, let high = inside.last, inside.count < frequencies.count else {
                return nil
            }
            return low..<high + 1
        }
        if bands.isEmpty {
            let width = max(frequencies.count / 20, 1)
            let first = random.integer(1000, below: frequencies.count - width + 1)
            bands = [first..<first + width]
        }
        return bands.enumerated().map { number, channels in
            let use = random.child(number)
            return emitter(
                .persistent, channels: channels, amplitude: use.uniform(0, in: 20...200),
                elevation: 0.01...0.01, use)
        }
    }

    private func carriers(_ random: KeyedRandom) -> [Emitter] {
        (0..<max(frequencies.count / 100, 1)).map { number in
            let use = random.child(number)
            let channel = use.integer(0, below: frequencies.count)
            return emitter(
                .persistent, channels: channel..<channel + 1,
                amplitude: pow(10, use.uniform(1, in: 0.7...2.5)),
                elevation: 0.01...0.01, use)
        }
    }

    private func bursts(_ random: KeyedRandom) -> [Emitter] {
        (0..<max(dumps / 20, 1)).map { number in
            let use = random.child(number)
            let count = frequencies.count
            let first = use.integer(0, below: max(count / 2, 1))
            let shortest = min(first + max(count / 4, 1), count)
            let end = shortest + use.integer(1, below: count - shortest + 1)
            let dump = use.integer(2, below: dumps)
            var result = emitter(
                .burst, channels: first..<end, amplitude: pow(10, use.uniform(3, in: 0.7...2)),
                elevation: 0.02...0.02, use)
            result.dumps = dump..<min(dump + 1 + use.integer(4, below: 2), dumps)
            return result
        }
    }

    private func drifting(_ random: KeyedRandom) -> [Emitter] {
        (0..<2).map { number in
            let use = random.child(number)
            let count = Double(frequencies.count)
            let start = Int(use.uniform(0, in: 0.1...0.9) * count)
            var result = emitter(
                .drift, channels: start..<start + 1, amplitude: 30, elevation: 0.4...1.3, use)
            result.slope = use.uniform(1, in: -0.5...0.5) * count / Double(dumps)
            result.width = max(1, count / 150)
            result.azimuthRate = 2e-4
            result.elevationRate = 1e-4
            return result
        }
    }

    /// An emitter that stands somewhere around the array; its amplitude is in units of the noise.
    func emitter(
        _ kind: InterferenceKind, channels: Range<Int>, amplitude: Double, elevation: ClosedRange<Double>,
        _ random: KeyedRandom
    ) -> Emitter {
        let place = random.child(100)
        return Emitter(
            kind: kind, channels: channels, dumps: 0..<dumps, amplitude: amplitude * unit,
            azimuth: place.uniform(0, in: 0...2 * .pi), elevation: place.uniform(1, in: elevation),
            responses: (0..<2 * antennas).map { Float(place.child(2).uniform($0, in: 0.5...1.5)) },
            key: place.child(3).key)
    }
}
