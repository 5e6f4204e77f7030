import Formats
import Foundation
import Imaging
import Parameters
import Pipeline
import Simulation
import Visibilities

/// What is predicted: components, or images.
enum SkyModel: Sendable {
    case components([SkyComponent])
    /// The five sources about each phase centre that `simulate` makes unless told otherwise.
    case standard
    /// One for all frequencies, or several by their bands, ascending.
    case images([ModelImage])

    /// Reads a file, FITS by its first bytes, else text; or the model images of a prefix.
    init(file path: String) throws {
        guard path != "standard" else {
            self = .standard
            return
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists, !isFolder.boolValue else {
            self = .images(try ModelImage.list(of: try ModelImage.files(of: path)))
            return
        }
        self =
            FITSImage.isOne(path)
            ? .images(try ModelImage.list(of: [path])) : .components(try SkyComponent.list(file: path))
    }
}

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

    /// The files of a prefix that `image` or wsclean was given: one, a cube, or one for each output channel.
    static func files(of prefix: String) throws -> [String] {
        let folder = PathParts(prefix).folderPrefix
        let models = ImageName.files(of: prefix).filter {
            $0.file.hasSuffix(".fits") && $0.name.kind == .model && $0.name.interval == nil
                && [nil, .i].contains($0.name.polarisation) && $0.name.channel != .mean
        }
        let groups = Dictionary(grouping: models) { $0.name.channel.isOne ? nil : $0.name.channel }
        guard let files = groups.values.first else {
            throw ImageError(
                .usage, "no such file, and no \(PathParts(prefix).name)-model.fits or -0000-model.fits",
                path: prefix, remedy: "check the path, or give the prefix of the images")
        }
        guard groups.count == 1 else {
            throw ImageError(
                .usage, "models of several runs: \(models.map(\.file).joined(separator: ", "))", path: prefix,
                remedy: "give the file, or remove what is not meant")
        }
        return files.map { folder + $0.file }
    }

    /// The frequencies that it is of.
    var band: ClosedRange<Double> { image.header.frequencies }

    private var isKnown: Bool { image.pixels.contains(where: \.isFinite) }

    private func check() throws {
        guard image.header.unit.lowercased() == "jy/pixel" else {
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

extension ImageName.Channel {
    /// Whether it is one of several output channels.
    fileprivate var isOne: Bool {
        if case .one = self { true } else { false }
    }
}
