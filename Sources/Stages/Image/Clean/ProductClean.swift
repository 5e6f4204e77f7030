import Imaging

/// Deconvolves the images of a product, its output channels together or each by itself.
struct ProductClean {
    let request: CleanRequest
    let geometry: ImageGeometry
    let teller: CleanTeller

    /// Gives images their models, residuals and restored images.
    ///
    /// - Returns: What the headers of all output channels' mean, or cube, say of it.
    /// - Parameters:
    ///   - images: of the output channels; nil where one has no samples.
    ///   - psfs: the point spread functions of the channels.
    ///   - visibilities: their samples and grids.
    func clean(
        _ images: inout [ChannelImage?], psfs: [[Float]?], visibilities: [GriddedResiduals.Channel?]
    ) async throws -> [String] {
        var history: [String] = []
        let groups = request.isJoined ? [Array(images.indices)] : images.indices.map { [$0] }
        for group in groups where group.contains(where: { images[$0] != nil }) {
            teller.begin(group)
            let result = try await clean(
                group, group.map { images[$0] }, group.map { psfs[$0] }, group.map { visibilities[$0] })
            teller.end(result, of: group)
            let said = lines(of: result.summary)
            history += request.isJoined ? said : said.map { "channel \(group[0]): \($0)" }
            for (place, channel) in group.enumerated() {
                images[channel]?.pixels[.model] = result.models[place]
                images[channel]?.pixels[.residual] = result.residuals[place]
                images[channel]?.history = lines(of: result.summaries[place] ?? result.summary)
                try await images[channel]?.restore(geometry)
            }
        }
        return history
    }

    private func lines(of summary: CleanSummary) -> [String] {
        let (made, ended) = summary.lines(unit: teller.unit)
        return [made, ended]
    }

    private func clean(
        _ group: [Int], _ images: [ChannelImage?], _ psfs: [[Float]?],
        _ visibilities: [GriddedResiduals.Channel?]
    ) async throws -> CleanResult {
        let blank = [Float](repeating: 0, count: geometry.width * geometry.height)
        let channels = images.indices.map { index in
            guard let sums = images[index]?.sums, psfs[index] != nil else {
                return CleanField.Channel(weight: 0)
            }
            return CleanField.Channel(frequency: sums.meanFrequency, weight: sums.weight)
        }
        let teller = teller
        return try await Imaging.clean(
            dirty: images.map { $0?.pixels[.dirty] ?? blank }, psfs: psfs.map { $0 ?? blank },
            field: try CleanField(width: geometry.width, height: geometry.height, channels: channels),
            settings: settings(of: channels), cycle: GriddedResiduals(visibilities),
            log: { teller.major($0, of: group) })
    }

    /// What is asked for, with no more terms of a spectrum than channels have data.
    private func settings(of channels: [CleanField.Channel]) -> CleanSettings {
        var settings = request.settings
        let most = max(channels.count { $0.weight > 0 }, 1)
        switch settings.spectrum {
        case .polynomial(let terms) where terms > most: settings.spectrum = .polynomial(terms: most)
        case .logarithmic(let terms) where terms > most: settings.spectrum = .logarithmic(terms: most)
        default: return settings
        }
        teller.warn("spectra have \(most) terms only: no more output channels have data")
        return settings
    }
}
