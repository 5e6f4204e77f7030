/// The scale-invariant rank operator in the arithmetic that AOFlagger does it in: running sums of single precision, whose rounding
/// decides ties (4 of 5 flagged at η = 0.2).
///
/// A marked island, as ``RankImage``.
struct SinglePrecisionRank: RankArithmetic {
    private typealias Lanes = SIMD16<Float>
    private let flagged: Float
    private let unflagged: Float

    /// The operator for a share η.
    init(_ share: Float) {
        flagged = share
        unflagged = Float(Double(share) - 1)
    }

    func grow(
        _ top: UnsafeMutablePointer<Int32>, stride: Int, length: Int, scratch: UnsafeMutablePointer<Int32>
    ) -> Bool {
        var sum = Lanes(repeating: 0)
        var lowest = Lanes(repeating: 0)
        var present = SIMD16<Int32>(repeating: 0)
        for row in 0..<length {
            let states = top.lanes(row * stride)
            present |= states
            lowest = lesser(lowest, sum)
            sum += scores(states)
            scratch.setLanes(32 * row, unsafeBitCast(lowest, to: SIMD16<Int32>.self))
            scratch.setLanes(32 * row + 16, unsafeBitCast(sum, to: SIMD16<Int32>.self))
        }
        guard ThresholdLines.isAnySet(present &>> 31) else { return false }
        var highest = sum
        for row in (0..<length).reversed() {
            let states = top.lanes(row * stride)
            highest = greater(highest, unsafeBitCast(scratch.lanes(32 * row + 16), to: Lanes.self))
            let rise = highest - unsafeBitCast(scratch.lanes(32 * row), to: Lanes.self)
            // The sign bit is set below zero only: equal sums differ by +0.
            let isGrown = ~(unsafeBitCast(rise, to: SIMD16<Int32>.self) &>> 31)
            let isThere = (states &- 1) &>> 31
            top.setLanes(row * stride, states | (isGrown & isThere))
        }
        return true
    }

    @inline(__always)
    private func scores(_ states: SIMD16<Int32>) -> Lanes {
        let isFlagged = states &>> 31
        let isUnflagged = (states & 1) &- 1
        let bits =
            (isFlagged & Int32(bitPattern: flagged.bitPattern))
            | (isUnflagged & Int32(bitPattern: unflagged.bitPattern))
        return unsafeBitCast(bits, to: Lanes.self)
    }
}
