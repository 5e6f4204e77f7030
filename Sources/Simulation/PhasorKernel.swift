// An island: the loops in which a simulation spends its time. Eight channels a vector; no allocation.

import Foundation

/// The channels' frequencies, evenly spaced.
struct ChannelAxis: Sendable, Hashable {
    /// Frequency of channel 0, Hz.
    var start: Double
    /// Step from channel to channel, Hz.
    var step: Double

    /// Frequencies of so many channels from 0, Hz.
    func frequencies(_ channels: Int) -> [Double] { (0..<channels).map { start + step * Double($0) } }
}

extension ChannelLanes {
    /// Adds amplitude · exp(2πi ν τ) in each channel.
    ///
    /// Phases are exact (in double) every 64 channels and follow a recurrence between them: in double from vector to
    /// vector, in single precision within one, so that errors stay below 1e-6 of the amplitude.
    /// - Parameters:
    ///   - delay: τ, seconds.
    ///   - amplitude: vectors from channel 0 of the band, or from `amplitudeFirst`.
    ///   - amplitudeFirst: channel of the first amplitude, a multiple of `block`.
    ///   - blocks: blocks of this row to change, counted from its first.
    mutating func addPhasors(
        delay: Double, axis: ChannelAxis, amplitude: [SIMD8<Float>], amplitudeFirst: Int = 0,
        blocks: Range<Int>? = nil
    ) {
        let perBlock = Self.block / Self.width
        let (stepCosine, stepSine) = Self.phasor(turns: delay * axis.step)
        var (cosines, sines) = (SIMD8<Float>(), SIMD8<Float>())
        var (x, y) = (1.0, 0.0)
        for lane in 0..<Self.width {
            cosines[lane] = Float(x)
            sines[lane] = Float(y)
            (x, y) = (x * stepCosine - y * stepSine, x * stepSine + y * stepCosine)
        }
        let (leapCosine, leapSine) = (x, y)
        for block in blocks ?? 0..<real.count / perBlock {
            let channel = first + block * Self.block
            (x, y) = Self.phasor(turns: delay * (axis.start + Double(channel) * axis.step))
            let source = (channel - amplitudeFirst) / Self.width
            for index in 0..<perBlock {
                let vector = block * perBlock + index
                let strength = amplitude[source + index]
                let (c, s) = (Float(x), Float(y))
                real[vector] += strength * (cosines * c - sines * s)
                imaginary[vector] += strength * (sines * c + cosines * s)
                (x, y) = (x * leapCosine - y * leapSine, x * leapSine + y * leapCosine)
            }
        }
    }

    /// Cosine and sine of an angle in turns.
    private static func phasor(turns: Double) -> (Double, Double) {
        let angle = 2 * Double.pi * (turns - turns.rounded())
        return (cos(angle), sin(angle))
    }

    /// Adds complex Gaussian noise, of a standard deviation in the real and in the imaginary part.
    ///
    /// Counter-based: a number depends on the key and the channel only. The 32-bit finaliser of MurmurHash3 gives two
    /// uniform numbers a channel, Box & Muller (1958) two normal ones (up to 5.6 standard deviations).
    mutating func addNoise(_ random: KeyedRandom, deviation: Float) {
        let keys = [random.child(0).key, random.child(1).key]
        let k = keys.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] }
        let (k0, k1, k2, k3) = (k[0], k[1], k[2], k[3])
        let lanes = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
        let start = UInt32(truncatingIfNeeded: first)
        for vector in real.indices {
            let channel = lanes &+ (start &+ UInt32(truncatingIfNeeded: vector &* Self.width))
            let radius = Self.rayleigh(Self.hash(Self.hash(channel &+ k0) ^ k1)) * deviation
            let (cosine, sine) = Self.direction(Self.hash(Self.hash(channel &+ k2) ^ k3))
            real[vector] += radius * cosine
            imaginary[vector] += radius * sine
        }
    }

    @inline(__always) private static func hash(_ value: SIMD8<UInt32>) -> SIMD8<UInt32> {
        var h = value
        h ^= h &>> 16
        h = h &* 0x85EB_CA6B
        h ^= h &>> 13
        h = h &* 0xC2B2_AE35
        return h ^ (h &>> 16)
    }

    /// sqrt(−2 ln u) for u = (bits / 2⁹ + ½) / 2²³, the logarithm by its atanh series about 1 (|t| < 0.172).
    @inline(__always) private static func rayleigh(_ bits: SIMD8<UInt32>) -> SIMD8<Float> {
        let uniform = floats((bits &>> 9) | 0x3F80_0000) - Float(1 - 0x1p-24)
        let pattern = unsafeBitCast(uniform, to: SIMD8<UInt32>.self)
        var exponent = floats((pattern &>> 23) | 0x4B00_0000) - Float(0x1p23 + 127)
        var mantissa = floats((pattern & 0x007F_FFFF) | 0x3F80_0000)
        let large = mantissa .> SIMD8<Float>(repeating: 1.414_213_6)
        mantissa.replace(with: mantissa * Float(0.5), where: large)
        exponent.replace(with: exponent + Float(1), where: large)
        let t = (mantissa - Float(1)) / (mantissa + Float(1))
        let square = t * t
        var series = square * Float(0.222_222_2) + Float(0.285_714_3)
        series = series * square + Float(0.4)
        series = series * square + Float(0.666_666_7)
        series = (series * square + Float(2)) * t
        let logarithm = exponent * Float(0.693_147_2) + series
        let squared = logarithm * Float(-2)
        return squared.clamped(lowerBound: SIMD8(), upperBound: SIMD8(repeating: 40)).squareRoot()
    }

    /// Cosine and sine of 2π bits / 2³²: the nearest quarter turn and a Taylor series within ± π/4.
    @inline(__always) private static func direction(
        _ bits: SIMD8<UInt32>
    ) -> (cosine: SIMD8<Float>, sine: SIMD8<Float>) {
        let shifted = (bits &>> 9) &+ 0x10_0000
        let quarter = shifted &>> 21
        let rest = floats((shifted & 0x1F_FFFF) | 0x4B00_0000) - Float(0x1p23 + 0x1p20)
        let angle = rest * (2 * Float.pi / 0x1p23)
        let a2 = angle * angle
        var sine = a2 * Float(2.755_73e-6) + Float(-1.984_127e-4)
        sine = sine * a2 + Float(8.333_333_3e-3)
        sine = sine * a2 + Float(-0.166_666_67)
        sine = (sine * a2 + Float(1)) * angle
        var cosine = a2 * Float(2.480_159e-5) + Float(-1.388_888_9e-3)
        cosine = cosine * a2 + Float(0.041_666_668)
        cosine = cosine * a2 + Float(-0.5)
        cosine = cosine * a2 + Float(1)
        let one = SIMD8<UInt32>(repeating: 1)
        let two = SIMD8<UInt32>(repeating: 2)
        let swap: SIMDMask<SIMD8<Int32>> = (quarter & one) .== one
        var x: SIMD8<Float> = cosine.replacing(with: sine, where: swap)
        var y: SIMD8<Float> = sine.replacing(with: cosine, where: swap)
        x.replace(with: -x, where: ((quarter &+ one) & two) .== two)
        y.replace(with: -y, where: (quarter & two) .== two)
        return (x, y)
    }

    @inline(__always) private static func floats(_ bits: SIMD8<UInt32>) -> SIMD8<Float> {
        unsafeBitCast(bits, to: SIMD8<Float>.self)
    }
}
