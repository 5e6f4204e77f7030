import Foundation
import TestSupport
import Testing
import Visibilities

@Suite("Phasors") struct PhasorTests {
    @Test("are right for any number of turns", arguments: [0.1, 1, 1e3, 1e6])
    func anyTurns(scale: Double) {
        var random = Seeded(1)
        var turns = SIMD8<Double>()
        for lane in 0..<8 { turns[lane] = Double.random(in: -scale...scale, using: &random) }
        let (cosine, sine) = phasor(turns: turns)
        for lane in 0..<8 {
            let angle = 2 * .pi * (turns[lane] - turns[lane].rounded())
            #expect(abs(Double(cosine[lane]) - cos(angle)) < 4e-7)
            #expect(abs(Double(sine[lane]) - sin(angle)) < 4e-7)
        }
    }

    @Test("of no turn are exactly 1")
    func noTurn() {
        let (cosine, sine) = phasor(turns: SIMD8(repeating: 0))
        #expect(cosine == SIMD8(repeating: 1) && sine == SIMD8(repeating: 0))
    }
}
