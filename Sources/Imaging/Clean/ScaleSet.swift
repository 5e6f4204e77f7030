import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A size of components, and what belongs to it.
struct CleanScale: Sendable {
    let kernel: ScaleKernel
    /// Pixels between the places that components may have: smooth kernels need no finer search.
    let step: Int
    /// The grid of those places.
    let convolver: Convolver
    /// Looks for peaks among those places.
    let search: PeakSearch
    /// What its peaks are multiplied by when scales compete: 1 for points, less steeply rising than the loss of
    /// brightness of small sources (Offringa & Smirnov 2017, eq. 5).
    let bias: Float
    /// Of the kernel; nil for points.
    let spectrum: Spectrum?
    /// Peak of the joined point spread function convolved twice with the kernel, 1 for points.
    let loss: Float
    /// What a point of 1 Jy at the place looks like in an image convolved with the kernel.
    let pointPeak: Float
    /// Share of the variance of noise that is white over the coverage in an image less itself at this scale.
    let fineNoise: Float
    /// Point spread functions convolved twice with the kernel, at every step.
    let psf: PSFTable

    /// The pixel of an image so many columns wide at a place.
    @inline(__always) func pixel(_ place: Int, width: Int) -> Int {
        place / search.width * step * width + place % search.width * step
    }

    /// Calls a body for each place within a square about a pixel.
    func eachPlace(within reach: Double, of pixel: Int, width: Int, _ body: (Int) -> Void) {
        let reach = Int(reach)
        let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
        for y in max(row - reach, 0) / step...min((row + reach) / step, search.height - 1) {
            for x in max(column - reach, 0) / step...min((column + reach) / step, search.width - 1) {
                body(y * search.width + x)
            }
        }
    }

    /// Values of an image at the places.
    func sampled(_ image: [Float], width: Int) -> [Float] {
        step == 1
            ? image : (0..<search.width * search.height).map { image[pixel($0, width: width)] }
    }
}

/// Scales, and spectra of the channels' point spread functions.
struct ScaleSet: Sendable {
    let convolver: Convolver
    private let psfs: PSFSpectra
    private(set) var scales: [CleanScale]
    /// Full width at half maximum of the main lobe, pixels.
    let beam: Double

    /// Scales of some channels' point spread functions; those that the coverage does not measure are left out.
    ///
    /// - Parameter weights: of the channels, of sum 1.
    init(_ psfs: [[Float]], weights: [Float], _ field: CleanField, _ settings: CleanSettings) async throws {
        beam = lobeWidth(psf: psfs[0], width: field.psfWidth, height: field.psfHeight)
        let widths = settings.scales.widths(beam: beam, extent: min(field.width, field.height))
        let reach = Int((widths.last ?? 0) / 2)
        convolver = Convolver(
            width: field.width, height: field.height,
            reachX: min((field.psfWidth + 1) / 2, field.width) + reach,
            reachY: min((field.psfHeight + 1) / 2, field.height) + reach,
            coarsest: Self.step(widths.last ?? 0))
        self.psfs = PSFSpectra(psfs, convolver, field)
        scales = []
        let smallest = widths.first { $0 > 0 } ?? 1
        for width in widths {
            let doublings = width > 0 ? 1 + Float(log2(width / smallest)) : 0
            let bias = pow(Float(settings.scaleBias), -doublings)
            let scale =
                width > 0
                ? try await extended(width, bias, weights, field, settings)
                : CleanScale(
                    kernel: ScaleKernel(width: 0), step: 1, convolver: convolver,
                    search: Self.search(field, 1, settings), bias: 1, spectrum: nil, loss: 1,
                    pointPeak: 1, fineNoise: 0,
                    psf: PSFTable(psfs, width: field.psfWidth, height: field.psfHeight))
            // A filled aperture loses a factor of four with each doubling; what loses far more is not measured.
            if let last = scales.last {
                let narrower = max(last.kernel.width, beam) / width
                guard scale.loss > 0.1 * last.loss * Float(min(narrower * narrower, 1)) else { break }
            }
            scales.append(scale)
        }
    }

    /// Pixels between places of a width: at most a sixth of it.
    private static func step(_ width: Double) -> Int {
        [8, 4, 2].first { Double($0) <= width / 6 } ?? 1
    }

    private static func search(_ field: CleanField, _ step: Int, _ settings: CleanSettings) -> PeakSearch {
        PeakSearch(
            width: (field.width + step - 1) / step, height: (field.height + step - 1) / step,
            positiveOnly: settings.negative == .forbidden)
    }

    /// A scale of some width.
    private func extended(
        _ width: Double, _ bias: Float, _ weights: [Float], _ field: CleanField, _ settings: CleanSettings
    ) async throws -> CleanScale {
        let kernel = ScaleKernel(width: width)
        let shape = try await convolver.spectrum(
            kernel.values, width: kernel.edge, height: kernel.edge, centreX: kernel.reach,
            centreY: kernel.reach)
        let step = Self.step(width)
        let coarse = step == 1 ? convolver : convolver.coarser(by: step)
        let size = (
            x: max(min(field.psfWidth / step, coarse.cells.x), 1),
            y: max(min(field.psfHeight / step, coarse.cells.y), 1)
        )
        var images = [[Float]]()
        var once: Float = 0
        for (channel, weight) in weights.enumerated() {
            let spectrum = try await psf(channel)
            once += weight * (try await convolver.image([spectrum, shape], width: 1, height: 1)[0])
            images.append(
                try await coarse.image(
                    [spectrum, shape, shape], width: size.x, height: size.y, centreX: size.x / 2,
                    centreY: size.y / 2))
        }
        let psf = PSFTable(images, width: size.x, height: size.y)
        let loss = zip(psf.peaks, weights).reduce(0) { $0 + $1.0 * $1.1 }
        return CleanScale(
            kernel: kernel, step: step, convolver: coarse, search: Self.search(field, step, settings),
            bias: bias, spectrum: shape, loss: loss, pointPeak: once, fineNoise: 1 - 2 * once + loss, psf: psf
        )
    }

    /// The spectrum of a channel's point spread function.
    func psf(_ channel: Int) async throws -> Spectrum { try await psfs.of(channel) }
}

/// Spectra of the channels' point spread functions, made when they are needed first: points alone may do without.
private final class PSFSpectra: Sendable {
    private let psfs: [[Float]]
    private let convolver: Convolver
    private let field: CleanField
    private let made = Mutex<[Int: Spectrum]>([:])

    init(_ psfs: [[Float]], _ convolver: Convolver, _ field: CleanField) {
        (self.psfs, self.convolver, self.field) = (psfs, convolver, field)
    }

    func of(_ channel: Int) async throws -> Spectrum {
        if let spectrum = made.withLock({ $0[channel] }) { return spectrum }
        let spectrum = try await convolver.spectrum(psf: psfs[channel], field)
        made.withLock { $0[channel] = spectrum }
        return spectrum
    }
}
