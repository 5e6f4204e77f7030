import Astrometry
import Formats
import Foundation
import Imaging
import Parameters
import Visibilities

extension CleanSettings.Negative: ParameterChoice {}

/// How images are deconvolved.
struct CleanRequest: Sendable {
    let settings: CleanSettings
    /// Whether output channels are cleaned together.
    let isJoined: Bool
    /// Where the pixels of the mask lie, if there is one.
    let maskHeader: ImageHeader?
}

extension ImageParameters {
    /// What is asked of CLEAN; nil for none.
    ///
    /// - Throws: when the parameters contradict each other, or the mask is none of these pixels.
    func cleaning(_ geometry: ImageGeometry) throws -> CleanRequest? {
        guard niter > 0 else { return nil }
        guard psf else { throw $psf.error("CLEAN needs the point spread function", mend: "leave psf out") }
        try checkLevels()
        try checkScales()
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
        clean.spectrum = try spectrum()
        clean.box = try pixelBox(geometry)
        let image = try mask(geometry)
        clean.mask = image?.pixels.map { $0 != 0 && $0.isFinite }
        try checkPixels(clean, geometry)
        return CleanRequest(settings: clean, isJoined: joinChannels, maskHeader: image?.header)
    }

    /// - Throws: when the automatic mask would begin where CLEAN ends.
    private func checkLevels() throws {
        guard let autoMask, let autoThreshold, autoMask <= autoThreshold else { return }
        throw $autoMask.error(
            "\(autoMask) is not above auto-threshold \(autoThreshold), down to which components may be where some are",
            mend: "write more, or leave auto-mask out")
    }

    /// - Throws: when scales are given that `multiscale` says no to.
    private func checkScales() throws {
        guard multiscaleScales != nil, !multiscale, !$multiscale.isDefault else { return }
        throw $multiscaleScales.error(
            "multiscale is no", mend: "leave multiscale-scales out, or write multiscale yes")
    }

    private func spectrum() throws -> CleanSettings.Spectrum {
        switch (fitSpectralPol, fitSpectralLogPol) {
        case (nil, nil): return .free
        case (let terms?, nil):
            if let (what, mend) = faults(ofTerms: terms) { throw $fitSpectralPol.error(what, mend: mend) }
            return .polynomial(terms: terms)
        case (nil, let terms?):
            if let (what, mend) = faults(ofTerms: terms) { throw $fitSpectralLogPol.error(what, mend: mend) }
            return .logarithmic(terms: terms)
        default:
            throw $fitSpectralPol.error(
                "components follow one polynomial", mend: "leave out fit-spectral-pol or fit-spectral-log-pol"
            )
        }
    }

    /// What is wrong with so many terms of a spectrum, and how to mend it.
    private func faults(ofTerms terms: Int) -> (what: String, mend: String)? {
        guard terms > (joinChannels ? channelsOut : 1) else { return nil }
        let cleaned =
            joinChannels
            ? "there \(channelsOut == 1 ? "is" : "are") \(channelsOut) (channels-out)"
            : "with join-channels no each is cleaned by itself"
        return (
            "\(terms) terms need as many output channels that are cleaned together, and \(cleaned)",
            channelsOut < terms
                ? "give channels-out: \(terms) or more\(joinChannels ? "" : " and join-channels: yes"), or leave it out"
                : "give join-channels: yes, or leave it out"
        )
    }

