import Logging
import Pipeline
import Visibilities

/// The files of a field's images.
struct ImageFiles: Sendable {
    /// How many images of which kinds are asked for.
    struct Request: Sendable {
        let intervals: Int
        let channels: Int
        let cube: Bool
        let psf: Bool
        let png: Bool
        /// Whether images are corrected for the primary beam too.
        let pb: Bool
        /// Whether images are deconvolved.
        let clean: Bool
        /// Whether the image so far can be looked at.
        let live: Bool

        /// What is made of every product.
        var kinds: [ImageName.Kind] { clean ? [.dirty, .model, .residual, .restored] : [.dirty] }
        /// The kind that is looked at: it has a picture, and is corrected for the primary beam.
        var shown: ImageName.Kind { clean ? .restored : .dirty }
        /// What the shown image is called once it is corrected.
        var corrected: ImageName.Kind { clean ? .restoredCorrected : .corrected }
    }

    let request: Request
    private let prefix: String
    /// The view of the image so far, if one is asked for.
    let live: (image: PendingOutput, picture: PendingOutput?)?
    private let images: [ImageName: PendingOutput]
    private let pictures: [ImageName: PendingOutput]

    /// Claims all files of images of these sets of products.
    init(_ prefix: String, _ request: Request, _ sets: [[Polarisation]], _ context: StageContext) throws {
        (self.request, self.prefix) = (request, prefix)
        func claim(_ name: String, isView: Bool = false) throws -> PendingOutput {
            try context.outputs.claim(prefix + name, suggesting: "choose another prefix", isView: isView)
        }
        live =
            request.live
            ? (
                try claim("-live.fits", isView: true),
                request.png ? try claim("-live.png", isView: true) : nil
            ) : nil
        var (images, pictures): ([ImageName: PendingOutput], [ImageName: PendingOutput]) = ([:], [:])
        for interval in 0..<request.intervals {
            for set in sets {
                for channel in request.names {
                    for file in request.files(interval, channel, of: set, of: sets) {
                        switch file {
                        case .image(let name): images[name] = try claim(name.infix + ".fits")
                        case .picture(let name): pictures[name] = try claim(name.infix + ".png")
                        }
                    }
                }
            }
        }
        (self.images, self.pictures) = (images, pictures)
    }

    /// Where to write an image, and its picture if one is asked for.
    func places(of name: ImageName) -> (image: PendingOutput?, picture: PendingOutput?) {
        (images[name], pictures[name])
    }

    /// Names of the files of restored images of some products of a channel.
    func restored(
        _ interval: Int, _ channel: ImageName.Channel, _ products: [Polarisation], of sets: [[Polarisation]]
    ) -> [String] {
        products.flatMap { product in
            [ImageName.Kind.restored, .restoredCorrected].compactMap { kind -> String? in
                let name = request.name(kind, interval, channel, product, sets)
                return images[name].map { PathParts($0.finalPath).name }
            }
        }
    }

    /// Takes back the promise of an image of which there is nothing.
    func withdraw(_ name: ImageName) {
        images[name]?.withdraw()
        pictures[name]?.withdraw()
    }

    /// Warns of images under the same prefix that are not this run's, and stay beside its own.
    func tellOlder(_ context: StageContext) {
        let folder = PathParts(prefix).folderPrefix
        let older = ImageName.files(of: prefix).filter { !context.outputs.areClaimed(folder + $0.file) }
        guard !older.isEmpty else { return }
        let (shown, all) = (older.prefix(8).map(\.file).joined(separator: ", "), older.count)
        context.logger.warning(
            "images of an earlier run stay beside these: \(shown)\(all > 8 ? " and \(all - 8) more" : ""): remove them, or choose another prefix"
        )
    }
}

extension ImageFiles.Request {
    /// Which channels have files.
    fileprivate var names: [ImageName.Channel] {
        guard channels > 1 else { return [.all] }
        return (cube ? [.cube] : (0..<channels).map { .one($0) }) + [.mean]
    }

    fileprivate enum File {
        case image(ImageName)
        case picture(ImageName)
    }

    /// The files of a set of products of an interval and a channel.
    fileprivate func files(
        _ interval: Int, _ channel: ImageName.Channel, of set: [Polarisation], of sets: [[Polarisation]]
    ) -> [File] {
        func name(_ kind: ImageName.Kind, _ polarisation: Polarisation) -> ImageName {
            self.name(kind, interval, channel, polarisation, sets)
        }
        var files: [File] = []
        for polarisation in set {
            files += kinds.map { .image(name($0, polarisation)) }
            if png, [.all, .mean].contains(channel) { files.append(.picture(name(shown, polarisation))) }
        }
        if pb, channel != .cube {
            for kind in [corrected, .power] { files += set.map { .image(name(kind, $0)) } }
        }
        if psf, let first = set.first { files.append(.image(name(.psf, first))) }
        return files
    }

    /// A file's name; products are named where there are several, point spread functions where sets have their own.
    func name(
        _ kind: ImageName.Kind, _ interval: Int, _ channel: ImageName.Channel, _ polarisation: Polarisation,
        _ sets: [[Polarisation]]
    ) -> ImageName {
        let isNamed = kind == .psf ? sets.count > 1 : sets.flatMap(\.self).count > 1
        return ImageName(
            interval: intervals > 1 ? interval : nil, channel: channel,
            polarisation: isNamed ? polarisation : nil,
            kind: kind)
    }
}
