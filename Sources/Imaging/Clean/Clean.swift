/// Deconvolves images: takes the point spread function of components away from dirty images until their peak is at a
/// threshold, with exact residuals between minor cycles (Högbom 1974; Clark 1980; Schwab 1984, sect. III).
///
/// Several channels are joined: peaks are those of their weighted mean, components have a brightness in each, and
/// `CleanSettings.spectrum` says how it may change along frequency (Offringa & Smirnov 2017, sect. 3). Equal input gives
/// equal bits for any number of threads.
///
/// - Parameters:
///   - dirty: image of each channel, Jy/beam, [row][column]. Images of channels without weight are not looked at.
///   - psfs: point spread function of each channel, 1 at its centre.
///   - field: sizes and channels.
///   - cycle: makes exact residuals.
///   - log: gets each major cycle when it is done.
/// - Throws: `ImagingError` for settings and images that do not fit or are not finite; what the cycle throws.
public func clean(
    dirty: [[Float]], psfs: [[Float]], field: CleanField, settings: CleanSettings,
    cycle: any MajorCycle, log: @Sendable (CleanMajor) -> Void = { _ in }
) async throws -> CleanResult {
    try settings.check(field)
    try checkImages(dirty, psfs, field)
    let active = field.channels.indices.filter { field.channels[$0].weight > 0 }
    for channel in active { try checkPixels(dirty[channel], psfs[channel], field, channel) }
    let allowed = settings.allowedPixels(field)
    var run = CleanRun(
        field: field, active: active, models: dirty.map { [Float](repeating: 0, count: $0.count) })
    guard !active.isEmpty, allowed.contains(1) else { return run.result(dirty, nil, .nothingToClean) }
    let channels = active.map { field.channels[$0] }
    let sum = channels.reduce(0) { $0 + $1.weight }
    let set = try await ScaleSet(
        active.map { psfs[$0] }, weights: channels.map { Float($0.weight / sum) }, field, settings)
    var state = Deconvolution(
        field: field, settings: settings, channels: channels, residuals: active.map { dirty[$0] }, set: set,
        allowed: allowed)
    let ended = try await run.cycles(&state, cycle, log)
    return run.result(dirty, state, ended)
}

/// What a major cycle changed: peak and noise of the exact residual after it, in those before.
private struct CleanProgress {
    let peak: Float
    let noise: Float

    /// A peak may rise where many components fit what none can, as long as the rest of the image gains.
    var isRise: Bool { peak > 2 || (peak > 1.1 && noise > 0.99) }
    var isStall: Bool { peak > 0.99 && noise > 0.99 }
    var isSlow: Bool { peak > 0.86 && noise > 0.97 }
}

/// The major cycles of a deconvolution.
private struct CleanRun {
    let field: CleanField
    let active: [Int]
    /// Of all channels, empty ones included.
    var models: [[Float]]
    var majors: [CleanMajor] = []
    /// Major cycles in a row without progress.
    private var stalls = 0
    /// Whether the last major cycle made little progress.
    private var isSlow = false
    /// The lowest peak of an exact residual so far: one that rises a little again and again comes far above it.
    private var lowest = Float.infinity
    /// Share of the peak that minor cycles take before an exact residual; less after a residual rose.
    private var depth = 0.8

    init(field: CleanField, active: [Int], models: [[Float]]) {
        self.field = field
        self.active = active
        self.models = models
    }

    mutating func cycles(
        _ state: inout Deconvolution, _ cycle: any MajorCycle, _ log: (CleanMajor) -> Void
    ) async throws -> CleanEnd {
        depth = state.settings.majorGain
        var end: MinorOutcome.End?
        try await state.survey()
        while true {
            if let reason = try await reason(&state, end) { return reason }
            let before = (model: state.model, residuals: state.residuals, noise: state.noise)
            let (top, masked) = (state.top, state.masked)
            let limit = max(Float(1 - depth), 0.01) * top
            end = try await state.minorCycles(to: limit)
            guard state.model.iterations > before.model.iterations else {
                return end == .negative ? .negative(peak: Double(top)) : .noProgress(peak: Double(top))
            }
            guard try await renew(&state, cycle) else {
                (state.model, state.residuals) = (before.model, before.residuals)
                return .notFinite
            }
            try await state.survey()
            let major = CleanMajor(
                number: majors.count + 1, iterations: state.model.iterations, peak: Double(top),
                reached: Double(state.top), limit: Double(limit), noise: Double(before.noise[0]),
                masked: state.settings.automaticMask != nil && masked)
            majors.append(major)
            log(major)
            let progress = CleanProgress(
                peak: state.top / top, noise: state.noise[0] / max(before.noise[0], .leastNormalMagnitude))
            lowest = min(lowest, top)
            guard progress.isRise || state.top > 2 * lowest else {
                (stalls, isSlow) = (progress.isStall ? stalls + 1 : 0, progress.isSlow)
                continue
            }
            (state.model, state.residuals) = (before.model, before.residuals)
            depth /= 2
            if depth < 0.2 * state.settings.majorGain {
                return .divergence(peak: major.reached, best: major.peak)
            }
            try await state.survey()
        }
    }

