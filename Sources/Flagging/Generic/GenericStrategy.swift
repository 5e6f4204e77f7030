/// AOFlagger's generic default strategy over the amplitudes of one baseline; see ``GenericFlagger``.
struct GenericStrategy: Sendable {
    /// Sensitivities of SumThreshold before each fit of the background.
    private static let sensitivities = [4.0, 2.0]
    private static let timeLimit = 3.5
    private static let finalTimeLimit = 4.0
    /// Of the tests of channels, for each unit of sensitivity.
    private static let channelLimit = 3.0

    private let base: Double
    private let hands: Set<Int>

    /// - Parameters:
    ///   - base: factor on the thresholds of SumThreshold.
    ///   - hands: the parallel hands, whose residuals together show time steps that are out.
    init(base: Double, hands: Set<Int>) {
        self.base = base
        self.hands = hands
    }

    /// The states of all samples: flagged, missing in all polarisations, or neither.
    ///
    /// - Parameter amplitudes: [polarisation], [time][padded channel] each; 0 where a sample is missing.
    func find(_ amplitudes: [UnsafeMutablePointer<Float>], times: Int, channels: Int) -> RankImage {
        let work = GenericWork(times: times, channels: channels)
        for (number, plane) in amplitudes.enumerated() {
            find(plane, work)
            collect(plane, work, isHand: hands.contains(number))
        }
        let rank = SinglePrecisionRank(0.2)
        work.union.growAlongTime(rank)
        work.union.growAlongFrequency(rank, rows: 0..<times)
        dropTimes(work)
        return work.union
    }

    /// Judges one polarisation: what is found is marked in the image, what is left of it is the residual.
    private func find(_ amplitudes: UnsafeMutablePointer<Float>, _ work: GenericWork) {
        let (image, data) = (work.image, work.residual.samples)
        data.update(from: amplitudes, count: work.residual.count)
        image.closeGaps { ImageMask.present(amplitudes.lanes($0)) }
        image.forgetFound()
        var mask = ImageMask(amplitudes, found: image.found, times: image.times, channels: image.channels)
        for sensitivity in Self.sensitivities {
            threshold(data, mask, sensitivity, work)
            (mask.rows, mask.columns) = (
                [Int32](repeating: 0, count: mask.times), mask.columns.map { _ in 0 }
            )
            let spread = RootMeanSquares(of: data, mask)
            let (times, channels) = (
                spread.times(beyond: Self.timeLimit), spread.channels(beyond: Self.channelLimit * sensitivity)
            )
            for (time, isOut) in times.enumerated() where isOut { mask.rows[time] = -1 }
            for (channel, isOut) in channels.enumerated() where isOut { mask.columns[channel] = -1 }
            work.background.subtract(mask, to: data)
        }
        threshold(data, mask, 1, work)
    }

    /// SumThreshold from scratch, at the scale of what a mask leaves.
    private func threshold(
        _ data: UnsafeMutablePointer<Float>, _ mask: ImageMask, _ sensitivity: Double, _ work: GenericWork
    ) {
        var operation = SumThreshold(sensitivity: sensitivity * base, mode: work.mode.scale(of: data, mask))
        let grid = FixedPoint(spanning: [operation.timeThreshold])
        guard let grid, let factors = grid.factors else { return work.image.forgetFound() }
        work.image.refill { row, channel in
            let index = row + channel
            let kept = ImageMask.present(mask.amplitudes.lanes(index))
            return ThresholdImage.onGrid(data.lanes(index), kept: kept, factors, least: -FixedPoint.largest)
        }
        operation.find(in: work.image, unit: grid.unit, rounding: .up)
        work.image.openGaps()
    }

    /// Adds what was found in one polarisation to the union, and what is left of a hand to that of the others.
    private func collect(_ amplitudes: UnsafeMutablePointer<Float>, _ work: GenericWork, isHand: Bool) {
        let (state, together) = (work.union.state, work.handsTogether.samples)
        for index in Swift.stride(from: 0, to: work.residual.count, by: Plane.lanes) {
            let present = ImageMask.present(amplitudes.lanes(index))
            let before = state.lanes(index)
            let isFlagged = (before &>> 31) | (work.image.found.lanes(index) & present)
            // What was missing so far (1) is not where there is a sample.
            state.setLanes(index, isFlagged | (before & ~present))
            guard isHand else { continue }
            let left = unsafeBitCast(work.residual.samples.lanes(index), to: ImageMask.Lanes.self) & present
            together.setLanes(index, together.lanes(index) + unsafeBitCast(left, to: Plane.Lanes.self))
        }
    }

    /// Flags time steps whose hands together stand out.
    private func dropTimes(_ work: GenericWork) {
        let union = work.union
        // What is missing everywhere has no residual: any number but 0 says that there is a sample.
        let presence = work.residual.samples
        for index in Swift.stride(from: 0, to: work.residual.count, by: Plane.lanes) {
            let isThere = (union.state.lanes(index) &- 1) &>> 31
            presence.setLanes(index, unsafeBitCast(isThere & 1, to: Plane.Lanes.self))
        }
        // Its flags are all bits of a state; the one bit of a missing sample meets none of `presence`.
        let mask = ImageMask(presence, found: union.state, times: union.times, channels: union.channels)
        let spread = RootMeanSquares(of: work.handsTogether.samples, mask)
        for (time, isOut) in spread.times(beyond: Self.finalTimeLimit).enumerated() where isOut {
            for index in time * union.stride..<(time + 1) * union.stride where union.state[index] == 0 {
                union.state[index] = RankImage.flagged
            }
        }
    }
}
