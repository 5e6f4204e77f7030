import Formats
import Parameters
import Visibilities

/// An image of Stokes I in Jy/pixel.
struct ModelImage: Sendable {
    let image: FITSImage
    let path: String

    /// The images in some files, cubes plane by plane, ascending in frequency; planes without a pixel are left out.
    ///
    /// - Throws: `ImageError` for what is no model, and for bands that overlap.
    static func list(of paths: [String]) throws -> [ModelImage] {
        let planes = try paths.flatMap { path in
            try FITSImage.planes(contentsOf: path).map { ModelImage(image: $0, path: path) }
        }
        for plane in planes { try plane.check() }
        let images = planes.count == 1 ? planes : planes.filter(\.isKnown)
        let sorted = images.sorted { $0.band.lowerBound < $1.band.lowerBound }
        for (one, next) in zip(sorted, sorted.dropFirst()) {
            let (low, high) = (next.band.lowerBound, one.band.upperBound)
            // Steps of cubes are means: planes may lie off a little.
            guard high - low < 0.1 * (one.band.upperBound - one.band.lowerBound) else {
                throw ImageError(
                    .usage, "its band overlaps that of \(one.path)", path: next.path,
                    remedy: "remove the images of an earlier run, or give one file")
            }
        }
        guard !sorted.isEmpty else {
            throw ImageError(
                .usage, "all planes are blank", path: paths.joined(separator: ", "),
                remedy: "give another model")
        }
        return sorted
    }

    /// The frequencies that it is of.
    var band: ClosedRange<Double> { image.header.frequencies }

    private var isKnown: Bool { image.pixels.contains(where: \.isFinite) }

    private func check() throws {
        guard hasPixelUnit || isOfWSClean else {
            throw ImageError(
                .usage, "the unit is '\(image.header.unit)', not Jy/pixel", path: path,
                remedy: "give a model image, not a restored or dirty one")
        }
        guard image.header.stokes == .i else {
            throw ImageError(
                .usage, "the image is of \(image.header.stokes), and models are of Stokes I", path: path,
                remedy: "give that of Stokes I")
        }
    }

    private var hasPixelUnit: Bool { image.header.unit.lowercased() == "jy/pixel" }

    /// Whether it is one of wsclean's models by its name, the mean of which wsclean calls Jy/beam.
    private var isOfWSClean: Bool {
        image.header.unit.lowercased() == "jy/beam" && path.hasSuffix("-model.fits")
            && image.header.origin.lowercased().hasPrefix("wsclean")
    }

    /// What is to be said of it.
    var remark: String? {
        guard !hasPixelUnit else { return nil }
        return
            "\(path): taken as Jy/pixel, as wsclean's models are, although BUNIT is '\(image.header.unit)': give no restored image"
    }
}

extension [ModelImage] {
    /// The channels of each spectral window that are predicted from each of the images, by the middle of the channels;
    /// those in no band take the nearest, and are counted.
    func channels(of windows: [SpectralWindow]) -> (channels: [[Range<Int>]], beyond: Int) {
        guard count > 1 else { return (map { _ in windows.map { $0.frequencies.indices } }, 0) }
        var ranges = map { _ in windows.map { _ in 0..<0 } }
        var beyond = 0
        for (number, window) in windows.enumerated() {
            for (channel, frequency) in window.frequencies.enumerated() {
                let distances = map {
                    Swift.max($0.band.lowerBound - frequency, frequency - $0.band.upperBound, 0)
                }
                guard let least = distances.min(), let nearest = distances.firstIndex(of: least) else {
                    continue
                }
                if least > window.widths[channel] / 4 { beyond += 1 }
                let held = ranges[nearest][number]
                ranges[nearest][number] = held.isEmpty ? channel..<channel + 1 : held.lowerBound..<channel + 1
            }
        }
        return (ranges, beyond)
    }
}
