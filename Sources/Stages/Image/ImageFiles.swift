import Pipeline
import Visibilities

/// What one file of a field holds, by wsclean's infixes: PREFIX-t0000-0000-I-dirty.fits.
struct ImageName: Sendable, Hashable {
    /// Which of the output channels.
    enum Channel: Sendable, Hashable {
        /// All, where there is one only.
        case all
        /// One of several.
        case one(Int)
        /// The mean of several.
        case mean
        /// A plane for each.
        case cube
    }

    /// What the pixels are.
    enum Kind: String, Sendable {
        case dirty
        case psf
        /// What CLEAN took for the sky, Jy/pixel.
        case model
        /// What the model leaves.
        case residual
        /// The model as the restoring beam sees it, and the residual.
        case restored = "image"
        /// The dirty image divided by the primary beam.
        case corrected = "dirty-pb"
        /// The restored image divided by the primary beam.
        case restoredCorrected = "image-pb"
        /// The primary beam's power.
        case power = "pb"
    }

    /// nil where there is one only.
    let interval: Int?
    let channel: Channel
    /// nil where the product goes without saying.
    let polarisation: Polarisation?
    let kind: Kind

    /// What follows the prefix, without suffix.
    var infix: String {
        func number(_ value: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        let band =
            switch channel {
            case .all: ""
            case .one(let channel): "-" + number(channel)
            case .mean: "-MFS"
            case .cube: "-cube"
            }
        return (interval.map { "-t" + number($0) } ?? "") + band + (polarisation.map { "-" + $0.name } ?? "")
            + "-" + kind.rawValue
    }
}

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
    /// The view of the image so far, if one is asked for.
    let live: (image: PendingOutput, picture: PendingOutput?)?
    private let images: [ImageName: PendingOutput]
    private let pictures: [ImageName: PendingOutput]

    /// Claims all files of images of these sets of products.
    init(_ prefix: String, _ request: Request, _ sets: [[Polarisation]], _ context: StageContext) throws {
        self.request = request
        func claim(_ name: String) throws -> PendingOutput {
            try context.outputs.claim(prefix + name, suggesting: "choose another prefix")
        }
        live =
            request.live
            ? (try claim("-live.fits"), request.png ? try claim("-live.png") : nil) : nil
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

    /// Takes back the promise of an image of which there is nothing.
    func withdraw(_ name: ImageName) {
        images[name]?.withdraw()
        pictures[name]?.withdraw()
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
