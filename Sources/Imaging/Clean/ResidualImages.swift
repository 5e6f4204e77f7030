/// Residual images of the channels at all scales, which follow the components that minor loops find.
///
/// Between exact residuals they are kept as spectra: components of a scale take only that part of the spectrum along that
/// its kernel leaves, and a scale's images are made when they are wanted (Offringa & Smirnov 2017, sect. 2, make all of
/// them at each change of scale).
struct ResidualImages: Sendable {
    private let field: CleanField
    private let set: ScaleSet
    private let weights: [Float]
    /// Of each scale and channel, at the scale's places.
    private(set) var channels: [[[Float]]] = []
    /// Weighted means of the channels, by scale.
    private(set) var joint: [[Float]] = []
    /// Scales whose images lack components.
    private(set) var stale: [Bool] = []
    /// Of the channels' residuals; made when they are needed first.
    private var spectra: [Spectrum] = []
    /// Components by scale that the spectra lack.
    private var pending: [ScaleComponents] = []

    /// Images of nothing yet.
    init(_ field: CleanField, _ set: ScaleSet, weights: [Float]) {
        (self.field, self.set, self.weights) = (field, set, weights)
    }

    /// Starts from exact residuals of the channels.
    mutating func begin(_ residuals: [[Float]]) async throws {
        pending = set.scales.map { _ in ScaleComponents(channels: residuals.count) }
        stale = set.scales.map { _ in false }
        channels = set.scales.map { _ in [] }
        joint = channels.map { _ in [] }
        spectra = []
        channels[0] = residuals
        if set.scales.contains(where: { $0.spectrum != nil }) { try await transform() }
        for scale in set.scales.indices {
            if set.scales[scale].spectrum != nil { try await make(scale) }
            joint[scale] = mean(channels[scale])
        }
    }

    /// Takes note of components at places of a scale; images change when they are brought up to date.
    mutating func take(_ components: ScaleComponents, at scale: Int) {
        guard components.count > 0 else { return }
        pending[scale].add(components)
        for scale in stale.indices { stale[scale] = true }
    }

    /// Brings the images of a scale up to date.
    mutating func refresh(_ scale: Int) async throws {
        if spectra.isEmpty { try await transform() }
        for scale in pending.indices where pending[scale].count > 0 {
            for channel in spectra.indices { try await fold(scale, channel) }
            pending[scale] = ScaleComponents(channels: spectra.count)
        }
        try await make(scale)
        joint[scale] = mean(channels[scale])
        stale[scale] = false
    }

    /// Makes the spectra of the exact residuals, which are still those of the first scale.
    private mutating func transform() async throws {
        for residual in channels[0] {
            spectra.append(
                try await set.convolver.spectrum(residual, width: field.width, height: field.height))
        }
    }

    /// Takes the waiting components of a scale off a channel's spectrum.
    private func fold(_ scale: Int, _ channel: Int) async throws {
        let places = set.scales[scale]
        let (width, height) = (places.search.width, places.search.height)
        var points = [Float](repeating: 0, count: width * height)
        for (place, flux) in pending[scale].fluxes(channel) { points[place] = flux }
        let spectrum = try await places.convolver.spectrum(points, width: width, height: height)
        let factors = [spectrum, try await set.psf(channel)] + (places.spectrum.map { [$0] } ?? [])
        try await places.convolver.subtract(factors, from: spectra[channel])
    }

    private mutating func make(_ scale: Int) async throws {
        let places = set.scales[scale]
        for channel in spectra.indices {
            let image = try await places.convolver.image(
                [spectra[channel]] + (places.spectrum.map { [$0] } ?? []), width: places.search.width,
                height: places.search.height)
            if channel < channels[scale].count {
                channels[scale][channel] = image
            } else {
                channels[scale].append(image)
            }
        }
    }

    /// Weighted mean of the channels.
    func mean(_ images: [[Float]]) -> [Float] {
        if images.count == 1 { return images[0] }
        var sum = [Float](repeating: 0, count: images[0].count)
        for (image, weight) in zip(images, weights) {
            for pixel in sum.indices { sum[pixel] += image[pixel] * weight }
        }
        return sum
    }
}