    /// Why to end, if so; turns to the automatic mask when its level is reached.
    private mutating func reason(_ state: inout Deconvolution, _ end: MinorOutcome.End?) async throws
        -> CleanEnd?
    {
        let stalled = stalls > (state.settings.automaticMask == nil ? 1 : 0)
        if isDone(state) || stalled, !state.masked {
            try await state.restrictToComponents()
            (isSlow, stalls) = (false, 0)
        }
        let top = Double(state.top)
        if isDone(state) { return .threshold(peak: top, level: Double(state.levels[0])) }
        if end == .negative { return .negative(peak: top) }
        if state.model.iterations >= state.settings.iterations { return .iterations(state.model.iterations) }
        if majors.count >= state.settings.majors { return .majors(majors.count) }
        return stalls > 0 && stalled ? .noProgress(peak: top) : nil
    }

    /// Whether peaks are at their levels; those that exact residuals bring back just above are not worth another cycle,
    /// nor those that a cycle hardly changed.
    private func isDone(_ state: Deconvolution) -> Bool {
        !state.isAbove(majors.isEmpty ? 1 : isSlow ? 1.5 : 1.2)
    }

    /// Makes exact residuals of the model; false when they are not finite.
    private mutating func renew(_ state: inout Deconvolution, _ cycle: any MajorCycle) async throws -> Bool {
        for (index, channel) in active.enumerated() { models[channel] = state.model.images[index] }
        let residuals = try await cycle.residuals(of: models)
        guard residuals.count == models.count,
            active.allSatisfy({ residuals[$0].count == field.pixels })
        else { throw ImagingError.shape("residuals of other channels or sizes than the models") }
        state.residuals = active.map { residuals[$0] }
        return state.residuals.allSatisfy(isFinite)
    }

    func result(_ dirty: [[Float]], _ state: Deconvolution?, _ ended: CleanEnd) -> CleanResult {
        var (models, residuals) = (models, dirty)
        var components = [CleanComponent]()
        if let state {
            for (index, channel) in active.enumerated() {
                models[channel] = state.model.images[index]
                residuals[channel] = state.residuals[index]
            }
            components = state.components(active, of: field.channels.count)
        }
        return CleanResult(
            models: models, residuals: residuals, components: components, majors: majors, ended: ended,
            noise: Double(state?.noise.first ?? 0))
    }
}

extension Deconvolution {
    /// Components by scale and pixel, with zeros for empty channels.
    fileprivate func components(_ active: [Int], of channels: Int) -> [CleanComponent] {
        model.components.indices.flatMap { scale in
            model.components[scale].sorted { $0.key < $1.key }.map { pixel, values in
                var fluxes = [Float](repeating: 0, count: channels)
                for (channel, value) in zip(active, values) { fluxes[channel] = value }
                return CleanComponent(
                    column: pixel % field.width, row: pixel / field.width,
                    scale: set.scales[scale].kernel.width, fluxes: fluxes)
            }
        }
    }
}

extension CleanSettings {
    /// 1 for pixels that may hold components, else 0.
    fileprivate func allowedPixels(_ field: CleanField) -> [Float] {
        var allowed = mask.map { $0.map { $0 ? 1 : 0 } } ?? [Float](repeating: 1, count: field.pixels)
        for row in 0..<field.height {
            for column in 0..<field.width {
                let inside =
                    min(row, column, field.height - 1 - row, field.width - 1 - column) >= border
                let boxed = box.map { $0.rows.contains(row) && $0.columns.contains(column) } ?? true
                if !inside || !boxed { allowed[row * field.width + column] = 0 }
            }
        }
        return allowed
    }
}
