extension Deconvolution {
    /// Robust noise of the weighted mean of the residuals as they are, and at each scale.
    ///
    /// - Parameter scaled: the mean at all scales, times the share of the local noise if that is asked for.
    func measuredNoise(_ scaled: [[Float]]) async throws -> (residual: Float, scales: [Float]) {
        var noise: [Float] = []
        var residual: Float = 0
        for (scale, image) in zip(set.scales, scaled) {
            // Noise that is white over the coverage has the point spread function's correlations: where a scale holds
            // more, it is emission, or sidelobes of some.
            let white = noise.isEmpty ? try await fineNoise(scaled) : noise[0] * scale.loss.squareRoot()
            let measured = Float(try await robustNoise(image))
            if noise.isEmpty { residual = measured }
            noise.append(min(measured, white))
        }
        if settings.localNoise != nil || set.scales[0].spectrum != nil {
            residual = Float(try await robustNoise(images.mean(residuals)))
        }
        return (residual, noise)
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

    /// Strongest pixel of an image, of either sign, where mask, box and border allow components.
    func strongest(_ image: [Float]) -> Double {
        Double(zip(image, allowed).reduce(0) { $1.1 > 0 ? max($0, abs($1.0)) : $0 })
    }
}
