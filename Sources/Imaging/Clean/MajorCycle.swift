/// What turns a model into an exact residual image: prediction of visibilities, and their imaging (Schwab 1984).
public protocol MajorCycle: Sendable {
    /// The residual of each output channel, Jy/beam, of a model in Jy/pixel; all are [row][column].
    func residuals(of models: [[Float]]) async throws -> [[Float]]
}

/// Major cycles in the image plane: the residual is the dirty image less the model convolved with the point spread
/// function (Högbom 1974), for want of visibilities.
public struct ImagePlaneCycle: MajorCycle {
    private let dirty: [[Float]]
    private let spectra: [Spectrum]
    private let convolver: Convolver
    private let field: CleanField

    /// Cycles over a dirty image and a point spread function of each channel.
    ///
    /// - Throws: `ImagingError.shape` for images of other sizes than the field's.
    public init(dirty: [[Float]], psfs: [[Float]], field: CleanField) async throws {
        try checkImages(dirty, psfs, field)
        self.dirty = dirty
        self.field = field
        convolver = Convolver(
            width: field.width, height: field.height,
            reachX: min((field.psfWidth + 1) / 2, field.width),
            reachY: min((field.psfHeight + 1) / 2, field.height))
        var spectra = [Spectrum]()
        for psf in psfs { spectra.append(try await convolver.spectrum(psf: psf, field)) }
        self.spectra = spectra
    }

    /// Dirty image less model times point spread function.
    public func residuals(of models: [[Float]]) async throws -> [[Float]] {
        var result = dirty
        for channel in models.indices {
            let model = try await convolver.spectrum(
                models[channel], width: field.width, height: field.height)
            let image = try await convolver.image(
                [model, spectra[channel]], width: field.width, height: field.height)
            subtract(image, from: &result[channel])
        }
        return result
    }
}

extension Convolver {
    /// The spectrum of a point spread function, cut to what reaches from edge to edge of the images.
    func spectrum(psf: [Float], _ field: CleanField) async throws -> Spectrum {
        let (width, height) = (min(field.psfWidth, 2 * field.width), min(field.psfHeight, 2 * field.height))
        let (left, below) = (field.psfWidth / 2 - width / 2, field.psfHeight / 2 - height / 2)
        var cut = psf
        if width != field.psfWidth || height != field.psfHeight {
            cut = (below..<below + height).flatMap { row in
                psf[row * field.psfWidth + left..<row * field.psfWidth + left + width]
            }
        }
        return try await spectrum(
            cut, width: width, height: height, centreX: width / 2, centreY: height / 2)
    }
}
