import Foundation

/// Which gains a simulated instrument has.
public enum GainKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Perfect calibration.
    case none
    /// Phases that drift with time.
    case phase
    /// Phases and amplitudes that change with time, a delay and a bandpass.
    case full
}

/// The gain of one receptor (antenna and hand) in closed form.
///
/// With t in seconds from the start and x = (ν − ν₀)/bandwidth:
///
///     g(t)  = amplitude (1 + 0.01 sin(2π t/3600 + amplitudePhase)) exp(i (phase + rate t + 0.1 sin(2π t/1800 + wobble)))
///     b(ν)  = edge(x) (1 + Σ ripple.amplitude sin(2π (ripple.cycles x + ripple.phase))) exp(i bend(x)) exp(2πi ν delay)
///     edge(x) = 1 / (1 + exp(−(0.485 − |x|)/0.006))
///     bend(x) = 0.1 sin(2π (bend.cycles x + bend.phase))
///
/// `phase` has amplitude 1 and b = 1.
public struct ReceptorGain: Sendable, Hashable, Codable {
    /// A sinusoid along the band.
    public struct Ripple: Sendable, Hashable, Codable {
        /// Relative amplitude.
        public var amplitude: Double
        /// Cycles over the band.
        public var cycles: Double
        /// Phase at the band's centre, turns.
        public var phase: Double

        func value(_ x: Double) -> Double { amplitude * sin(2 * .pi * (cycles * x + phase)) }
    }

    /// Antenna name.
    public var antenna: String
    /// `X` or `Y`.
    public var hand: String
    /// Phase at the start, radians.
    public var phase: Double
    /// Drift of the phase, radians per second.
    public var rate: Double
    /// Phase of the wobble, radians.
    public var wobble: Double
    /// Mean amplitude.
    public var amplitude: Double
    /// Phase of the amplitude's hourly change, radians; nil: it does not change.
    public var amplitudePhase: Double?
    /// Delay, seconds.
    public var delay: Double
    /// Amplitude ripples along the band; none: no bandpass.
    public var ripples: [Ripple]
    /// Phase along the band, radians.
    public var bend: Ripple?

    init(_ kind: GainKind, antenna: String, hand: String, random: KeyedRandom) {
        self.antenna = antenna
        self.hand = hand
        phase = random.uniform(0, in: -.pi ... .pi)
        rate = 0.4 / 3600 * random.normal(1)
        wobble = random.uniform(2, in: 0...2 * .pi)
        amplitude = 1
        delay = 0
        ripples = []
        guard kind == .full else { return }
        amplitude = random.uniform(3, in: 0.8...1.2)
        amplitudePhase = random.uniform(4, in: 0...2 * .pi)
        delay = 1.5e-9 * random.normal(5)
        ripples = [
            Ripple(amplitude: 0.05, cycles: random.uniform(6, in: 1...4), phase: random.uniform(7)),
            Ripple(amplitude: 0.02, cycles: random.uniform(8, in: 8...20), phase: random.uniform(9)),
        ]
        bend = Ripple(amplitude: 0.1, cycles: random.uniform(10, in: 1...3), phase: random.uniform(11))
    }

    /// g(t), t seconds from the start.
    public func gain(after time: Double) -> (real: Double, imaginary: Double) {
        let size = amplitude * (1 + (amplitudePhase.map { 0.01 * sin(2 * .pi * time / 3600 + $0) } ?? 0))
        let angle = phase + rate * time + 0.1 * sin(2 * .pi * time / 1800 + wobble)
        return (size * cos(angle), size * sin(angle))
    }

    /// b(ν) at a frequency (Hz) and its place x in the band, −0.5 to 0.5.
    public func bandpass(_ frequency: Double, place x: Double) -> (real: Double, imaginary: Double) {
        guard let bend else { return (1, 0) }
        let edge = 1 / (1 + exp(-(0.485 - abs(x)) / 0.006))
        let size = edge * ripples.reduce(1) { $0 + $1.value(x) }
        let turns = frequency * delay
        let angle = bend.value(x) + 2 * .pi * (turns - turns.rounded())
        return (size * cos(angle), size * sin(angle))
    }
}

/// The gains of all receptors, with the bandpasses tabulated.
struct GainModel: Sendable {
    /// [antenna][hand].
    let receptors: [ReceptorGain]
    /// [antenna][hand]: b(ν) along channels; empty without a bandpass.
    let bandpasses: [ChannelLanes]

    init(_ kind: GainKind, antennas: [String], frequencies: [Double], random: KeyedRandom) {
        guard kind != .none else {
            (receptors, bandpasses) = ([], [])
            return
        }
        receptors = antennas.enumerated().flatMap { index, name in
            ["X", "Y"].enumerated().map { hand, label in
                ReceptorGain(kind, antenna: name, hand: label, random: random.child(2 * index + hand))
            }
        }
        let count = frequencies.count
        bandpasses =
            kind == .phase
            ? []
            : receptors.map { receptor in
                var lanes = ChannelLanes(covering: 0..<count)
                for channel in 0..<count {
                    let place = (Double(channel) - Double(count / 2)) / Double(count)
                    let value = receptor.bandpass(frequencies[channel], place: place)
                    lanes.real[channel / ChannelLanes.width][channel % ChannelLanes.width] = Float(value.real)
                    lanes.imaginary[channel / ChannelLanes.width][channel % ChannelLanes.width] = Float(
                        value.imaginary)
                }
                return lanes
            }
    }

    /// Multiplies a row by g₁ g₂* of two receptors, `time` seconds from the start.
    func apply(_ receptor1: Int, _ receptor2: Int, time: Double, to row: inout ChannelLanes) {
        guard !receptors.isEmpty else { return }
        let (g1, g2) = (receptors[receptor1].gain(after: time), receptors[receptor2].gain(after: time))
        let x = Float(g1.real * g2.real + g1.imaginary * g2.imaginary)
        let y = Float(g1.imaginary * g2.real - g1.real * g2.imaginary)
        let offset = row.first / ChannelLanes.width
        for index in row.real.indices {
            var (c, s) = (SIMD8(repeating: x), SIMD8(repeating: y))
            if !bandpasses.isEmpty {
                let (ar, ai) = (
                    bandpasses[receptor1].real[offset + index],
                    bandpasses[receptor1].imaginary[offset + index]
                )
                let (br, bi) = (
                    bandpasses[receptor2].real[offset + index],
                    bandpasses[receptor2].imaginary[offset + index]
                )
                let (pr, pi) = (ar * br + ai * bi, ai * br - ar * bi)
                (c, s) = (pr * x - pi * y, pr * y + pi * x)
            }
            let (real, imaginary) = (row.real[index], row.imaginary[index])
            row.real[index] = real * c - imaginary * s
            row.imaginary[index] = real * s + imaginary * c
        }
    }
}
