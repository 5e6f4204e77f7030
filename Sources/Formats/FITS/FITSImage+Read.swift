import Foundation
import Parameters
import Visibilities

extension FITSImage {
    /// Whether a file begins as FITS files do.
    public static func isOne(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 9)) == Data("SIMPLE  =".utf8)
    }

    /// Reads an image of the sky: RA and DEC in the SIN projection, square pixels.
    ///
    /// - Throws: `ImageError`, of usage when there is no such file, of the data when it is not such an image, or several.
    public init(contentsOf path: String) throws(ImageError) {
        let file = try FITSPlanes(reading: path)
        guard file.count == 1 else {
            throw ImageError(
                .data, "there are \(file.count) planes", path: path,
                remedy: "give a file with a single plane")
        }
        self.init(header: file.header(0), pixels: try file.pixels(0))
    }
}

extension ImageHeader {
    /// Reads the cards that `FITSFile.write` writes.
    init(_ file: FITSFile, _ axes: PlaneAxes, width: Int, height: Int, path: String) throws(ImageError) {
        func need(_ name: String) throws(ImageError) -> Double {
            if let value = file.number(name) { return value }
            throw ImageError(.data, "no number in \(name)", path: path, remedy: "give an image of the sky")
        }
        guard file.text("CTYPE1") == "RA---SIN", file.text("CTYPE2") == "DEC--SIN" else {
            throw ImageError(
                .data, "the axes are not RA---SIN and DEC--SIN", path: path,
                remedy: "regrid to the SIN projection")
        }
        let isICRS = try Self.isICRS(file, path)
        let (ra, dec, step) = (try need("CRVAL1"), try need("CRVAL2"), try need("CDELT2"))
        let (column, row, across) = (try need("CRPIX1"), try need("CRPIX2"), try need("CDELT1"))
        guard step > 0, abs(across + step) < 1e-9 * step, column.isFinite, row.isFinite else {
            throw ImageError(
                .data, "the pixels are not square", path: path, remedy: "give CDELT1 = -CDELT2")
        }
        self.init(
            width: width, height: height, cell: step.radians,
            phaseCentre: Direction(rightAscension: ra.radians, declination: dec.radians),
            frequency: axes.frequency, bandwidth: axes.step, stokes: axes.stokes,
            unit: file.text("BUNIT") ?? "", quantity: file.text("BTYPE") ?? "",
            object: file.text("OBJECT") ?? "",
            telescope: file.text("TELESCOP") ?? "", instrument: file.text("INSTRUME") ?? "",
            observer: file.text("OBSERVER") ?? "", start: file.number("MJD-OBS").map { $0 * 86400 },
            end: file.number("MJD-END").map { $0 * 86400 }, beam: ImageBeam(file),
            weights: ImageWeights(file), origin: file.text("ORIGIN") ?? "", history: file.history())
        reference = SIMD2(column - 1, row - 1)
        self.isICRS = isICRS
        if axes.count == 1, let low = file.number("BANDLOW"), let high = file.number("BANDHIGH"), low <= high
        {
            band = low...high
        }
    }
}

extension ImageHeader {
    /// Whether the coordinates are of ICRS, not of J2000.
    ///
    /// - Throws: `ImageError` for axes that are turned against right ascension and declination, or those of another equinox.
    private static func isICRS(_ file: FITSFile, _ path: String) throws(ImageError) -> Bool {
        let matrix = [("PC1_1", 1.0), ("PC1_2", 0), ("PC2_1", 0), ("PC2_2", 1), ("CROTA1", 0), ("CROTA2", 0)]
        for (name, plain) in matrix {
            guard let value = file.number(name), abs(value - plain) > 1e-9 else { continue }
            throw ImageError(
                .data, "the axes are turned: \(name) is \(value)", path: path,
                remedy: "regrid to pixels along right ascension and declination")
        }
        let equinox = file.number("EQUINOX") ?? file.number("EPOCH") ?? 2000
        let frame = file.text("RADESYS") ?? file.text("RADECSYS") ?? (equinox < 1984 ? "FK4" : "FK5")
        guard ["ICRS", "FK5"].contains(frame.uppercased()), equinox == 2000 else {
            throw ImageError(
                .data, "coordinates are of \(frame), equinox \(equinox)", path: path,
                remedy: "regrid to ICRS")
        }
        return frame.uppercased() == "ICRS"
    }
}

extension ImageBeam {
    /// Reads the beam's cards; nil when the image has none.
    fileprivate init?(_ file: FITSFile) {
        guard let major = file.number("BMAJ"), let minor = file.number("BMIN") else { return nil }
        self.init(
            major: major.radians, minor: minor.radians, positionAngle: (file.number("BPA") ?? 0).radians)
    }
}

extension ImageWeights {
    /// Reads wsclean's weight cards; nil when the image has none.
    init?(_ file: FITSFile) {
        guard let imageWeight = file.number("WSCIMGWG") else { return nil }
        self.init(
            scheme: file.text("WSCWEIGH") ?? "", imageWeight: imageWeight,
            normalisation: file.number("WSCNORMF") ?? imageWeight, visibilities: file.number("WSCNVIS") ?? 0,
            effectiveVisibilities: file.number("WSCENVIS") ?? 0,
            visibilityWeightSum: file.number("WSCVWSUM") ?? 0)
    }
}
