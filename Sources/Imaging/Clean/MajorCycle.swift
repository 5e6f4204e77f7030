/// What turns a model into an exact residual image: prediction of visibilities, and their imaging (Schwab 1984).
public protocol MajorCycle: Sendable {
    /// The residual of each output channel, Jy/beam, of a model in Jy/pixel; all are [row][column].
    func residuals(of models: [[Float]]) async throws -> [[Float]]
}

/// Why a deconvolution ended.
public enum CleanEnd: Sendable, Equatable, CustomStringConvertible {
    /// The peak is at the threshold.
    case threshold(peak: Double, level: Double)
    /// As many components as were asked for.
    case iterations(Int)
    /// As many major cycles as were asked for.
    case majors(Int)
    /// A component below zero where none may be.
    case negative(peak: Double)
    /// The residual did not fall any more.
    case noProgress(peak: Double)
    /// The residual rose; the best model is kept.
    case divergence(peak: Double, best: Double)
    /// A residual was not a number; the model before is kept.
    case notFinite
    /// No channel with a weight, or no pixel that may hold a component.
    case nothingToClean

    /// The reason in a line.
    public var description: String {
        switch self {
        case .threshold(let peak, let level):
            "peak \(short(peak)) at the threshold of \(short(level)) Jy/beam"
        case .iterations(let count): "\(count) components, as many as niter allows"
        case .majors(let count): "\(count) major cycles, as many as nmiter allows"
        case .negative(let peak): "the strongest peak is below zero: \(short(peak)) Jy/beam"
        case .noProgress(let peak): "no progress any more at a peak of \(short(peak)) Jy/beam"
        case .divergence(let peak, let best):
            "diverged: the residual rose to \(short(peak)) Jy/beam; the model of \(short(best)) is kept"
        case .notFinite: "a residual is not a number; the model before it is kept"
        case .nothingToClean: "no pixel to clean: channels without data, or an empty mask"
        }
    }
}

/// Four digits.
private func short(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return (value * scale).rounded() / scale
}

/// A line of the log: the minor cycles between two exact residuals.
public struct CleanMajor: Sendable, Equatable, CustomStringConvertible {
    /// Counts from 1.
    public let number: Int
    /// Components so far.
    public let iterations: Int
    /// Peak before, and in the exact residual after, Jy/beam; of the weighted mean of the channels.
    public let peak: Double
    /// Peak in the exact residual after.
    public let reached: Double
    /// Peak down to which the minor cycles went.
    public let limit: Double
    /// Robust noise of the residual before, Jy/beam.
    public let noise: Double
    /// Whether components were only allowed where some were already.
    public let masked: Bool

    /// The line.
    public var description: String {
        "major cycle \(number): peak \(short(peak)) to \(short(reached)) Jy/beam (limit \(short(limit)), noise \(short(noise))\(masked ? ", masked" : "")), \(iterations) components"
    }
}

/// A component of a model.
public struct CleanComponent: Sendable, Equatable {
    /// Column of its centre.
    public let column: Int
    /// Row of its centre.
    public let row: Int
    /// Full width in pixels, 0 for a point.
    public let scale: Double
    /// Brightness in each output channel, Jy.
    public let fluxes: [Float]
}

/// What a deconvolution found.
public struct CleanResult: Sendable {
    /// Model of each output channel, Jy/pixel, [row][column].
    public let models: [[Float]]
    /// Exact residual of each output channel, Jy/beam.
    public let residuals: [[Float]]
    /// Components by scale, row and column.
    public let components: [CleanComponent]
    /// The log.
    public let majors: [CleanMajor]
    /// Why it ended.
    public let ended: CleanEnd
    /// Robust noise of the weighted mean of the residuals, Jy/beam.
    public let noise: Double
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

/// Subtracts an image from another pixel by pixel.
func subtract(_ image: [Float], from other: inout [Float]) {
    for pixel in other.indices { other[pixel] -= image[pixel] }
}

/// Finds images that do not fit the field.
func checkImages(_ dirty: [[Float]], _ psfs: [[Float]], _ field: CleanField) throws(ImagingError) {
    guard dirty.count == field.channels.count, psfs.count == field.channels.count else {
        throw .shape("\(dirty.count) images and \(psfs.count) psfs for \(field.channels.count) channels")
    }
    for (image, psf) in zip(dirty, psfs) {
        guard image.count == field.pixels else {
            throw .shape("an image of \(image.count) pixels for \(field.width) x \(field.height)")
        }
        guard psf.count == field.psfWidth * field.psfHeight else {
            throw .shape("a psf of \(psf.count) pixels for \(field.psfWidth) x \(field.psfHeight)")
        }
    }
}
