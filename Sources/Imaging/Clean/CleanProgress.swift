/// Where a deconvolution is.
struct CleanMark: Sendable {
    let peak: Float
    /// Of points, or at the narrowest scale, as levels have it.
    let noise: Float
    /// Of the residual as it is.
    let residualNoise: Float
    /// Peak to reach in the end; 0 for any.
    let goal: Float
    let iterations: Int
    let masked: Bool

    init(_ state: Deconvolution) {
        (residualNoise, goal) = (state.residualNoise, state.goal)
        (peak, noise, iterations) = (state.top, state.noise[0], state.model.iterations)
        masked = state.settings.automaticMask != nil && state.masked
    }

    /// What changed from an earlier one.
    func change(since start: CleanMark) -> CleanProgress {
        CleanProgress(
            peak: peak / max(start.peak, .leastNormalMagnitude),
            noise: noise / max(start.noise, .leastNormalMagnitude))
    }
}

/// What major cycles changed: peak and noise of the exact residual after them, in those before.
struct CleanProgress: Sendable {
    let peak: Float
    let noise: Float

    /// A peak may rise where many components fit what none can, as long as the rest of the image gains.
    var isRise: Bool { peak > 2 || (peak > 1.1 && noise > 0.99) }
    var isStall: Bool { peak > 0.99 && noise > 0.99 }
    var isSlow: Bool { peak > 0.86 && noise > 0.97 }
}

/// The best model so far and its exact residual: that of the lowest peak, one of lower noise at a peak that is not half
/// above the lowest, or one with no peak above its level.
struct CleanBest: Sendable {
    private(set) var mark: CleanMark
    private var model: CleanModel
    private var residuals: [[Float]]
    /// The lowest peak so far: one that rises a little again and again comes far above it.
    private var lowest: Float

    init(_ state: Deconvolution) {
        mark = CleanMark(state)
        (model, residuals, lowest) = (state.model, state.residuals, mark.peak)
    }

    /// Whether an exact residual is much worse.
    func isRise(_ state: Deconvolution) -> Bool {
        CleanMark(state).change(since: mark).isRise || state.top > 2 * lowest
    }

    /// Keeps a model that is better. A peak lower than the mark's is not enough: noise may have let that one in.
    mutating func consider(_ state: Deconvolution) {
        let change = CleanMark(state).change(since: mark)
        let isQuieter = change.noise < 0.99 && state.top < 1.5 * lowest
        // Where no peak is above its level any more, the strongest is of a scale that was not cleaned.
        let isAtLevel = state.choice == nil && change.noise < 1.01
        guard state.top < lowest || isQuieter || isAtLevel || (change.peak < 1 && change.noise < 1) else {
            return
        }
        let lowest = min(lowest, state.top)
        self = CleanBest(state)
        self.lowest = lowest
    }

    /// Goes back to this model.
    func restore(_ state: inout Deconvolution) {
        (state.model, state.residuals) = (model, residuals)
    }

    /// Goes back to this model when the state's is another one, which `consider` found no better; true if so.
    @discardableResult func settle(_ state: inout Deconvolution) -> Bool {
        guard mark.iterations != state.model.iterations else { return false }
        restore(&state)
        return true
    }
}