    private func pixelBox(_ geometry: ImageGeometry) throws -> PixelBox? {
        guard let box else { return nil }
        guard box.count == 4 else {
            throw $box.error(
                "needs four numbers, not \(box.count)",
                mend: "write first column, first row, last column, last row")
        }
        let ordered = [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]
        guard box == ordered else {
            throw $box.error(
                "its last column or row comes before the first",
                mend: "write \(ordered.map(String.init).joined(separator: ","))")
        }
        let last = SIMD2(geometry.width - 1, geometry.height - 1)
        guard box[0] >= 0, box[1] >= 0, box[2] <= last.x, box[3] <= last.y else {
            let inside = [max(box[0], 0), max(box[1], 0), min(box[2], last.x), min(box[3], last.y)]
            throw $box.error(
                "reaches beyond columns 0 to \(last.x) and rows 0 to \(last.y) of the image",
                mend: inside[0] <= inside[2] && inside[1] <= inside[3]
                    ? "write \(inside.map(String.init).joined(separator: ",")), or a larger size"
                    : "write pixels of the image, or a larger size")
        }
        return PixelBox(columns: box[0]..<box[2] + 1, rows: box[1]..<box[3] + 1)
    }

    /// - Throws: when border, box and mask leave no pixel that may have a component.
    private func checkPixels(_ clean: CleanSettings, _ geometry: ImageGeometry) throws {
        let (width, height) = (geometry.width, geometry.height)
        let most = (min(width, height) - 1) / 2
        guard border <= most else {
            throw $border.error(
                "leaves none of \(width) x \(height) pixels", mend: "write at most \(most)")
        }
        let columns = (border..<width - border).clamped(to: clean.box?.columns ?? 0..<width)
        let rows = (border..<height - border).clamped(to: clean.box?.rows ?? 0..<height)
        guard !columns.isEmpty, !rows.isEmpty else {
            throw $box.error("lies in the border", mend: "move it, or write a narrower border")
        }
        guard let mask = clean.mask else { return }
        guard rows.contains(where: { row in columns.contains { mask[row * width + $0] } }) else {
            throw $fitsMask.error(
                "no pixel of the mask lies in the box or within the border",
                mend: "leave box and border out, or give another mask")
        }
    }

    /// - Throws: when the pixels of the mask are not those of a field's image.
    func checkMask(
        _ request: CleanRequest?, _ geometry: ImageGeometry, about centre: Direction, of field: String
    ) throws {
        guard let mask = request?.maskHeader else { return }
        let separation = mask.separation(from: centre)
        guard separation < Self.maskTolerance * geometry.cell else {
            throw $fitsMask.error(
                "the mask's phase centre lies \(Angle.text(separation)) from that of \(field), above the tolerance of \(Self.maskTolerance) pixels",
                mend: "give one with the image's cell and centre, or regrid it")
        }
        let pixels = try ImageGeometry(mask, about: centre)
        let off = (pixels.centre - geometry.centre) / geometry.cell
        guard max(abs(off.x), abs(off.y)) < Self.maskTolerance else {
            throw $fitsMask.error(
                String(
                    format:
                        "the mask's middle lies %.4g columns and %.4g rows from that of the image of \(field)",
                    -off.x, off.y), mend: "give one with the image's centre")
        }
        let growth = (pixels.cell / geometry.cell - 1) * Double(max(geometry.width, geometry.height))
        guard abs(growth) < Self.maskTolerance else {
            throw $fitsMask.error(
                "the mask's pixels are \(Angle.text(pixels.cell)) wide, those of the image \(Angle.text(geometry.cell))",
                mend: "give one with the image's cell")
        }
    }

    /// Pixels that those of a mask may lie off by.
    private static let maskTolerance = 0.1

    private func mask(_ geometry: ImageGeometry) throws -> FITSImage? {
        guard let fitsMask else { return nil }
        let image: FITSImage
        do { image = try FITSImage(contentsOf: fitsMask.path) } catch {
            throw $fitsMask.error("\(error.what) (\(fitsMask.path))", mend: error.remedy)
        }
        guard image.header.width == geometry.width, image.header.height == geometry.height else {
            throw $fitsMask.error(
                "the mask has \(image.header.width) x \(image.header.height) pixels",
                mend: "give one of \(geometry.width) x \(geometry.height)")
        }
        guard image.pixels.contains(where: { $0 != 0 && $0.isFinite }) else {
            throw $fitsMask.error(
                "the mask has no pixel", mend: "give one that is not 0 where components may be")
        }
        return image
    }
}
