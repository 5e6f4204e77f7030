#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The state of a deconvolution between exact residuals: what is left, how much of it is noise, and what was found.
struct Deconvolution: Sendable {
    let field: CleanField
    let settings: CleanSettings
    let set: ScaleSet
    /// Of the channels with data, of sum 1.
    let weights: [Float]
    /// Of components, by scale.
    let fits: [SpectralFit]
    var model: CleanModel
    /// Exact ones of the channels with data.
    var residuals: [[Float]]
    /// The same at all scales; they follow the components of minor cycles.
    var images: ResidualImages
    /// Strongest peak at each scale; between exact residuals an upper bound where the scale's images are stale.
    var peaks: [Peak?] = []
    /// Robust noise at each scale.
    private(set) var noise: [Float] = []
    /// Robust noise of the weighted mean of the residuals, as they are.
    private(set) var residualNoise: Float = 0
    /// Rank down to which each scale is cleaned.
    private(set) var levels: [Float] = []
    /// Whether components may only be where some are.
    private(set) var masked = false
    /// 1 for pixels that may hold components, else 0.
    let allowed: [Float]
    /// What peaks are multiplied by before they are compared, by scale.
    private(set) var shares: [[Float]]
    /// Share of the least local noise in that of each place of the first scale.
    private var local: [Float]?

    init(
        field: CleanField, settings: CleanSettings, channels: [CleanField.Channel], residuals: [[Float]],
        set: ScaleSet, allowed: [Float]
    ) {
        self.field = field
        self.settings = settings
        self.set = set
        self.residuals = residuals
        self.allowed = allowed
        let sum = channels.reduce(0) { $0 + $1.weight }
        weights = channels.map { Float($0.weight / sum) }
        fits = set.scales.map { SpectralFit(settings.spectrum, channels, peaks: $0.psf.peaks) }
        images = ResidualImages(field, set, weights: weights)
        shares = set.scales.map { $0.sampled(allowed, width: field.width) }
        model = CleanModel(pixels: field.pixels, channels: residuals.count, scales: set.scales.count)
        masked = settings.automaticMask == nil
    }

    /// The strongest peak of all scales, times their biases.
    var top: Float { peaks.indices.reduce(0) { max($0, biased($1)) } }

    /// Whether some scale has a peak above its level times a factor.
    func isAbove(_ factor: Float) -> Bool {
        peaks.indices.contains { (peaks[$0]?.rank ?? 0) > factor * levels[$0] }
    }

    /// Whether the threshold in Jy/beam is what points, or the narrowest scale, are cleaned down to.
    var isLevelAbsolute: Bool { levels[0] <= absoluteLevel(0) }

    /// Allows components only where some of the same scale are already, and cleans deeper there.
    mutating func restrictToComponents() async throws {
        masked = true
        for scale in shares.indices {
            let (places, components) = (set.scales[scale], model.components[scale])
            var held = components.places[...]
            for place in shares[scale].indices {
                if held.first == Int32(places.pixel(place, width: field.width)) {
                    _ = held.popFirst()
                } else {
                    shares[scale][place] = 0
                }
            }
        }
        for scale in levels.indices {
            levels[scale] = level(scale)
            weigh(scale)
            peaks[scale] = try await peak(scale)
        }
    }

    /// Allows components wherever the settings do.
    mutating func allowAnywhere() async throws {
        masked = false
        shares = set.scales.map { $0.sampled(allowed, width: field.width) }
        try await survey()
    }

    /// Looks at exact residuals: local noise, noise, levels, peaks.
    mutating func survey() async throws {
        try await images.begin(residuals)
        var scaled = images.joint
        if let window = settings.localNoise {
            let local = try await localNoiseShare(
                scaled[0], width: set.scales[0].search.width, height: set.scales[0].search.height,
                window: window * set.beam / Double(set.scales[0].step))
            for (scale, places) in set.scales.enumerated() {
                let share = resampled(local, places)
                for place in share.indices { scaled[scale][place] *= share[place] }
            }
            self.local = local
        }
        (residualNoise, noise) = try await measuredNoise(scaled)
        levels = noise.indices.map { level($0) }
        peaks = []
        for scale in scaled.indices {
            weigh(scale)
            peaks.append(try await peak(scale))
        }
    }

