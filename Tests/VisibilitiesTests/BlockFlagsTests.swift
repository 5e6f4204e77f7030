import Testing

@testable import Visibilities

@Suite struct BlockFlagsTests {
    @Test(
        "A mask adds its reason to all products of one baseline and counts what was not flagged by bit of the mask",
        arguments: [3, 12, 70])
    func addsReason(channels: Int) throws {
        let cut = smallCut(smallObservation(channels: channels))
        var block = try #require(try blocks(of: cut).first)
        let shape = block.shape
        let before = block
        let mask = (0..<2 * shape.channels).map { (index: Int) -> UInt8 in
            index.isMultiple(of: 3) ? UInt8(1 + index % 255) : 0
        }
        let fresh = block.addFlags(.postProcessing, baseline: 1, times: 1..<3, where: mask.span)
        var expectedFresh = [Int](repeating: 0, count: 8)
        for plane in 0..<shape.planes {
            for time in 0..<shape.times {
                for channel in 0..<shape.channels {
                    let sample = (plane * shape.times + time) * shape.channels + channel
                    let old = before.flags[sample]
                    let inside = plane / shape.polarisations == 1 && (1..<3).contains(time)
                    let bits = inside ? mask[(time - 1) * shape.channels + channel] : 0
                    let masked = bits != 0
                    for bit in 0..<8 where old == 0 { expectedFresh[bit] += Int(bits >> bit) & 1 }
                    #expect(block.flags[sample] == (masked ? old | 0x80 : old))
                }
            }
        }
        #expect((0..<8).map { fresh[$0] } == expectedFresh)
        #expect(expectedFresh[0] > 0)
    }
}
