import Foundation

/// Draws the emitters that a flagger meets beside bursts and steady carriers.
extension Interference {
    /// A multiple of the noise, evenly drawn in its logarithm.
    private func strength(_ range: ClosedRange<Double>, _ random: KeyedRandom, _ number: Int) -> Double {
        exp(random.uniform(number, in: log(range.lowerBound)...log(range.upperBound)))
    }

    /// A narrow line somewhere in the band; `channels` holds all of its bell.
    private func line(
        _ kind: InterferenceKind, amplitude: Double, width: ClosedRange<Double>, _ random: KeyedRandom
    ) -> Emitter {
        let centre = random.uniform(10, in: 0...Double(frequencies.count - 1))
        let width = random.uniform(11, in: width)
        let low = max(Int(centre - 3 * width), 0)
        let high = min(Int(centre + 3 * width) + 1, frequencies.count)
        var result = emitter(kind, channels: low..<high, amplitude: amplitude, elevation: 0.01...0.05, random)
        result.centre = centre
        result.width = width
        return result
    }

    func intermittent(_ random: KeyedRandom) -> [Emitter] {
        (0..<max(frequencies.count / 60, 2)).map { number in
            let use = random.child(number)
            var result = line(.intermittent, amplitude: strength(2...40, use, 0), width: 0.35...1.5, use)
            result.period = use.uniform(1, in: 10...60)
            result.duty = use.uniform(2, in: 0.2...0.7)
            return result
        }
    }

    func weakLines(_ random: KeyedRandom) -> [Emitter] {
        (0..<max(frequencies.count / 100, 2)).map { number in
            let use = random.child(number)
            var result = line(.weak, amplitude: strength(0.25...0.9, use, 0), width: 0.35...1.2, use)
            let length = max(Int(use.uniform(1, in: 0.4...1.2) * Double(dumps)), 1)
            let first = use.integer(2, below: max(dumps - length, 0) + 1)
            result.dumps = first..<min(first + length, dumps)
            return result
        }
    }

    func chirps(_ random: KeyedRandom) -> [Emitter] {
        (0..<2).map { number in
            let use = random.child(number)
            let length = max(Int(use.uniform(0, in: 0.3...0.9) * Double(dumps)), 1)
            let first = use.integer(1, below: dumps - length + 1)
            var result = emitter(
                .chirp, channels: 0..<frequencies.count, amplitude: strength(2...20, use, 2),
                elevation: 0.2...1.2, use)
            result.dumps = first..<first + length
            result.centre = use.uniform(3, in: 0.1...0.9) * Double(frequencies.count)
            result.slope = strength(0.03...0.8, use, 4) * (use.uniform(5) < 0.5 ? -1 : 1)
            result.curvature = use.uniform(6, in: -1...1) * abs(result.slope) / Double(length)
            result.width = strength(0.5...3, use, 7)
            result.azimuthRate = 2e-4
            return result
        }
    }

    func blocks(_ random: KeyedRandom) -> [Emitter] {
        (0..<2).map { number in
            let use = random.child(number)
            let count = Double(frequencies.count)
            let width = min(max(Int(use.uniform(0, in: 0.03...0.09) * count), 4), frequencies.count)
            let first = use.integer(1, below: frequencies.count - width + 1)
            var result = emitter(
                .block, channels: first..<first + width, amplitude: strength(1...8, use, 2),
                elevation: 0.01...0.05, use)
            // The first comes and goes in long stretches, the second is always there.
            result.period = number == 0 ? use.uniform(3, in: 0.3...0.9) * Double(dumps) : 0
            result.duty = number == 0 ? use.uniform(4, in: 0.3...0.7) : 1
            return result
        }
    }

    func radar(_ random: KeyedRandom) -> [Emitter] {
        let width = min(6 + random.integer(0, below: 35), frequencies.count)
        let first = random.integer(1, below: frequencies.count - width + 1)
        var result = emitter(
            .radar, channels: first..<first + width, amplitude: strength(1.5...20, random, 2),
            elevation: 0.01...0.1,
            random)
        result.period = random.uniform(3, in: 5...14)
        result.dumps = random.integer(4, below: min(10, dumps))..<dumps
        return [result]
    }

    func comb(_ random: KeyedRandom) -> [Emitter] {
        var result = emitter(
            .comb, channels: 0..<frequencies.count, amplitude: strength(0.8...6, random, 0),
            elevation: 0.01...0.05,
            random)
        result.spacing = random.uniform(1, in: 15...60)
        result.centre = random.uniform(2) * min(result.spacing, Double(frequencies.count))
        result.width = 0.45
        return [result]
    }

    func satellite(_ random: KeyedRandom) -> [Emitter] {
        let count = Double(frequencies.count)
        let width = max(random.uniform(0, in: 0.01...0.03) * count, 1)
        let centre = random.uniform(1, in: 0.2...0.8) * count
        let low = max(Int(centre - 4 * width), 0)
        let high = min(Int(centre + 4 * width) + 1, frequencies.count)
        var result = emitter(
            .satellite, channels: low..<high, amplitude: strength(0.8...4, random, 2), elevation: 0.4...1.2,
            random)
        result.centre = centre
        result.width = width
        result.azimuthRate = 1.5e-4
        result.elevationRate = 5e-5
        return [result]
    }
}
