import Formats
import Foundation
import Imaging
import Logging
import Pipeline
import Tiles
import Visibilities

/// Writes the images of a field beside their final names, and says what is to be known of them.
struct ImageWriter {
    let plan: FieldPlan
    let headers: HeaderMaker
    let context: StageContext

    private var files: ImageFiles { plan.files }
    private var sets: [[Polarisation]] { plan.sets.map(\.polarisations) }

    private func name(_ kind: ImageName.Kind, _ images: ProductImages, _ channel: ImageName.Channel)
        -> ImageName
    {
        files.request.name(kind, images.interval, channel, images.polarisation, sets)
    }

    func leaveOut(_ images: ProductImages, _ channel: ImageName.Channel) {
        for kind in files.request.kinds + [files.request.corrected, .power] {
            files.withdraw(name(kind, images, channel))
        }
        if images.isFirst { files.withdraw(name(.psf, images, channel)) }
        let dirty = name(.dirty, images, channel)
        guard files.places(of: dirty).image != nil else { return }
        context.logger.warning("no visibility left for \(dirty.infix.dropFirst()), which is not written")
    }

    /// Says which planes of a cube have nothing.
    func tellBlank(_ planes: [Int], of images: ProductImages) {
        guard !planes.isEmpty else { return }
        let cube = name(.dirty, images, .cube).infix.dropFirst()
        let list =
            (planes.count > 1 ? "planes " : "plane ") + planes.map { String($0) }.joined(separator: ", ")
        context.logger.warning(
            "no visibility left for \(list) of \(cube) (from 0): blank, with the beam of the nearest plane in the table BEAMS"
        )
    }

    /// Writes all of an image, and what was asked for besides; reports on it unless it is one of several channels.
    func write(_ made: ChannelImage, of images: ProductImages, _ channel: ImageName.Channel) async throws {
        let header = headers.header(
            made.sources.map(\.share), images.polarisation, made.sums, beam: made.beam)
        let files = contents(made, of: images, channel, header) + corrected(made, of: images, channel, header)
        let picture = picture(made, of: images, channel, header)
        // The picture is drawn beside the files.
        try await inTiles(2) { part in
            if part == 0 {
                for (image, path) in files { try image.write(to: path) }
            } else if let (picture, path) = picture {
                try picture.write(to: path)
            }
        }
        tellProblem(made, of: images, channel)
        if case .one = channel { return }
        report(header, made, images)
    }

    /// The images that were made, and where they go.
    private func contents(
        _ made: ChannelImage, of images: ProductImages, _ channel: ImageName.Channel, _ header: ImageHeader
    ) -> [(FITSImage, path: String)] {
        var contents: [(FITSImage, path: String)] = []
        for kind in files.request.kinds {
            let name = name(kind, images, channel)
            guard let pixels = made.pixels[kind] else {
                files.withdraw(name)
                continue
            }
            guard let place = files.places(of: name).image else { continue }
            var own = kind == .model ? header.ofModel : header
            if kind != .dirty { own.history += made.history }
            contents.append((FITSImage(header: own, pixels: pixels), place.temporaryPath))
        }
        if let psf = made.pixels[.psf], let place = files.places(of: name(.psf, images, channel)).image {
            contents.append((FITSImage(header: header.ofPSF, pixels: psf), place.temporaryPath))
        }
        return contents
    }

    /// The primary beam and the image divided by it, where that is asked for.
    private func corrected(
        _ made: ChannelImage, of images: ProductImages, _ channel: ImageName.Channel, _ header: ImageHeader
    ) -> [(FITSImage, path: String)] {
        guard let beam = plan.beam else { return [] }
        let power = beam.power(headers.geometry, made.sources, images.polarisation)
        var contents: [(FITSImage, path: String)] = []
        if let place = files.places(of: name(.power, images, channel)).image {
            contents.append((FITSImage(header: header.ofPower, pixels: power), place.temporaryPath))
        }
        let corrected = name(files.request.corrected, images, channel)
        guard let shown = made.pixels[files.request.shown] else {
            files.withdraw(corrected)
            return contents
        }
        if let place = files.places(of: corrected).image {
            var own = header
            own.history += made.history
            contents.append(
                (FITSImage(header: own, pixels: beam.correct(shown, by: power)), place.temporaryPath))
        }
        return contents
    }

