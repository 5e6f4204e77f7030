import Foundation
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
}
