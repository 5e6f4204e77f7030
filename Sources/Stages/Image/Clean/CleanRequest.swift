import Formats
import Imaging
import Parameters

extension CleanSettings.Negative: ParameterChoice {}

/// Where visibilities are kept until they are cleaned.
public enum StorePlace: String, Sendable, ParameterChoice {
    /// In memory if half of what the run may take has room for them, else in a scratch file.
    case fitting = "auto"
    /// In memory.
    case memory
    /// In a scratch file.
    case scratch
}

/// How images are deconvolved, and where the visibilities wait for it.
struct CleanRequest: Sendable {
    let settings: CleanSettings
    /// Whether output channels are cleaned together.
    let isJoined: Bool
    var place: StorePlace
    /// Folder of scratch files.
    let folder: String
}

extension ImageParameters {
    /// What is asked of CLEAN; nil for none.
    ///
    /// - Throws: when the parameters contradict each other, or the mask is none of these pixels.
    func cleaning(_ geometry: ImageGeometry) throws -> CleanRequest? {
        guard niter > 0 else { return nil }
        guard psf else { throw $psf.error("CLEAN needs the point spread function", mend: "leave psf out") }
        var clean = CleanSettings()
        (clean.iterations, clean.majors, clean.gain, clean.majorGain) = (niter, nmiter, gain, mgain)
        (clean.threshold, clean.automaticThreshold, clean.automaticMask) = (
            threshold, autoThreshold, autoMask
        )
        (clean.border, clean.negative, clean.localNoise) = (border, negative, localRmsWindow)
        if let scales = multiscaleScales {
            clean.scales = .pixels(scales)
        } else if multiscale {
            clean.scales = .automatic
        }
        switch (fitSpectralPol, fitSpectralLogPol) {
        case (nil, nil): break
        case (let terms?, nil): clean.spectrum = .polynomial(terms: terms)
        case (nil, let terms?): clean.spectrum = .logarithmic(terms: terms)
        default:
            throw $fitSpectralPol.error(
                "components follow one polynomial", mend: "leave out fit-spectral-pol or fit-spectral-log-pol"
            )
        }
        if let fitsMask { clean.mask = try mask(fitsMask.path, geometry) }
        let results = prefix.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = results.joined(separator: "/")
        return CleanRequest(
            settings: clean, isJoined: joinChannels, place: store,
            folder: scratch?.path ?? (folder.isEmpty ? (prefix.path.hasPrefix("/") ? "/" : ".") : folder))
    }

    private func mask(_ path: String, _ geometry: ImageGeometry) throws -> [Bool] {
        let image = try FITSImage(contentsOf: path)
        guard image.header.width == geometry.width, image.header.height == geometry.height else {
            throw $fitsMask.error(
                "the mask has \(image.header.width) x \(image.header.height) pixels",
                mend: "give one of \(geometry.width) x \(geometry.height)")
        }
        return image.pixels.map { $0 != 0 && $0.isFinite }
    }
}
