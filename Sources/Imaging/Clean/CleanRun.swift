/// The major cycles of a deconvolution: minor cycles, an exact residual, and what it says about going on.
struct CleanRun {
    /// Channels with data.
    private let active: [Int]
    /// Of all channels, empty ones included.
    private var models: [[Float]]
    private var majors: [CleanMajor] = []
    private var best: CleanBest
    /// Peak of points, or at the narrowest scale, before the first component, and the level that it is held against.
    private let first: (peak: Double, level: Double)
    /// Major cycles in a row without progress.
    private var stalls = 0
    /// How far above their levels peaks may be at the end.
    private var slack: Float = 1
    /// Whether the last major cycle made little progress.
    private var isSlow = false
    /// Share of the peak that minor cycles take before an exact residual; less after a residual rose.
    private var depth: Double
    /// Noise when components were last restricted to where some are.
    private var maskedNoise = Float.infinity

    /// Starts from dirty images, and a deconvolution that has looked at them.
    init(_ active: [Int], _ dirty: [[Float]], _ state: Deconvolution) {
        self.active = active
        models = dirty.map { [Float](repeating: 0, count: $0.count) }
        best = CleanBest(state)
        first = (Double(state.peaks[0]?.rank ?? 0), Double(state.levels[0]))
        depth = state.settings.majorGain
    }

    /// Goes on until there is a reason to end; leaves the best model and its residual.
    mutating func cycles(
        _ state: inout Deconvolution, _ cycle: any MajorCycle, _ log: (CleanMajor) -> Void
    ) async throws -> CleanEnd {
        var end: MinorOutcome.End?
        while true {
            if let reason = try await reason(state: &state, end) {
                best.settle(&state)
                return reason
            }
            let start = CleanMark(state)
            let limit = limit(state)
            end = try await state.minorCycles(to: limit)
            guard state.model.iterations > start.iterations else {
                best.settle(&state)
                return end == .negative
                    ? .negative(peak: Double(start.peak)) : .noProgress(peak: Double(best.mark.peak))
            }
            guard try await renew(&state, cycle) else {
                best.restore(&state)
                return .notFinite
            }
            try await state.survey()
            let major = CleanMajor(majors.count + 1, from: start, to: state, limit: limit)
            majors.append(major)
            log(major)
            if try await judge(&state, start) {
                return .divergence(peak: major.reached, best: Double(best.mark.peak))
            }
        }
    }

    /// Peak down to which minor cycles go: a share of that of the scale they begin with, as stronger ones may be below
    /// the level of theirs; small enough that a component is taken.
    private func limit(_ state: Deconvolution) -> Float {
        min(max(Float(1 - depth), 0.01), 0.97) * (state.choice.map(state.biased) ?? state.top)
    }

    /// Takes note of what an exact residual says; goes back to the best model when it rose. True when it rises however
    /// little minor cycles take.
    private mutating func judge(_ state: inout Deconvolution, _ start: CleanMark) async throws -> Bool {
        let change = CleanMark(state).change(since: start)
        guard best.isRise(state) else {
            (stalls, isSlow) = (change.isStall ? stalls + 1 : 0, change.isSlow)
            // Peaks that exact residuals bring back just above their levels are not worth another cycle, nor higher ones
            // that a cycle hardly changed, nor, if levels are of noise, points in a mask that it does not feel any more.
            let isSettled =
                isSlow && start.masked && change.noise > 0.995 && state.set.scales.count == 1
                && !state.isLevelAbsolute
            slack = isSettled ? 2 : isSlow ? 1.5 : 1.2
            best.consider(state)
            return false
        }
        best.restore(&state)
        depth /= 2
        if depth < 0.2 * state.settings.majorGain { return true }
        try await state.survey()
        return false
    }

