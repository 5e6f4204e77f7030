/// Moves the visibilities of a stream to other phase centres, as its header says before and after.
///
/// The whole delay of a source at direction cosines (l, m, n) stays what it is: u l + v m + w n does not depend on the
/// centre that uvw are counted about, and V keeps of it what is left when w is taken off. So moving the centre from one
/// with w to one with w′ multiplies by exp(−2πi ν/c (w′ − w)) (Thompson, Moran & Swenson 2017, eq. 3.7 for both
/// centres); unprojected data have nothing taken off, w = 0 whatever their third coordinate is. The data's own w is that
/// of the block, so what a correlator did is undone as it was done.
public struct PhaseShift: Sendable {
    /// The header after the move.
    public let header: ObservationCut
    private let before: [Tracking]

    /// A move of a stream to the phase centres of another header.
    ///
    /// - Parameters:
    ///   - observation: the observation as its blocks come.
    ///   - header: the same cut after the move: only fields, the fields of scans and antennas' uvw differ.
    /// - Precondition: the schedules have the same scans and dumps.
    public init(of observation: Observation, to header: ObservationCut) {
        precondition(
            observation.schedule.map(\.times.count) == header.observation.schedule.map(\.times.count),
            "a move to another schedule")
        before = observation.schedule.map { observation.fields[$0.field].tracking }
        self.header = header
    }

    /// Moves a block: visibilities turn, uvw and context are the new centre's, flags and weights stay.
    ///
    /// A row whose path to the old or new centre is not finite keeps its visibilities.
    /// - Precondition: the block was cut as the header is.
    public func apply(to block: inout VisibilityBlock) {
        let (shape, context, firstBaseline) = (block.shape, block.context, block.firstBaseline)
        let observation = header.observation
        let scan = observation.schedule[context.scheduleIndex]
        let isUnprojected = before[context.scheduleIndex] == .unprojected
        var paths: [Double] = []
        paths.reserveCapacity(shape.rows)
        block.withMutableArrays { visibilities, _, _, uvw, _ in
            for row in 0..<shape.rows {
                let baseline = observation.baselines[firstBaseline + row / shape.times]
                let dump = context.dumps.lowerBound + row % shape.times
                let moved = observation.uvw(baseline, dump: dump, of: scan)
                paths.append((isUnprojected ? 0 : uvw[row].w) - moved.w)
                uvw[row] = moved
            }
            turnRows(&visibilities, shape, frequencies: context.frequencies, paths: paths)
        }
        block.reshape(shape, context: context.moved(to: observation), firstBaseline: firstBaseline)
    }
}

extension BlockContext {
    /// The same place in the stream about the phase centre that the field of its scan has in another observation.
    fileprivate func moved(to observation: Observation) -> BlockContext {
        let field = observation.schedule[scheduleIndex].field
        return BlockContext(
            scan: scan, intent: intent, field: field, phaseCentre: observation.fields[field].phaseCentre,
            spectralWindow: spectralWindow, channels: channels, frequencies: frequencies, widths: widths,
            scheduleIndex: scheduleIndex, dumps: dumps, times: times, intervals: intervals, subband: subband,
            window: window, endsScan: endsScan, halo: halo)
    }
}
