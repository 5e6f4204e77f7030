import Foundation
import Parameters
import Visibilities

/// What the axes behind right ascension and declination say, in whatever order they stand: frequency and Stokes.
struct PlaneAxes {
    /// Planes along frequency.
    private(set) var count = 1
    /// Frequency of the first, Hz; 0 when unknown.
    private(set) var frequency = 0.0
    /// From one to the next, Hz; of a single one its bandwidth.
    private(set) var step = 0.0
    /// Stokes parameter or product; I where nothing is said.
    private(set) var stokes = Polarisation.i

    /// Hz that no telescope receives, far from where sums of them lose what matters.
    private static let most = 1e18

    /// - Parameter lengths: of all axes of the file.
    /// - Throws: `ImageError` for several Stokes parameters, and for planes along anything else than frequency.
    init(_ file: FITSFile, lengths: [Int], path: String) throws(ImageError) {
        // Axes of length 1 may stand in the header alone.
        for axis in 3...max(lengths.count, 4) {
            let length = axis <= lengths.count ? lengths[axis - 1] : 1
            let type = file.text("CTYPE\(axis)") ?? ""
            // CRVAL stands at pixel CRPIX, counted from 1 (FITS standard 4.0, sect. 8.2).
            let step = file.number("CDELT\(axis)") ?? 0
            let first =
                file.number("CRVAL\(axis)").map { $0 + (1 - (file.number("CRPIX\(axis)") ?? 1)) * step }
            switch type.uppercased() {
            case "FREQ":
                let unit = try Self.hertz(file.text("CUNIT\(axis)") ?? "Hz", path)
                count = length
                (frequency, self.step) = ((first ?? 0) * unit, step * unit)
                guard abs(frequency) <= Self.most, Double(length) * abs(self.step) <= Self.most else {
                    throw ImageError(
                        .data,
                        "axis \(axis) holds no frequencies: \(frequency) Hz, in steps of \(self.step) Hz",
                        path: path, remedy: "write CRVAL, CDELT and CRPIX of its planes")
                }
            case "STOKES" where length == 1:
                if let first { stokes = try Self.stokes(first, path) }
            case "STOKES":
                throw ImageError(
                    .data, "there are \(length) Stokes parameters", path: path,
                    remedy: "give a file of each")
            default:
                guard length == 1 else {
                    throw ImageError(
                        .data, "axis \(axis) is \(length) planes along '\(type)', not along FREQ", path: path,
                        remedy: "give images along frequency")
                }
            }
        }
    }

    private static func hertz(_ unit: String, _ path: String) throws(ImageError) -> Double {
        let units = ["": 1.0, "HZ": 1.0, "KHZ": 1e3, "MHZ": 1e6, "GHZ": 1e9]
        if let unit = units[unit.uppercased().trimmingCharacters(in: .whitespaces)] { return unit }
        throw ImageError(
            .data, "frequencies are in '\(unit)'", path: path, remedy: "write CRVAL and CDELT in Hz")
    }

    private static func stokes(_ code: Double, _ path: String) throws(ImageError) -> Polarisation {
        if let stokes = Int(exactly: code).flatMap(Polarisation.init(rawValue:)) { return stokes }
        throw ImageError(
            .data, "the STOKES axis holds \(code), which no Stokes parameter has", path: path,
            remedy: "write 1 for I")
    }
}
