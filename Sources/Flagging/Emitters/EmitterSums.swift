/// Sums of residuals over blocks of dumps with the fringes of emitters on the ground taken off, for either sign of the fringes: in conjugated data,
/// which are met, they turn the other way.
///
/// A marked island over planes of [block and part][padded channel].
final class EmitterSums {
    /// Dumps of a block; blocks are counted from the scan's start.
    static let block = 16
    /// Real and imaginary part of the sums for both signs.
    static let parts = 4

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
        counts = Plane(rows: count, stride: stride)
        sums = (0..<slots).map { _ in Plane(rows: Self.parts * count, stride: stride) }
    }

    /// Counts the samples that a mask keeps; its first row is the dump `start`.
    func count(_ mask: Plane, start: Int) {
        for dump in dumps {
            let (from, to) = ((dump - start) * mask.stride, row(of: dump) * mask.stride)
            for channel in Swift.stride(from: 0, to: mask.stride, by: Plane.lanes) {
                counts.samples.setLanes(
                    to + channel, counts.samples.lanes(to + channel) + mask.samples.lanes(from + channel))
            }
        }
    }

    /// Adds what is left of a polarisation, where the mask keeps it.
    func add(_ residuals: (real: Plane, imaginary: Plane), slot: Int, mask: Plane, start: Int) {
        let (stride, sums) = (mask.stride, sums[slot].samples)
        let (reals, imaginaries) = (residuals.real.samples, residuals.imaginary.samples)
        for dump in dumps {
            let from = (dump - start) * stride
            let turn = (dump - dumps.lowerBound) * stride
            let to = Self.parts * row(of: dump) * stride
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let kept = mask.samples.lanes(from + channel)
                let (real, imaginary) = (
                    kept * reals.lanes(from + channel), kept * imaginaries.lanes(from + channel)
                )
                let (c, s) = (
                    fringes.cosines.samples.lanes(turn + channel), fringes.sines.samples.lanes(turn + channel)
                )
                let (rc, rs, ic, si) = (real * c, real * s, imaginary * c, imaginary * s)
                let place = to + channel
                sums.setLanes(place, sums.lanes(place) + (rc - si))
                sums.setLanes(place + stride, sums.lanes(place + stride) + (rs + ic))
                sums.setLanes(place + 2 * stride, sums.lanes(place + 2 * stride) + (rc + si))
                sums.setLanes(place + 3 * stride, sums.lanes(place + 3 * stride) + (ic - rs))
            }
        }
    }

    private func row(of dump: Int) -> Int { dump / Self.block - blocks.lowerBound }
}