    private func picture(
        _ made: ChannelImage, of images: ProductImages, _ channel: ImageName.Channel, _ header: ImageHeader
    ) -> (SkyPicture, path: String)? {
        let kind = files.request.shown
        guard let place = files.places(of: name(kind, images, channel)).picture,
            let pixels = made.pixels[kind]
        else { return nil }
        let caption = "\(kind.title)\(caption(images)), \(headers.weighting.scheme)"
        let image = FITSImage(header: header, pixels: pixels)
        return (SkyPicture(image, caption: caption, warning: headers.warning), place.temporaryPath)
    }

    private func caption(_ images: ProductImages) -> String {
        images.polarisation == .i ? "" : " of \(images.polarisation.name)"
    }

    /// Says what noise the weights expect and what is to be known of the beam.
    private func report(_ header: ImageHeader, _ made: ChannelImage, _ images: ProductImages) {
        let interval = files.request.intervals > 1 ? ", interval \(images.interval)" : ""
        let noise = made.sums.noise(unit: headers.unit, absolute: headers.knowsNoise)
        context.logger.info(
            "\(header.object)\(interval), \(images.polarisation.name): \(headers.weighting.scheme) weights, \(noise)"
        )
        guard images.isFirst else { return }
        guard let beam = made.beam else { return }
        if beam.fromMoments {
            context.logger.warning(
                "the beam is that of the second moments of the main lobe, to which no Gaussian could be fitted"
            )
        }
        if beam.minor < 2.5 * header.cell {
            context.logger.warning(
                "\(String(format: "%.2f", beam.minor / header.cell)) pixels across the beam: fewer than 2.5; use a smaller cell"
            )
        }
    }

    /// Says that an image has no beam, and what is not restored without one.
    func tellProblem(_ made: ChannelImage, of images: ProductImages, _ channel: ImageName.Channel) {
        guard images.isFirst, let problem = made.problem else { return }
        var (place, restored) = ("", "")
        if case .one(let number) = channel { place = "channel \(number): " }
        if files.request.clean {
            let names = files.restored(images.interval, channel, images.products, of: sets)
            restored =
                names.isEmpty
                ? ", and its planes in cubes of restored images are blank"
                : "; not written without one: \(names.joined(separator: ", "))"
        }
        context.logger.warning("\(place)\(problem.reason); the header has no beam\(restored)")
    }

    /// Begins the cubes of a product, whose headers say what they do of CLEAN.
    func cubes(_ images: ProductImages, _ sums: GridSums, _ history: [String]) throws -> ImageCubes {
        let shares = plan.shares.filter { $0.interval == images.interval }
        let header = headers.cube(shares, images.polarisation, sums)
        var cubes: [ImageName.Kind: FITSCube] = [:]
        for kind in files.request.kinds + (images.isFirst ? [.psf] : []) {
            guard let place = files.places(of: name(kind, images, .cube)).image else { continue }
            var own =
                switch kind {
                case .psf: header.ofPSF
                case .model: header.ofModel
                default: header
                }
            if ![.psf, .dirty].contains(kind) { own.history += history }
            cubes[kind] = try FITSCube(creating: place.temporaryPath, own)
        }
        return ImageCubes(
            cubes: cubes, blank: [Float](repeating: .nan, count: header.width * header.height))
    }
}

extension ImageName.Kind {
    /// What a picture's caption calls it.
    fileprivate var title: String { self == .restored ? "restored image" : "dirty image" }
}
