import Foundation

/// The fine shape of the noise over channels that all polarisations share, relative to a coarse estimate: ripples and scallops of
/// the bandpass that a wide median does not follow.
///
/// In logarithms, a parabola is fitted around every channel, to powers that lie on or below the curve: those far above it lose
/// their weight (Cauchy weights, from one side), so that interference in some of the channels does not draw it up. Where there
/// is little to go by, the coarse estimate stands.
struct BandShape {
    /// Channels on each side of a fit: the most over which the coarse estimate changes little, as a logarithm, or the last.
    private static let reaches = [6, 4, 2]
    private static let littleChange = 0.5
    /// Excesses, as logarithms, that halve a weight: over the coarse estimate, then over the fits before.
    private static let tolerances = [0.4, 0.12, 0.08]
    /// Weight of the coarse estimate in each fit, in channels.
    private static let prior = 0.2
    /// What keeps slopes and curvatures finite where few channels count.
    private static let ridge = 0.02

    /// Factors on the coarse estimate.
    ///
    /// - Parameters:
    ///   - ratios: powers over the coarse estimate; those not finite or not positive do not count.
    ///   - coarse: the estimate, to any scale.
    static func factors(_ ratios: [Float], coarse: [Float]) -> [Float] {
        // Logarithms relative to a power of two: a factor of two on all data changes no bit.
        let unit = coarse.filter { $0 > 0 && $0.isFinite }.max()?.binade ?? 1
        let levels = coarse.map { $0 > 0 && $0.isFinite ? Double(log($0 / unit)) : 0 }
        let known = zip(ratios, coarse).map { $0 > 0 && $0.isFinite && $1 > 0 && $1.isFinite ? 1.0 : 0 }
        let values = ratios.indices.map { levels[$0] + (known[$0] > 0 ? Double(log(ratios[$0])) : 0) }
        var shape = levels
        for tolerance in tolerances {
            let weights = shape.indices.map { channel in
                let excess = max(values[channel] - shape[channel], 0) / tolerance
                return known[channel] / (1 + excess * excess)
            }
            shape = fits(values, weights, levels)
        }
        return zip(shape, levels).map { Float(exp($0 - $1)) }
    }

    private static func reach(around channel: Int, _ levels: [Double]) -> Int {
        reaches.dropLast().first { reach in
            let (before, after) = (max(0, channel - reach), min(levels.count - 1, channel + reach))
            return abs(levels[channel] - levels[before]) + abs(levels[after] - levels[channel]) < littleChange
        } ?? reaches[reaches.count - 1]
    }

    /// The value at each channel of the weighted parabola around it.
    private static func fits(_ values: [Double], _ weights: [Double], _ levels: [Double]) -> [Double] {
        values.indices.map { channel in
            let reach = reach(around: channel, levels)
            var moments = (prior, 0.0, 0.0, 0.0, ridge)
            var sums = (0.0, 0.0, 0.0)
            for index in max(0, channel - reach)...min(values.count - 1, channel + reach) {
                let x = Double(index - channel) / Double(reach)
                let weight = weights[index]
                moments.0 += weight
                moments.1 += weight * x
                moments.2 += weight * x * x
                moments.3 += weight * x * x * x
                moments.4 += weight * x * x * x * x
                let value = values[index] - levels[channel]
                sums.0 += weight * value
                sums.1 += weight * value * x
                sums.2 += weight * value * x * x
            }
            let (a, b, c, d, e) = moments
            // Cramer's rule for the constant term; the prior keeps the matrix positive.
            let slope = c + ridge
            let determinant = a * (slope * e - d * d) - b * (b * e - d * c) + c * (b * d - slope * c)
            let constant =
                sums.0 * (slope * e - d * d) - b * (sums.1 * e - d * sums.2)
                + c * (sums.1 * d - slope * sums.2)
            return levels[channel] + (determinant > 0 ? constant / determinant : 0)
        }
    }
}
