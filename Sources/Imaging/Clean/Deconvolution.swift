#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        let sum = channels.reduce(0) { $0 + $1.weight }
        weights = channels.map { Float($0.weight / sum) }
        fit = SpectralFit(settings.spectrum, channels)
        shares = set.scales.map { $0.sampled(allowed, width: field.width) }
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
            let (places, components) = (set.scales[scale], model.components[scale])
            for place in shares[scale].indices
            where components[places.pixel(place, width: field.width)] == nil {
                shares[scale][place] = 0
            }
        }
        for scale in levels.indices { levels[scale] = level(scale) }
    }

    /// Looks at exact residuals: local noise, noise, levels, peaks.
    mutating func survey() async throws {
        var scaled: [[Float]]
        joint = try await set.allScales(mean(residuals), field)
        scaled = joint
        if let window = settings.localNoise {
            let local = try await localNoiseShare(
                joint[0], width: set.scales[0].search.width, height: set.scales[0].search.height,
                window: window * set.beam / Double(set.scales[0].step))
            for (scale, places) in set.scales.enumerated() {
                let share = resampled(local, places)
                for place in share.indices {
                    scaled[scale][place] *= share[place]
                    if shares[scale][place] > 0 { shares[scale][place] = share[place] }
                }
            }
        }
        noise = []
        for (scale, image) in zip(set.scales, scaled) {
            // Noise that is white over the coverage has the point spread function's correlations: where a scale holds
            // more, it is emission, or sidelobes of some.
            let white = noise.isEmpty ? try await fineNoise(scaled) : noise[0] * scale.loss.squareRoot()
            noise.append(min(Float(try await robustNoise(image)), white))
        }
        levels = noise.indices.map { level($0) }
        try await findPeaks()
    }

    /// Noise of points by what the first extended scale smooths away, which holds little of extended emission.
    private func fineNoise(_ scaled: [[Float]]) async throws -> Float {
        guard scaled.count > 1, set.scales[0].spectrum == nil, set.scales[1].fineNoise > 0.01 else {
            return .infinity
        }
        var image = set.scales[1].sampled(scaled[0], width: field.width)
        subtract(scaled[1], from: &image)
        return Float(try await robustNoise(image)) / set.scales[1].fineNoise.squareRoot()
    }

    /// Takes components away until the strongest peak is at a limit, or none is above its level.
    mutating func minorCycles(to limit: Float) async throws -> MinorOutcome.End {
        let several = set.scales.count > 1
        for _ in 0..<(several ? 1000 : 20) {
            guard let scale = choice, biased(scale) > 1.02 * limit, let peak = peaks[scale] else {
                return .limit
            }
            let bias = set.scales[scale].bias
            // Points need no convolution of their own: two steps at once.
            let share =
                several ? pow(Float(1 - settings.scaleGain), set.scales[scale].spectrum == nil ? 2 : 1) : 0
            let floor = max(levels[scale], limit / bias, share * peak.rank)
            let outcome = try await round(scale, peak, floor)
            guard outcome.iterations > 0, outcome.end == .limit else { return outcome.end }
        }
        return .limit
    }

    /// One minor loop at a scale, and the residual after it.
    private mutating func round(_ scale: Int, _ peak: Peak, _ limit: Float) async throws -> MinorOutcome {
        let places = set.scales[scale]
        var floor = limit
        var groups = try await places.search.groups(joint[scale], shares[scale], above: floor)
        while groups.count > Self.mostGroups, floor < 0.99 * peak.rank {
            floor = (floor * peak.rank).squareRoot()
            groups = try await places.search.groups(joint[scale], shares[scale], above: floor)
        }
        let images =
            residuals.count == 1
            ? [joint[scale]] : try await set.images(residuals, at: places, field)
        let loop = MinorLoop(
            groups: groups, images: images, weights: weights, share: shares[scale], search: places.search)
        let outcome = loop.run(
            places.psf, limit: floor, gain: settings.gain, fit: fit,
            budget: settings.iterations - model.iterations, stopsAtNegative: settings.negative == .stops)
        model.iterations += outcome.iterations
        let components = loop.components().map { (places.pixel($0.pixel, width: field.width), $0.fluxes) }
        for (pixel, fluxes) in components {
            model.components[scale][pixel] = zip(
                model.components[scale][pixel] ?? [Float](repeating: 0, count: fluxes.count), fluxes
            ).map { $0 + $1 }
        }
        for channel in residuals.indices where !components.isEmpty {
            try await take(components.map { ($0, $1[channel]) }, scale, channel)
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

    private mutating func findPeaks() async throws {
        peaks = []
        for scale in joint.indices {
            peaks.append(try await set.scales[scale].search.peak(joint[scale], shares[scale]))
        }
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
