import Foundation

/// A polarisation over a block of dumps with what is known of its noise so far.
struct MeasuredPart {
    let part: PolarisationParts
    /// Of the part over its scale, less its background.
    let power: ResidualPower
    /// Of the part itself over every few dumps, masked or not, once they are known.
    private var sums: (real: Plane, imaginary: Plane)?
    /// What the part is divided by, per channel.
    private(set) var scale: [Float]
    /// Whether the scale is that of some noise already.
    private var isWhite = false
    /// Noise power of the part itself, per channel.
    private(set) var noise: [Float] = []
    /// Its first estimate, without a background: the level of the data.
    private(set) var level: [Float] = []

    /// Channels on each side of a mean of the noise.
    private static let reach = 6
    /// Least noise power relative to the level of the data: below it is what sums in single precision are off by.
    private static let rounding: Float = 1e-8

    init(_ part: PolarisationParts, rows: Int, stride: Int, channels: Int) {
        self.part = part
        power = ResidualPower(rows: rows, stride: stride)
        scale = Array(repeating: 1, count: channels)
    }

    private init(_ part: PolarisationParts, like other: MeasuredPart) {
        self.part = part
        (power, scale, noise, level) = (other.power, other.scale, other.noise, other.level)
    }

    /// Another polarisation in the place of this, of about the same noise.
    func replaced(by part: PolarisationParts) -> MeasuredPart { MeasuredPart(part, like: self) }

    /// The noise that weights are made from.
    var flooredNoise: [Float] { noise.indices.map(flooredNoise) }

    /// The noise of a channel that weights are made from.
    func flooredNoise(_ channel: Int) -> Float { max(noise[channel], Self.rounding * level[channel]) }

    /// Divides the part by its noise from now on, as it is over a few channels: what is not known of the noise of each would be in all that is
    /// far above it, and look like steady interference.
    ///
    /// Autocorrelations are divided by their first estimate, their level: noise is in proportion to what is received.
    ///
    /// - Parameter byChannel: whether channels are so far apart that each is divided by its own noise.
    mutating func whiten(byChannel: Bool) {
        guard part.degrees > 1 || !isWhite else { return }
        isWhite = true
        let noises = flooredNoise.map { $0 > 0 && $0.isFinite ? $0 : 0 }
        guard part.degrees > 1 else {
            scale = noises.map { $0 > 0 ? $0.squareRoot() : 1 }
            return
        }
        // Logarithms relative to a power of four: a factor of two on all data changes no bit.
        let greatest = noises.max() ?? 0
        let exponent = greatest > 0 ? Int(greatest.exponent) & ~1 : 0
        let unit = Float(sign: .plus, exponent: -exponent, significand: 1)
        let root = Float(sign: .plus, exponent: exponent / 2, significand: 1)
        let logarithms = noises.map { $0 > 0 ? log($0 * unit) : 0 }
        scale = noises.indices.map { channel in
            let reach = byChannel ? 0 : min(Self.reach, channel, noises.count - 1 - channel)
            var (sum, known): (Float, Float) = (0, 0)
            for near in channel - reach...channel + reach where noises[near] > 0 {
                sum += logarithms[near]
                known += 1
            }
            return known > 0 ? root * exp(sum / (2 * known)) : 1
        }
    }

    /// Finds the power of the part, where the mask keeps it.
    mutating func findPower(mask: Plane) { sums = power.fill(part, mask: mask) }

    /// Finds the power of what is left of the part over its scale, where the background's mask keeps it.
    ///
    /// - Parameter residuals: where to put what is left.
    func findPower(less background: Background, into residuals: (real: Plane, imaginary: Plane)?) {
        let inverse = Plane(rows: 1, stride: power.total.stride)
        for channel in scale.indices { inverse.samples[channel] = 1 / scale[channel] }
        background.findResiduals(
            of: part, summed: sums, scale: inverse.samples, power: power, into: residuals)
    }

    /// Takes noise powers over the squares of the scale; a channel that is masked altogether keeps the noise found before.
    mutating func take(_ found: [Float]) {
        let isFirst = noise.isEmpty
        let powers = zip(found, scale).map { $0 * $1 * $1 }
        noise = isFirst ? powers : zip(powers, noise).map { $0 < .infinity ? $0 : $1 }
        if isFirst { level = powers }
    }
}
