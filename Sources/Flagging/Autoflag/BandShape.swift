import Foundation

/// The fine shape of the noise over channels that all polarisations share, relative to a coarse estimate: ripples and scallops of
/// the bandpass that a wide median does not follow.
///
/// In logarithms, a parabola is fitted around every channel, to powers that lie on or below the curve: those far above it lose
/// their weight (Cauchy weights, from one side), so that interference in some of the channels does not draw it up. Where there
/// is little to go by, the coarse estimate stands.
///
/// A marked island over rows of channels, with a vector more on each side in which nothing is known.
struct BandShape {
    private typealias Lanes = Plane.Lanes

    /// Channels on each side of a fit: the most over which the coarse estimate changes little, as a logarithm, or the least.
    private static let reaches = [4, 6]
    private static let leastReach = 2
    private static let littleChange: Float = 0.5
    /// Excesses, as logarithms, that halve a weight: over the coarse estimate, then over the fits before.
    private static let tolerances: [Float] = [0.4, 0.12, 0.08]
    /// Weight of the coarse estimate in each fit, in channels.
    private static let prior: Float = 0.2
    /// What keeps slopes and curvatures finite where few channels count.
    private static let ridge: Float = 0.02

    private let channels: Int
    /// Six rows: those below.
    private let rows: Plane
    /// Logarithms of the coarse estimate.
    private let levels: UnsafeMutablePointer<Float>
    /// Of the powers.
    private let values: UnsafeMutablePointer<Float>
    /// 1 where these are known, else 0.
    private let known: UnsafeMutablePointer<Float>
    private let reach: UnsafeMutablePointer<Float>
    private let weights: UnsafeMutablePointer<Float>
    private let shape: UnsafeMutablePointer<Float>

    /// Factors on the coarse estimate.
    ///
    /// - Parameters:
    ///   - ratios: powers over the coarse estimate; those not finite or not positive do not count.
    ///   - coarse: the estimate, to any scale.
    static func factors(_ ratios: [Float], coarse: [Float]) -> [Float] {
        let fit = BandShape(ratios, coarse: coarse)
        for tolerance in tolerances {
            fit.weigh(tolerance)
            fit.refit()
        }
        return ratios.indices.map { exp(fit.shape[$0] - fit.levels[$0]) }
    }

    private init(_ ratios: [Float], coarse: [Float]) {
        channels = ratios.count
        let inner = (channels + Plane.lanes - 1) / Plane.lanes * Plane.lanes
        rows = Plane(rows: 6, stride: inner + 2 * Plane.lanes)
        let (first, stride) = (rows.samples + Plane.lanes, rows.stride)
        (levels, values, known) = (first, first + stride, first + 2 * stride)
        (reach, weights, shape) = (first + 3 * stride, first + 4 * stride, first + 5 * stride)
        // Logarithms relative to a power of two: a factor of two on all data changes no bit.
        let unit = coarse.reduce(0) { $1 > $0 && $1.isFinite ? $1 : $0 }.binade
        for channel in 0..<channels {
            let (ratio, estimate) = (ratios[channel], coarse[channel])
            let isEstimated = estimate > 0 && estimate.isFinite
            let level = isEstimated ? log(estimate / unit) : 0
            let isKnown = isEstimated && ratio > 0 && ratio.isFinite
            levels[channel] = level
            known[channel] = isKnown ? 1 : 0
            values[channel] = isKnown ? level + log(ratio) : level
            shape[channel] = level
        }
        guard channels > 0 else { return }
        for place in 0..<Plane.lanes {
            levels[-1 - place] = levels[0]
            levels[channels + place] = levels[channels - 1]
        }
        for channel in Swift.stride(from: 0, to: channels, by: Plane.lanes) { setReach(channel) }
    }

    private func setReach(_ channel: Int) {
        let level = levels.lanes(channel)
        var found = Lanes(repeating: Float(Self.leastReach))
        for reach in Self.reaches {
            let (fall, rise) = (level - levels.lanes(channel - reach), levels.lanes(channel + reach) - level)
            let change = greater(fall, 0 - fall) + greater(rise, 0 - rise)
            let isFlat = change .< Lanes(repeating: Self.littleChange)
            found = found.replacing(with: Lanes(repeating: Float(reach)), where: isFlat)
        }
        reach.setLanes(channel, found)
    }

    /// Weights of the powers by their excess over the shape so far.
    private func weigh(_ tolerance: Float) {
        let zero = Lanes(repeating: 0)
        for channel in Swift.stride(from: 0, to: channels, by: Plane.lanes) {
            let excess = greater(values.lanes(channel) - shape.lanes(channel), zero) * (1 / tolerance)
            weights.setLanes(channel, known.lanes(channel) / (1 + excess * excess))
        }
    }

    /// The value at each channel of the weighted parabola around it.
    private func refit() {
        let most = Self.reaches.max() ?? Self.leastReach
        let (zero, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
        for channel in Swift.stride(from: 0, to: channels, by: Plane.lanes) {
            let (level, reach) = (levels.lanes(channel), reach.lanes(channel))
            let weight = weights.lanes(channel)
            var moments = Moments(weight + Self.prior, weight * (values.lanes(channel) - level))
            for offset in 1...most {
                // Reaches are whole numbers: 1 within, 0 beyond.
                let inside = lesser(greater(reach + Float(1 - offset), zero), one)
                let before = inside * weights.lanes(channel - offset)
                let after = inside * weights.lanes(channel + offset)
                moments.add(
                    before, after, before * (values.lanes(channel - offset) - level),
                    after * (values.lanes(channel + offset) - level), at: Float(offset))
            }
            shape.setLanes(channel, level + moments.constant(1 / reach, ridge: Self.ridge))
        }
    }

    /// Sums over the channels of a fit, times powers of their distance.
    private struct Moments {
        var weights: (Lanes, Lanes, Lanes, Lanes, Lanes)
        var values: (Lanes, Lanes, Lanes)

        @inline(__always)
        init(_ weight: Lanes, _ value: Lanes) {
            let zero = Lanes(repeating: 0)
            weights = (weight, zero, zero, zero, zero)
            values = (value, zero, zero)
        }

        /// Adds weights and weighted values at a distance on both sides.
        @inline(__always)
        mutating func add(_ before: Lanes, _ after: Lanes, _ below: Lanes, _ above: Lanes, at x: Float) {
            let (even, odd) = (after + before, after - before)
            weights.0 += even
            weights.1 += odd * x
            weights.2 += even * (x * x)
            weights.3 += odd * (x * x * x)
            weights.4 += even * (x * x * x * x)
            values.0 += above + below
            values.1 += (above - below) * x
            values.2 += (above + below) * (x * x)
        }

        /// The constant term of the parabola with distances in units of the reach: curvature, then slope are eliminated; the prior keeps
        /// what is divided by positive.
        @inline(__always)
        func constant(_ unit: Lanes, ridge: Float) -> Lanes {
            let square = unit * unit
            let (b, c) = (weights.1 * unit, weights.2 * square)
            let (d, e) = (weights.3 * (unit * square), weights.4 * (square * square) + ridge)
            let (bend, tilt) = (c / e, d / e)
            let curvature = values.2 * square
            let slope = values.1 * unit - tilt * curvature
            let (mixed, own) = (b - tilt * c, c + ridge - tilt * d)
            let share = mixed / own
            let left = weights.0 - bend * c - share * mixed
            return (values.0 - bend * curvature - share * slope) / left
        }
    }
}
