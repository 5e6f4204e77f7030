/// A comb of rows, and the one whose rows lie as far on the other side of the phase centre: they share their screens.
///
/// The teeth of both stand in one buffer, those of the second comb behind those of the first.
struct MirroredCombs {
    /// The comb, and its mirror if it has one besides itself.
    let numbers: (first: Int, mirror: Int?)
    private let comb: PixelComb
    private let mirror: PixelComb
    private let teeth: Int
    private let height: Int

    /// - Parameter symmetric: whether rows as far south as north of the phase centre share their screens.
    init(_ k: Int, of transform: LaneFFT<some ImagingScalar>, _ rows: Range<Int>, symmetric: Bool) {
        let opposite = (transform.combs - k) % transform.combs
        numbers = (k, symmetric && opposite != k ? opposite : nil)
        comb = transform.comb(k, rows)
        mirror = transform.comb(opposite, rows)
        teeth = transform.teeth
        height = rows.count
    }

    /// Calls a body with each comb: its number, its pixels, and where its teeth begin.
    @inline(__always) func forEachComb(_ body: (_ k: Int, _ comb: PixelComb, _ start: Int) -> Void) {
        body(numbers.first, comb, 0)
        if let number = numbers.mirror { body(number, mirror, teeth) }
    }

    /// Calls a body with each row and its tooth, and those of the mirrored row, if there is one.
    @inline(__always) func forEachRow(
        _ body: (_ row: Int, _ tooth: Int, _ mirrored: (row: Int, tooth: Int)?) -> Void
    ) {
        let paired = numbers.mirror != nil
        // The first of an even number of rows has none on the other side.
        let alone = paired && height % 2 == 0 && mirror.upper < teeth && mirror.slot(mirror.upper) == 0
        let count = comb.lower + teeth - comb.upper
        for index in 0..<count + (alone ? 1 : 0) {
            var tooth = index < comb.lower ? index : index &+ comb.upper &- comb.lower
            var row = comb.slot(tooth)
            let mirrored = height / 2 * 2 - row
            let partner = paired && mirrored < height ? (mirrored, 2 &* teeth &- 1 &- tooth) : nil
            if index == count { (row, tooth) = (0, teeth + mirror.upper) }
            body(row, tooth, index == count ? nil : partner)
        }
    }
}
