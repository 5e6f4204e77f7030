import Formats
import Parameters
import Pipeline
import Visibilities

/// The model images of a prefix that `image` or wsclean was given.
struct ModelFiles {
    /// Those of Stokes I: one, a cube, or one for each output channel.
    let files: [String]
    /// Those of other products, which stay in the data.
    private let others: [String]

    /// - Throws: `ImageError` where there are none, or those of several runs.
    init(prefix: String) throws {
        let folder = PathParts(prefix).folderPrefix
        let all = ImageName.files(of: prefix).filter {
            $0.file.hasSuffix(".fits") && $0.name.kind == .model && $0.name.channel != .mean
        }
        let models = all.filter { $0.name.interval == nil }
        let isIntensity = { (name: ImageName) in [nil, .i].contains(name.polarisation) }
        others = models.filter { !isIntensity($0.name) }.map(\.file)
        let own = models.filter { isIntensity($0.name) }
        let groups = Dictionary(grouping: own) { $0.name.channel.isOne ? nil : $0.name.channel }
        guard let files = groups.values.first else {
            throw Self.none(prefix, others, interval: all.first?.file)
        }
        guard groups.count == 1 else {
            throw ImageError(
                .usage, "models of several runs: \(own.map(\.file).joined(separator: ", "))", path: prefix,
                remedy: "give the file, or remove what is not meant")
        }
        self.files = files.map { folder + $0.file }
    }

    /// That there is no model under a prefix which could be taken.
    private static func none(_ prefix: String, _ others: [String], interval: String?) -> ImageError {
        let name = PathParts(prefix).name
        if !others.isEmpty {
            return ImageError(
                .usage, "models are of Stokes I, and there are only \(others.joined(separator: ", "))",
                path: prefix, remedy: "give the prefix of other images")
        }
        if let interval {
            return ImageError(
                .usage, "models of intervals, such as \(interval), are not told apart by time", path: prefix,
                remedy: "give \(name)-t0000 or its like, for data of that interval")
        }
        return ImageError(
            .usage, "no such file, and no \(name)-model.fits or -0000-model.fits", path: prefix,
            remedy: "check the path, or give the prefix of the images")
    }

    /// What is to be said of them.
    var remarks: [String] {
        guard !others.isEmpty else { return [] }
        let shown =
            others.prefix(8).joined(separator: ", ")
            + (others.count > 8 ? " and \(others.count - 8) more" : "")
        return ["only Stokes I is predicted, left out are \(shown): what they hold of the data stays there"]
    }
}

extension ImageName.Channel {
    /// Whether it is one of several output channels.
    fileprivate var isOne: Bool {
        if case .one = self { true } else { false }
    }
}
