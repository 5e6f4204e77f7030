import Foundation
import TestSupport
import Testing

@testable import Flagging

@Suite("Shape of the band")
struct BandShapeTests {
    /// A ripple of 20 channels that a wide median does not follow.
    private let ripple = (0..<200).map { Float(exp(0.3 * cos(2 * Double.pi * Double($0) / 20))) }
    private let flat = [Float](repeating: 1, count: 200)

    @Test("follows a ripple that the coarse estimate does not know")
    func ripples() {
        let factors = BandShape.factors(ripple, coarse: flat)
        #expect(zip(factors, ripple).allSatisfy { abs($0 / $1 - 1) < 0.06 })
    }

    @Test("is not drawn up by channels far above it", arguments: [1.5, 3, 1e6])
    func outliers(excess: Double) {
        var ratios = ripple
        for channel in stride(from: 3, to: 200, by: 9) { ratios[channel] *= Float(excess) }
        let factors = BandShape.factors(ratios, coarse: flat)
        #expect(zip(factors, ripple).allSatisfy { abs($0 / $1 - 1) < 0.12 })
    }

    @Test("stays with the coarse estimate where nothing is known")
    func unknown() {
        let lost = BandShape.factors([Float](repeating: .infinity, count: 30), coarse: flat.dropLast(170))
        #expect(lost.allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(BandShape.factors([.nan], coarse: [.infinity]) == [1])
        #expect(BandShape.factors([], coarse: []) == [])
    }

    /// Weighted parabolas one after the other in double precision, by Cramer's rule.
    private func slow(_ ratios: [Float], coarse: [Float]) -> [Double] {
        let levels = coarse.map { log(Double($0)) }
        let isKnown = ratios.map { $0 > 0 && $0.isFinite }
        let values = levels.indices.map { levels[$0] + (isKnown[$0] ? log(Double(ratios[$0])) : 0) }
        var shape = levels
        for tolerance in [0.4, 0.12, 0.08] {
            let weights = shape.indices.map { channel in
                let excess = max(values[channel] - shape[channel], 0) / tolerance
                return isKnown[channel] ? 1 / (1 + excess * excess) : 0
            }
            shape = shape.indices.map { channel in
                func change(_ reach: Int) -> Double {
                    let before = levels[max(0, channel - reach)]
                    let after = levels[min(levels.count - 1, channel + reach)]
                    return abs(levels[channel] - before) + abs(after - levels[channel])
                }
                let reach = change(6) < 0.5 ? 6 : change(4) < 0.5 ? 4 : 2
                var (a, b, c, d, e) = (0.2, 0.0, 0.0, 0.0, 0.02)
                var sums = (0.0, 0.0, 0.0)
                for index in max(0, channel - reach)...min(levels.count - 1, channel + reach) {
                    let (x, weight) = (Double(index - channel) / Double(reach), weights[index])
                    let value = weight * (values[index] - levels[channel])
                    (a, b, c) = (a + weight, b + weight * x, c + weight * x * x)
                    (d, e) = (d + weight * x * x * x, e + weight * x * x * x * x)
                    sums = (sums.0 + value, sums.1 + value * x, sums.2 + value * x * x)
                }
                let slope = c + 0.02
                let minors = (slope * e - d * d, b * e - d * c, b * d - slope * c)
                let determinant = a * minors.0 - b * minors.1 + c * minors.2
                let (first, second) = (sums.1 * e - d * sums.2, sums.1 * d - slope * sums.2)
                let constant = sums.0 * minors.0 - b * first + c * second
                return levels[channel] + constant / determinant
            }
        }
        return zip(shape, levels).map { exp($0 - $1) }
    }

    @Test("fits are those of plain double precision", arguments: [1, 2, 7, 16, 33, 200])
    func fits(channels: Int) {
        var random = Seeded(UInt64(channels))
        // Edges of a band, steep and less so, some of it missing and some far above.
        let coarse: [Float] = (0..<channels).map { channel in
            let distance = Double(channel)
            return Float(exp(-distance * distance / 1e4) + exp(-distance / 3))
        }
        let ratios: [Float] = (0..<channels).map { channel in
            let ratio = Float(exp(0.2 * random.normal()))
            if (60..<90).contains(channel) || channel % 13 == 5 { return .infinity }
            return channel % 9 == 3 ? 30 * ratio : ratio
        }
        let found = BandShape.factors(ratios, coarse: coarse)
        for (one, other) in zip(found, slow(ratios, coarse: coarse)) {
            #expect(abs(Double(one) / other - 1) < 1e-5)
        }
    }
}
