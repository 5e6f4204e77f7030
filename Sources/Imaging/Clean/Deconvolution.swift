/// Components so far, and the model that they make.
struct CleanModel: Sendable {
    /// Jy/pixel of the channels with data.
    var images: [[Float]]
    /// By scale: fluxes by pixel.
    var components: [[Int: [Float]]]
    var iterations = 0
}

/// The state of a deconvolution between exact residuals, and its minor cycles.
struct Deconvolution: Sendable {
    let field: CleanField
    let settings: CleanSettings
    let set: ScaleSet
    /// Of the channels with data, of sum 1.
    let weights: [Float]
    let fit: SpectralFit
    let search: PeakSearch
    var model: CleanModel
    /// Of the channels with data: exact after a major cycle, approximate during minor ones.
    var residuals: [[Float]]
    /// Weighted mean of the channels, at each scale.
    private(set) var joint: [[Float]] = []
    /// Strongest peak at each scale.
    private(set) var peaks: [Peak?] = []
    /// Robust noise at each scale.
    private(set) var noise: [Float] = []
    /// Rank down to which each scale is cleaned.
    private(set) var levels: [Float] = []
    /// Whether components may only be where some are.
    private(set) var masked = false
    /// 1 where components may be, else 0.
    private let allowed: [Float]
    /// What peaks are multiplied by before they are compared, by scale.
    private var shares: [[Float]]
    /// Groups of eight pixels that a minor loop takes at most: what stays in the second-level cache.
    private static let mostGroups = 8192

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
        fit = SpectralFit(settings.spectrum, channels)
        search = PeakSearch(
            width: field.width, height: field.height, positiveOnly: settings.negative == .forbidden)
        shares = set.scales.map { _ in allowed }
        model = CleanModel(
            images: residuals.map { [Float](repeating: 0, count: $0.count) },
            components: set.scales.map { _ in [:] })
        masked = settings.automaticMask == nil
    }

    /// The strongest peak of all scales, times their biases.
    var top: Float { peaks.indices.reduce(0) { max($0, biased($1)) } }

    /// Whether some scale has a peak above its level times a factor.
    func isAbove(_ factor: Float) -> Bool {
        peaks.indices.contains { (peaks[$0]?.rank ?? 0) > factor * levels[$0] }
    }

    /// Allows components only where some of the same scale are already, and cleans deeper there.
    mutating func restrictToComponents() {
        masked = true
        for scale in shares.indices {
            let places = model.components[scale]
            shares[scale] = shares[scale].indices.map { places[$0] == nil ? 0 : shares[scale][$0] }
        }
        for scale in levels.indices { levels[scale] = level(scale) }
    }

    /// Looks at exact residuals: local noise, noise, levels, peaks.
    mutating func survey() async throws {
        var scaled: [[Float]]
        joint = try await set.allScales(mean(residuals), field)
        scaled = joint
        if let window = settings.localNoise {
            let share = try await localNoiseShare(
                joint[0], width: field.width, height: field.height, window: window * set.beam)
            for scale in shares.indices {
                for pixel in share.indices {
                    scaled[scale][pixel] *= share[pixel]
                    if shares[scale][pixel] > 0 { shares[scale][pixel] = share[pixel] }
                }
            }
        }
        noise = []
        for (scale, image) in zip(set.scales, scaled) {
            // Noise that is white over the coverage has the point spread function's correlations: where a scale holds
            // more, it is emission, or sidelobes of some.
            let white = (noise.first ?? .infinity) * scale.loss.squareRoot()
            noise.append(min(Float(try await robustNoise(image)), white))
        }
        levels = noise.indices.map { level($0) }
        try await findPeaks()
    }

    /// Takes components away until the strongest peak is at a limit, or none is above its level.
    mutating func minorCycles(to limit: Float) async throws -> MinorOutcome.End {
        let several = set.scales.count > 1
        for _ in 0..<(several ? 1000 : 20) {
            guard let scale = choice, biased(scale) > 1.02 * limit, let peak = peaks[scale] else {
                return .limit
            }
            let bias = set.scales[scale].bias
            let share = several ? Float(1 - settings.scaleGain) : 0
            let floor = max(levels[scale], limit / bias, share * peak.rank)
            let outcome = try await round(scale, peak, floor)
            guard outcome.iterations > 0, outcome.end == .limit else { return outcome.end }
        }
        return .limit
    }

    /// One minor loop at a scale, and the residual after it.
    private mutating func round(_ scale: Int, _ peak: Peak, _ limit: Float) async throws -> MinorOutcome {
        var floor = limit
        var groups = try await search.groups(joint[scale], shares[scale], above: floor)
        while groups.count > Self.mostGroups, floor < 0.99 * peak.rank {
            floor = (floor * peak.rank).squareRoot()
            groups = try await search.groups(joint[scale], shares[scale], above: floor)
        }
        let images =
            residuals.count == 1
            ? [joint[scale]] : try await set.images(residuals, at: set.scales[scale], field)
        let loop = MinorLoop(
            groups: groups, images: images, weights: weights, share: shares[scale], search: search)
        let outcome = loop.run(
            set.scales[scale].psf, limit: floor, gain: settings.gain, fit: fit,
            budget: settings.iterations - model.iterations, stopsAtNegative: settings.negative == .stops)
        model.iterations += outcome.iterations
        let components = loop.components()
        for (pixel, fluxes) in components {
            model.components[scale][pixel] = zip(
                model.components[scale][pixel] ?? [Float](repeating: 0, count: fluxes.count), fluxes
            ).map { $0 + $1 }
        }
        for channel in residuals.indices where !components.isEmpty {
            try await take(components.map { ($0.pixel, $0.fluxes[channel]) }, scale, channel)
        }
        joint = try await set.allScales(mean(residuals), field)
        try await findPeaks()
        return outcome
    }

    /// Moves components of a channel from the residual to the model.
    private mutating func take(
        _ components: [(pixel: Int, flux: Float)], _ scale: Int, _ channel: Int
    ) async throws {
        var part = [Float](repeating: 0, count: field.pixels)
        set.scales[scale].kernel.paint(components, on: &part, width: field.width, height: field.height)
        for pixel in part.indices { model.images[channel][pixel] += part[pixel] }
        let spectrum = try await set.convolver.spectrum(part, width: field.width, height: field.height)
        let image = try await set.convolver.image(
            [spectrum, set.psfs[channel]], width: field.width, height: field.height)
        subtract(image, from: &residuals[channel])
    }

    /// The scale with the strongest peak, times its bias, among those above their level.
    private var choice: Int? {
        peaks.indices.filter { (peaks[$0]?.rank ?? 0) > levels[$0] }.max { biased($0) < biased($1) }
    }

    private func biased(_ scale: Int) -> Float { (peaks[scale]?.rank ?? 0) * set.scales[scale].bias }

    private func level(_ scale: Int) -> Float {
        let share = masked ? settings.automaticThreshold : settings.automaticMask
        return max(
            Float(settings.threshold) / set.scales[scale].bias, Float(share ?? 0) * noise[scale])
    }

    private mutating func findPeaks() async throws {
        peaks = []
        for scale in joint.indices { peaks.append(try await search.peak(joint[scale], shares[scale])) }
    }

    /// Weighted mean of the channels.
    private func mean(_ images: [[Float]]) -> [Float] {
        if images.count == 1 { return images[0] }
        var sum = [Float](repeating: 0, count: field.pixels)
        for (image, weight) in zip(images, weights) {
            for pixel in sum.indices { sum[pixel] += image[pixel] * weight }
        }
        return sum
    }
}