    /// Why to end, if so; turns to the automatic mask when its level is reached, and from it when it let the noise fall.
    private mutating func reason(state: inout Deconvolution, _ end: MinorOutcome.End?) async throws
        -> CleanEnd?
    {
        let settings = state.settings
        let patience = settings.automaticMask == nil ? 1 : 0
        let hasMore = best.mark.iterations < settings.iterations && majors.count < settings.majors
        if isDone(state) || stalls > patience, settings.automaticMask != nil, end != .negative {
            if !state.masked {
                try await turn(&state, masked: true)
            } else if hasMore, best.mark.noise < 0.9 * maskedNoise {
                try await turn(&state, masked: false)
                if isDone(state) { try await turn(&state, masked: true) }
            }
        }
        let top = Double(best.mark.peak)
        if isDone(state) {
            return majors.isEmpty
                ? .belowThreshold(peak: first.peak, level: first.level)
                : .threshold(peak: top, level: Double(state.levels[0]))
        }
        if end == .negative { return .negative(peak: top) }
        let goal = Double(best.mark.goal)
        if state.model.iterations >= settings.iterations {
            return .iterations(
                state.model.iterations, kept: best.mark.iterations, peak: top, level: goal)
        }
        if majors.count >= settings.majors { return .majors(majors.count, peak: top, level: goal) }
        return stalls > patience ? .noProgress(peak: top) : nil
    }

    /// Restricts components to where some are, or lifts that: sources that hid in the sidelobes of others may be found.
    private mutating func turn(_ state: inout Deconvolution, masked: Bool) async throws {
        if best.settle(&state) { try await state.survey() }
        if masked {
            try await state.restrictToComponents()
            maskedNoise = state.noise[0]
        } else {
            try await state.allowAnywhere()
        }
        best = CleanBest(state)
        (isSlow, stalls, slack) = (false, 0, 1.2)
    }

    /// Whether peaks are at their levels, but for the slack, or, when they hardly change, at that of points.
    private func isDone(_ state: Deconvolution) -> Bool {
        !state.isAbove(slack) || (isSlow && state.top <= state.levels[0])
    }

    /// Makes exact residuals of the model; false when they are not finite.
    private mutating func renew(_ state: inout Deconvolution, _ cycle: any MajorCycle) async throws -> Bool {
        for (index, channel) in active.enumerated() { models[channel] = state.model.images[index] }
        let residuals = try await cycle.residuals(of: models)
        guard residuals.count == models.count,
            active.allSatisfy({ residuals[$0].count == state.field.pixels })
        else { throw ImagingError.shape("residuals of other channels or sizes than the models") }
        state.residuals = active.map { residuals[$0] }
        return state.residuals.allSatisfy(isFinite)
    }

    /// What was found, channels without data included.
    func result(_ dirty: [[Float]], _ state: Deconvolution, _ ended: CleanEnd) async throws -> CleanResult {
        var (models, residuals) = (models, dirty)
        for (index, channel) in active.enumerated() {
            models[channel] = state.model.images[index]
            residuals[channel] = state.residuals[index]
        }
        let (mean, channels) = try await summaries(state, ended)
        let scales = zip(state.set.scales, state.model.components).map { (width: $0.kernel.width, list: $1) }
        return CleanResult(
            models: models, residuals: residuals,
            components: CleanComponents(
                scales, width: state.field.width, active: active, of: state.field.channels.count),
            majors: majors, summary: mean, summaries: channels)
    }

    /// What is to be said of the weighted mean of the channels, and of each; nil for those without data.
    private func summaries(
        _ state: Deconvolution, _ ended: CleanEnd
    ) async throws -> (mean: CleanSummary, channels: [CleanSummary?]) {
        func summary(_ flux: Double, _ residual: [Float], _ noise: Double) -> CleanSummary {
            CleanSummary(
                channels: active.count, majors: majors.count, components: best.mark.iterations, flux: flux,
                peak: state.strongest(residual), noise: noise, threshold: Double(best.mark.goal), ended: ended
            )
        }
        let fluxes = state.model.images.map { $0.reduce(0) { $0 + Double($1) } }
        let mean = summary(
            zip(fluxes, state.weights).reduce(0) { $0 + $1.0 * Double($1.1) },
            state.images.mean(state.residuals), Double(best.mark.residualNoise))
        var channels = [CleanSummary?](repeating: nil, count: models.count)
        for (index, channel) in active.enumerated() {
            let residual = state.residuals[index]
            channels[channel] =
                active.count == 1
                ? mean : summary(fluxes[index], residual, try await robustNoise(residual))
        }
        return (mean, channels)
    }
}
