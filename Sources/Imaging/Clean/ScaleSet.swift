#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A size of components, and what belongs to it.
struct CleanScale: Sendable {
    let kernel: ScaleKernel
    /// What its peaks are multiplied by when scales compete: 1 for points, less steeply rising than the loss of
    /// brightness of small sources (Offringa & Smirnov 2017, eq. 5).
    let bias: Float
    /// Of the kernel; nil for points.
    let spectrum: Spectrum?
    /// Peak of the joined point spread function convolved twice with the kernel, over that of the first scale.
    let loss: Float
    /// Point spread functions convolved twice with the kernel.
    let psf: PSFTable

    var isPoint: Bool { spectrum == nil }
}

/// Scales, and spectra of the channels' point spread functions.
struct ScaleSet: Sendable {
    let convolver: Convolver
    let psfs: [Spectrum]
    let scales: [CleanScale]
    /// Full width at half maximum of the main lobe, pixels.
    let beam: Double

    /// Scales of some channels' point spread functions; those that the coverage does not measure are left out.
    ///
    /// - Parameter weights: of the channels, of sum 1.
    init(_ psfs: [[Float]], weights: [Float], _ field: CleanField, _ settings: CleanSettings) async throws {
        let beam = lobeWidth(psf: psfs[0], width: field.psfWidth, height: field.psfHeight)
        let widths = settings.scales.widths(beam: beam, extent: min(field.width, field.height))
        let reach = Int((widths.last ?? 0) / 2)
        let convolver = Convolver(
            width: field.width, height: field.height,
            reachX: min((field.psfWidth + 1) / 2, field.width) + reach,
            reachY: min((field.psfHeight + 1) / 2, field.height) + reach)
        var spectra = [Spectrum]()
        for psf in psfs { spectra.append(try await convolver.spectrum(psf: psf, field)) }
        var scales = [CleanScale]()
        var (loss, first) = (Float(1), Float(1))
        let smallest = widths.first { $0 > 0 } ?? 1
        for (index, width) in widths.enumerated() {
            let kernel = ScaleKernel(width: width)
            var (spectrum, images) = (Spectrum?.none, psfs)
            let size = (
                x: min(field.psfWidth, convolver.cells.x), y: min(field.psfHeight, convolver.cells.y)
            )
            if width > 0 {
                let shape = try await convolver.spectrum(
                    kernel.values, width: kernel.edge, height: kernel.edge, centreX: kernel.reach,
                    centreY: kernel.reach)
                for channel in psfs.indices {
                    images[channel] = try await convolver.image(
                        [spectra[channel], shape, shape], width: size.x, height: size.y,
                        centreX: size.x / 2, centreY: size.y / 2)
                }
                spectrum = shape
            }
            let table = PSFTable(
                images, width: width > 0 ? size.x : field.psfWidth,
                height: width > 0 ? size.y : field.psfHeight)
            let peak = zip(table.peaks, weights).reduce(0) { $0 + $1.0 * $1.1 }
            // A filled aperture loses a factor of four with each doubling; what loses far more is not measured.
            let narrower = index > 0 ? max(widths[index - 1], beam) / width : 1
            guard index == 0 || peak > 0.1 * loss * Float(min(narrower * narrower, 1)) else { break }
            loss = peak
            if index == 0 { first = peak }
            let doublings = width > 0 ? 1 + Float(log2(width / smallest)) : 0
            scales.append(
                CleanScale(
                    kernel: kernel, bias: pow(Float(settings.scaleBias), -doublings), spectrum: spectrum,
                    loss: peak / first, psf: table))
        }
        self.convolver = convolver
        self.psfs = spectra
        self.scales = scales
        self.beam = beam
    }

    /// Images at a scale.
    func images(_ images: [[Float]], at scale: CleanScale, _ field: CleanField) async throws -> [[Float]] {
        guard let shape = scale.spectrum else { return images }
        var result = [[Float]]()
        for image in images {
            let spectrum = try await convolver.spectrum(image, width: field.width, height: field.height)
            result.append(
                try await convolver.image([spectrum, shape], width: field.width, height: field.height))
        }
        return result
    }

    /// An image at all scales.
    func allScales(_ image: [Float], _ field: CleanField) async throws -> [[Float]] {
        guard scales.contains(where: { !$0.isPoint }) else { return scales.map { _ in image } }
        let spectrum = try await convolver.spectrum(image, width: field.width, height: field.height)
        var result = [[Float]]()
        for scale in scales {
            if let shape = scale.spectrum {
                result.append(
                    try await convolver.image(
                        [spectrum, shape], width: field.width, height: field.height))
            } else {
                result.append(image)
            }
        }
        return result
    }
}
