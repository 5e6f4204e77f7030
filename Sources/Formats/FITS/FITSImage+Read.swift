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

    /// Reads all planes of a file, each an image of its own.
    ///
    /// - Throws: `ImageError` as for one of them.
    public static func planes(contentsOf path: String) throws(ImageError) -> [FITSImage] {
        let axes: [Int]
        do throws(FITSFailure) {
            axes = try FITSFile(reading: path).image().axes
        } catch { throw ImageError(error, path: path) }
        var planes: [FITSImage] = []
        for plane in 0..<max(axes.count > 2 ? axes[2] : 1, 1) {
            planes.append(try FITSImage(contentsOf: path, plane: plane))
        }
        return planes
    }

    /// Reads an image of the sky: RA and DEC in the SIN projection, square pixels.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - plane: which plane of a cube along frequency, from 0; nil for a file that has one only.
    /// - Throws: `ImageError`, of usage when there is no such file, of the data when it is not such an image.
    public init(contentsOf path: String, plane: Int? = nil) throws(ImageError) {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ImageError(.usage, "no readable file", path: path, remedy: "check the name")
        }
        let file: FITSFile
        let axes: [Int]
        let bitpix: Int32
        do throws(FITSFailure) {
            file = try FITSFile(reading: path)
            (bitpix, axes) = try file.image()
        } catch { throw ImageError(error, path: path) }
        guard axes.count >= 2, axes[0] > 0, axes[1] > 0, axes.dropFirst(3).allSatisfy({ $0 == 1 }) else {
            throw ImageError(
                .data, "the axes \(axes) are not those of images along frequency", path: path,
                remedy: "give a single Stokes parameter")
        }
        let planes = axes.count > 2 ? axes[2] : 1
        guard let plane = plane ?? (planes == 1 ? 0 : nil), (0..<planes).contains(plane) else {
            throw ImageError(
                .data, "there are \(planes) planes", path: path,
                remedy: "give a file with a single plane")
        }
        let (count, overflow) = axes[0].multipliedReportingOverflow(by: axes[1])
        let (all, overflows) = count.multipliedReportingOverflow(by: planes)
        guard !overflow, !overflows, all <= size / max(1, Int(abs(bitpix)) / 8) else {
            throw ImageError(
                .data, "the file is shorter than its \(axes[0]) x \(axes[1]) pixels", path: path,
                remedy: "fetch it again whole, uncompressed")
        }
        var header = try ImageHeader(file, width: axes[0], height: axes[1], path: path)
        header.frequency += Double(plane) * (planes > 1 ? header.bandwidth : 0)
        do throws(FITSFailure) {
            let pixels = try file.pixels(count, from: plane * count)
            if planes > 1 { header.beam = file.beams(planes: planes)?[plane] ?? header.beam }
            self.init(header: header, pixels: pixels)
        } catch { throw ImageError(error, path: path) }
    }
}

extension ImageHeader {
    /// Reads the cards that `FITSFile.write` writes.
    init(_ file: FITSFile, width: Int, height: Int, path: String) throws(ImageError) {
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
        let stokes = file.number("CRVAL4").flatMap { Int(exactly: $0) }.flatMap { Polarisation(rawValue: $0) }
        self.init(
            width: width, height: height, cell: step.radians,
            phaseCentre: Direction(rightAscension: ra.radians, declination: dec.radians),
            frequency: file.number("CRVAL3") ?? 0, bandwidth: file.number("CDELT3") ?? 0,
            stokes: stokes ?? .i,
            unit: file.text("BUNIT") ?? "", quantity: file.text("BTYPE") ?? "",
            object: file.text("OBJECT") ?? "",
            telescope: file.text("TELESCOP") ?? "", instrument: file.text("INSTRUME") ?? "",
            observer: file.text("OBSERVER") ?? "", start: file.number("MJD-OBS").map { $0 * 86400 },
            end: file.number("MJD-END").map { $0 * 86400 }, beam: ImageBeam(file),
            weights: ImageWeights(file), origin: file.text("ORIGIN") ?? "", history: file.history())
        reference = SIMD2(column - 1, row - 1)
        self.isICRS = isICRS
        if let low = file.number("BANDLOW"), let high = file.number("BANDHIGH"), low <= high {
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
