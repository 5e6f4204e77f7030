extension CleanSettings {
    /// Bytes that a deconvolution holds at its peak, an upper bound that is known before the beam is: models, residuals
    /// and the best of all channels, images and point spread functions at all scales, spectra, components.
    public func workBytes(_ field: CleanField) -> Int {
        let channels = field.channels.count { $0.weight > 0 }
        // The narrowest beam that pixels sample gives the most scales.
        let widths = scales.widths(beam: 2, extent: min(field.width, field.height))
        let extended = widths.count { $0 > 0 }
        let reach = Int((widths.last ?? 0) / 2)
        let spectrum = Convolver.spectrumBytes(
            width: field.width + min((field.psfWidth + 1) / 2, field.width) + reach,
            height: field.height + min((field.psfHeight + 1) / 2, field.height) + reach)
        // Every doubling of the scale has a quarter of the places, from the second at the latest.
        let sampled = min(Double(extended + 1), 2.4)
        let images = Double(4 * field.pixels) * (Double(7 * channels) + (Double(channels) + 5) * sampled)
        let tables =
            Double(PSFTable.bytes(width: field.psfWidth, height: field.psfHeight, channels: channels))
            * sampled
        // Those of the model, of the best one, of the minor cycles, and while some are added to others.
        let components =
            4
            * ScaleComponents.bytes(min(iterations, Int(Double(field.pixels) * sampled)), channels: channels)
        return Int(images + tables) + components + spectrum
            * (2 * channels + extended + (extended > 0 ? 3 : 2))
    }
}
