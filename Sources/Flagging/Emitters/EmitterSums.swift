/// Sums of residuals over blocks of dumps with the fringes of emitters on the ground taken off, for either sign of the fringes: in conjugated data,
/// which are met, they turn the other way.
///
/// A marked island over planes of [block and part][padded channel].
final class EmitterSums {
    /// Dumps of a block; blocks are counted from the scan's start.
    static let block = 16
    /// Real and imaginary part of the sums for both signs.
    static let parts = 4
    /// Dumps that are added up before sums are stored.
    private static let dumpsAtOnce = 4

    /// The blocks that the dumps fall into.
    let blocks: Range<Int>
    /// Unmasked samples, [block].
    let counts: Plane
    /// By polarisation, [block][part].
    let sums: [Plane]

    /// Turns of the fringes since the scan's start at each block's last dump.
    let turns: [Double]

    private let dumps: Range<Int>
    private let fringes: EmitterFringes

    /// Empty sums of some dumps, given the fringes of each and how often they have turned since the scan's start.
    init(dumps: Range<Int>, slots: Int, fringes: EmitterFringes, turns: [Double]) {
        self.dumps = dumps
        self.fringes = fringes
        blocks = dumps.lowerBound / Self.block..<(dumps.upperBound + Self.block - 1) / Self.block
        self.turns = blocks.map { block in
            turns[min((block + 1) * Self.block, dumps.upperBound) - 1 - dumps.lowerBound]
        }
        let (count, stride) = (blocks.count, fringes.cosines.stride)
        counts = Plane(rows: count, stride: stride, cleared: false)
        sums = (0..<slots).map { _ in Plane(rows: Self.parts * count, stride: stride) }
    }

    /// Counts the samples that a mask keeps, once; its first row is the dump `start`.
    func count(_ mask: Plane, start: Int) {
        for (number, block) in blocks.enumerated() {
            let own = dumps(of: block)
            for channel in Swift.stride(from: 0, to: mask.stride, by: Plane.lanes) {
                var count = Plane.Lanes(repeating: 0)
                for dump in own { count += mask.samples.lanes((dump - start) * mask.stride + channel) }
                counts.samples.setLanes(number * mask.stride + channel, count)
            }
        }
    }

    private func dumps(of block: Int) -> Range<Int> {
        (block * Self.block..<(block + 1) * Self.block).clamped(to: dumps)
    }

    /// Adds what is left of a polarisation, where the mask keeps it.
    func add(_ residuals: (real: Plane, imaginary: Plane), slot: Int, mask: Plane, start: Int) {
        let (stride, sums) = (mask.stride, sums[slot].samples)
        let (reals, imaginaries) = (residuals.real.samples, residuals.imaginary.samples)
        let (cosines, sines) = (fringes.cosines.samples, fringes.sines.samples)
        for (number, block) in blocks.enumerated() {
            let own = dumps(of: block)
            for first in Swift.stride(from: own.lowerBound, to: own.upperBound, by: Self.dumpsAtOnce) {
                let count = min(Self.dumpsAtOnce, own.upperBound - first)
                for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                    let zero = Plane.Lanes(repeating: 0)
                    var (rc, rs, ic, si) = (zero, zero, zero, zero)
                    var from = (first - start) * stride + channel
                    var turn = (first - dumps.lowerBound) * stride + channel
                    for _ in 0..<count {
                        let kept = mask.samples.lanes(from)
                        let (real, imaginary) = (kept * reals.lanes(from), kept * imaginaries.lanes(from))
                        let (c, s) = (cosines.lanes(turn), sines.lanes(turn))
                        rc += real * c
                        rs += real * s
                        ic += imaginary * c
                        si += imaginary * s
                        from += stride
                        turn += stride
                    }
                    let place = Self.parts * number * stride + channel
                    sums.setLanes(place, sums.lanes(place) + (rc - si))
                    sums.setLanes(place + stride, sums.lanes(place + stride) + (rs + ic))
                    sums.setLanes(place + 2 * stride, sums.lanes(place + 2 * stride) + (rc + si))
                    sums.setLanes(place + 3 * stride, sums.lanes(place + 3 * stride) + (ic - rs))
                }
            }
        }
    }
}
