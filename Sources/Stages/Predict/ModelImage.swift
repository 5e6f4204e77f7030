import Formats
import Parameters
import Visibilities

/// An image of Stokes I in Jy/pixel, or counts/pixel where the data that it was made of are not calibrated.
struct ModelImage: Sendable {
    let header: ImageHeader
    let path: String
    /// Which of the file's planes.
    fileprivate let plane: Int

    /// The images in some files, cubes plane by plane, ascending in frequency; planes without a pixel are left out. Their
    /// headers are read: pixels come when they are predicted from.
    ///
    /// - Throws: `ImageError` for what is no model, and for bands that overlap.
    static func list(of paths: [String]) throws -> [ModelImage] {
        let images = try paths.flatMap { path in
            let file = try FITSPlanes(reading: path)
            let planes = (0..<file.count).map {
                ModelImage(header: file.header($0), path: path, plane: $0)
            }
            for plane in planes { try plane.check() }
            let isOne = paths.count == 1 && planes.count == 1
            return isOne ? planes : try planes.filter { try !file.isBlank($0.plane) }
        }
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
        if let other = sorted.first(where: { $0.isInCounts != sorted[0].isInCounts }) {
            throw ImageError(
                .usage,
                "the unit is '\(other.header.unit)', that of \(sorted[0].path) '\(sorted[0].header.unit)'",
                path: other.path, remedy: "give images of one run")
        }
        guard !sorted.isEmpty else {
            throw ImageError(
                .usage, "all planes are blank", path: paths.joined(separator: ", "),
                remedy: "give another model")
        }
        return sorted
    }

    /// The frequencies that it is of.
    var band: ClosedRange<Double> { header.frequencies }

    private func check() throws {
        guard hasPixelUnit || isOfWSClean else {
            throw ImageError(
                .usage, "the unit is '\(header.unit)', not Jy/pixel or counts/pixel", path: path,
                remedy: "give a model image, not a restored or dirty one")
        }
        guard header.stokes == .i else {
            throw ImageError(
                .usage, "the image is of \(header.stokes), and models are of Stokes I", path: path,
                remedy: "give that of Stokes I")
        }
    }

    private var hasPixelUnit: Bool { header.unit.lowercased() == "jy/pixel" || isInCounts }

    /// Whether it is of uncalibrated visibilities, and for such.
    var isInCounts: Bool { header.unit.lowercased() == "counts/pixel" }

    /// Whether it is one of wsclean's models by its name, the mean of which wsclean calls Jy/beam.
    private var isOfWSClean: Bool {
        header.unit.lowercased() == "jy/beam" && path.hasSuffix("-model.fits")
            && header.origin.lowercased().hasPrefix("wsclean")
    }

    /// What is to be said of it.
    var remark: String? {
        guard !hasPixelUnit else { return nil }
        return
            "\(path): taken as Jy/pixel, as wsclean's models are, although BUNIT is '\(header.unit)': give no restored image"
    }
}

/// Reads the pixels of images in turn, and opens a file of many of them once.
struct ModelReader {
    private var file: (path: String, planes: FITSPlanes)?

    /// The pixels of an image, [row][column]; blank ones are unknown, not bright.
    ///
    /// - Throws: `ImageError` where the file cannot be read any more.
    mutating func pixels(of image: ModelImage) throws -> [Float] {
        let planes =
            try file.flatMap { $0.path == image.path ? $0.planes : nil } ?? FITSPlanes(reading: image.path)
        file = (image.path, planes)
        var pixels = try planes.pixels(image.plane)
        for index in pixels.indices where !pixels[index].isFinite { pixels[index] = 0 }
        return pixels
    }
}

extension [ModelImage] {
    /// The channels of each spectral window that are predicted from each of the images, by the middle of the channels;
    /// those in no band take the nearest, and are counted if the stream has samples of them.
    func channels(of cut: ObservationCut) -> (channels: [[Range<Int>]], beyond: Int) {
        let windows = cut.observation.spectralWindows
        let unmasked = cut.unmaskedChannels
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
                if least > window.widths[channel] / 4, unmasked[number][channel] { beyond += 1 }
                let held = ranges[nearest][number]
                ranges[nearest][number] = held.isEmpty ? channel..<channel + 1 : held.lowerBound..<channel + 1
            }
        }
        return (ranges, beyond)
    }
}
