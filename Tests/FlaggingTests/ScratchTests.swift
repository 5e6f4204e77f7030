import Testing

@testable import Flagging

/// Memory that kernels use again.
struct ScratchTests {
    @Test("pieces of one size are apart from each other, aligned, and used again")
    func pieces() {
        let count = 1021
        for _ in 0..<2 {
            let pieces = (0..<5).map { _ in Scratch.take(count, of: Float.self) }
            #expect(Set(pieces).count == pieces.count)
            for (number, piece) in pieces.enumerated() {
                #expect(UInt(bitPattern: piece) % 64 == 0)
                piece.update(repeating: Float(number), count: count)
            }
            for (number, piece) in pieces.enumerated() {
                #expect((0..<count).allSatisfy { piece[$0] == Float(number) })
            }
            for piece in pieces { Scratch.give(piece, count) }
        }
    }
}