    /// Sets what places count with that may hold components of a scale: less where the noise is higher, and, until the
    /// automatic mask has settled them, at the narrowest extended scale beside points, whose remains at their level must
    /// not pass for extended emission; larger scales see little of these.
    private mutating func weigh(_ scale: Int) {
        guard local != nil || scale > 0 else { return }
        let places = set.scales[scale]
        var share = local.map { resampled($0, places) } ?? [Float](repeating: 1, count: shares[scale].count)
        let beside = isSettled || set.scales[0].spectrum != nil ? 1 : levels[scale] / levelBesidePoints(scale)
        if scale == 1, beside < 1 {
            var near = [Bool](repeating: false, count: share.count)
            for pixel in model.components[0].places {
                places.eachPlace(within: places.kernel.width / 3, of: Int(pixel), width: field.width) {
                    near[$0] = true
                }
            }
            for place in share.indices where near[place] { share[place] *= beside }
        }
        for place in share.indices where shares[scale][place] > 0 { shares[scale][place] = share[place] }
    }

    /// Rank that a scale needs beside a point: what that looks like at its own level, and the noise of the rest.
    private func levelBesidePoints(_ scale: Int) -> Float {
        let places = set.scales[scale]
        let rest = max(places.loss - places.pointPeak * places.pointPeak, 0).squareRoot()
        return levels[0] * places.pointPeak + threshold * noise[0] * rest
    }

    /// The strongest peak of a scale in its images as they are.
    func peak(_ scale: Int) async throws -> Peak? {
        try await set.scales[scale].search.peak(images.joint[scale], shares[scale])
    }

    /// The scale with the strongest peak, times its bias, among those above their level.
    var choice: Int? {
        peaks.indices.filter { (peaks[$0]?.rank ?? 0) > levels[$0] }.max { biased($0) < biased($1) }
    }

    func biased(_ scale: Int) -> Float { (peaks[scale]?.rank ?? 0) * set.scales[scale].bias }

    /// Whether the automatic mask says where components are.
    var isSettled: Bool { masked && settings.automaticMask != nil }

    /// Peak of points, or at the narrowest scale, to reach in the end; 0 for any.
    var goal: Float { level(0, Float(settings.automaticThreshold ?? 0)) }

    /// Level in noise of the residual, 0 for none.
    private var threshold: Float {
        Float((masked ? settings.automaticThreshold : settings.automaticMask) ?? 0)
    }

    private func level(_ scale: Int) -> Float { level(scale, threshold) }

    private func level(_ scale: Int, _ threshold: Float) -> Float {
        var noise = noise[scale]
        // What is left of a point at its own level is not extended emission: weights by which sidelobes are low make
        // the noise of larger scales lower than what such a point looks like there.
        if set.scales[0].spectrum == nil { noise = max(noise, self.noise[0] * set.scales[scale].pointPeak) }
        return max(absoluteLevel(scale), threshold * noise)
    }

    private func absoluteLevel(_ scale: Int) -> Float { Float(settings.threshold) / set.scales[scale].bias }

    /// Shares at the places of the first scale, at those of another.
    private func resampled(_ share: [Float], _ places: CleanScale) -> [Float] {
        let first = set.scales[0]
        return (0..<places.search.width * places.search.height).map { place in
            let row = place / places.search.width * places.step / first.step
            let column = place % places.search.width * places.step / first.step
            return share[
                min(row, first.search.height - 1) * first.search.width + min(column, first.search.width - 1)]
        }
    }
}
