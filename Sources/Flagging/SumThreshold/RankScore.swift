/// What a sample adds to the running sum W of the rank operator, in integers: ties are exact.
///
/// With W the running sums of the scores, a sample y is flagged when the greatest W after y is not below the
/// least W before it. A marked island, as ``RankImage``.
struct RankScore: RankArithmetic {
    private typealias Lanes = SIMD16<Int32>

    /// η, of a flagged sample.
    let flagged: Int32
    /// η − 1, of an unflagged sample.
    let unflagged: Int32

    /// The scores of a vector of states of ``RankImage``; a missing one adds nothing.
    @inline(__always)
    private func values(of states: Lanes) -> Lanes {
        let isFlagged = states &>> 31
        let isUnflagged = (states & 1) &- 1
        return (isFlagged & flagged) | (isUnflagged & unflagged)
    }

    func grow(
        _ top: UnsafeMutablePointer<Int32>, stride: Int, length: Int, scratch: UnsafeMutablePointer<Int32>
    ) -> Bool {
        var sum = Lanes(repeating: 0)
        var extreme = Lanes(repeating: 0)
        var present = Lanes(repeating: 0)
        for row in 0..<length {
            let states = top.lanes(row * stride)
            present |= states
            // The lesser one.
            let step = sum &- extreme
            extreme &+= step & (step &>> 31)
            scratch.setLanes(16 * row, extreme)
            sum &+= values(of: states)
        }
        if unflagged < 0, !ThresholdLines.isAnySet(present &>> 31) { return false }
        extreme = sum
        for row in (0..<length).reversed() {
            let states = top.lanes(row * stride)
            // The greater one.
            let step = extreme &- sum
            extreme &-= step & (step &>> 31)
            sum &-= values(of: states)
            let isGrown = ~((extreme &- scratch.lanes(16 * row)) &>> 31)
            let isThere = (states &- 1) &>> 31
            top.setLanes(row * stride, states | (isGrown & isThere))
        }
        return true
    }
}
