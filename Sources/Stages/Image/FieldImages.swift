import Formats
import Imaging
import Logging
import Pipeline
import Visibilities

/// Makes the images of a field from its grids, one at a time, and writes them beside their final names.
struct FieldImages {
    let plan: FieldPlan
    let headers: HeaderMaker
    let context: StageContext

    private var files: ImageFiles { plan.files }
    private var sets: [[Polarisation]] { plan.sets.map(\.polarisations) }

    /// Makes all of them.
    ///
    /// - Throws: `ImagingError.nothingToImage` when none of the grids has a sample.
    func write(_ grids: [SharedGrids]) async throws {
        var all = GridSums()
        for grid in grids.flatMap(\.grids) { all += grid.sums }
        guard all.weight > 0 else {
            throw ImagingError.nothingToImage(flagged: all.flagged, beyond: all.beyond)
        }
        if all.beyond > 0 {
            context.logger.warning(
                "\(all.beyond) visibilities lie beyond the grid and were left out: finer than two pixels or beyond the w range of the schedule: use a smaller cell, or look at the uvw"
            )
        }
        for interval in 0..<files.request.intervals {
            for (number, products) in plan.sets.enumerated() {
                let shared = grids.filter { $0.share.interval == interval && $0.products == products }
                var beams: [Int: RestoringBeam] = [:]
                for index in products.polarisations.indices {
                    let images = ProductImages(
                        interval: interval, products: sets[number], index: index, shared: shared)
                    try await write(images, &beams)
                }
            }
        }
    }

    /// The images of one product of an interval.
    private struct ProductImages {
        let interval: Int
        let products: [Polarisation]
        let index: Int
        let shared: [SharedGrids]

        var polarisation: Polarisation { products[index] }
        var sums: GridSums { shared.reduce(into: GridSums()) { $0 += $1.grids[index].sums } }
        /// Whether the point spread function of the set comes with them.
        var isFirst: Bool { index == 0 }
    }

    /// Number under which the beam of the mean is kept.
    private static let mean = -1

    private func write(_ images: ProductImages, _ beams: inout [Int: RestoringBeam]) async throws {
        let sums = images.sums
        let several = files.request.channels > 1
        guard sums.weight > 0 else {
            let channels: [ImageName.Channel] =
                several ? [.cube, .mean] + (0..<files.request.channels).map { .one($0) } : [.all]
            for channel in channels { leaveOut(images, channel) }
            return
        }
        var mean = several ? MeanImage(headers.geometry, weight: sums.weight) : nil
        let cubes = files.request.cube ? try cubes(images, sums) : nil
        for channel in 0..<files.request.channels {
            let shared = images.shared.first { $0.share.channel == channel }
            guard let shared, let result = try await shared.grids[images.index].finish() else {
                if cubes == nil { leaveOut(images, several ? .one(channel) : .all) }
                try cubes?.appendBlank()
                continue
            }
            if images.isFirst { beams[channel] = result.beam }
            mean?.add(result)
            if let cubes {
                try cubes.append(result, beams[channel])
            } else {
                let header = headers.header(
                    [shared.share], images.polarisation, result.sums, beam: beams[channel])
                let channel = several ? ImageName.Channel.one(channel) : .all
                try write(images, channel, header, result.dirty, result.psf)
                try correct(images, channel, header, result.dirty, [shared])
                if !several { report(header, result.sums, result.beam, result.beamProblem, images) }
            }
        }
        try cubes?.close()
        guard let mean else { return }
        var problem: ImagingError?
        if images.isFirst, let psf = mean.psf {
            do throws(ImagingError) {
                beams[Self.mean] = try RestoringBeam(fitting: psf, headers.geometry)
            } catch { problem = error }
        }
        let header = headers.header(
            images.shared.map(\.share), images.polarisation, sums, beam: beams[Self.mean])
        try write(images, .mean, header, mean.dirty, mean.psf)
        try correct(images, .mean, header, mean.dirty, images.shared)
        report(header, sums, beams[Self.mean], problem, images)
    }

    private func name(_ kind: ImageName.Kind, _ images: ProductImages, _ channel: ImageName.Channel)
        -> ImageName
    {
        files.request.name(kind, images.interval, channel, images.polarisation, sets)
    }

    private func leaveOut(_ images: ProductImages, _ channel: ImageName.Channel) {
        let dirty = name(.dirty, images, channel)
        for kind in [ImageName.Kind.dirty, .corrected, .power] {
            files.withdraw(name(kind, images, channel))
        }
        if images.isFirst { files.withdraw(name(.psf, images, channel)) }
        guard files.places(of: dirty).image != nil else { return }
        context.logger.warning("no visibility left for \(dirty.infix.dropFirst()), which is not written")
    }

    /// Writes an image, its picture, and its point spread function.
    private func write(
        _ images: ProductImages, _ channel: ImageName.Channel, _ header: ImageHeader, _ dirty: [Float],
        _ psf: [Float]?
    ) throws {
        let places = files.places(of: name(.dirty, images, channel))
        let image = FITSImage(header: header, pixels: dirty)
        if let place = places.image { try image.write(to: place.temporaryPath) }
        if let picture = places.picture {
            try SkyPicture(
                image, caption: "dirty image\(caption(images)), \(headers.weighting.scheme)",
                warning: headers.cut.observation.visibilityUnit == "Jy" ? "" : "uncalibrated"
            ).write(to: picture.temporaryPath)
        }
        if let psf, let place = files.places(of: name(.psf, images, channel)).image {
            try FITSImage(header: header.ofPSF, pixels: psf).write(to: place.temporaryPath)
        }
    }

    /// Writes the primary beam and the image divided by it, where that is asked for.
    private func correct(
        _ images: ProductImages, _ channel: ImageName.Channel, _ header: ImageHeader, _ dirty: [Float],
        _ shared: [SharedGrids]
    ) throws {
        guard let beam = plan.beam else { return }
        let shares = shared.map { (share: $0.share, weight: $0.grids[images.index].weight) }
        let power = beam.power(headers.geometry, shares, images.polarisation)
        if let place = files.places(of: name(.power, images, channel)).image {
            try FITSImage(header: header.ofPower, pixels: power).write(to: place.temporaryPath)
        }
        if let place = files.places(of: name(.corrected, images, channel)).image {
            try FITSImage(header: header, pixels: beam.correct(dirty, by: power))
                .write(to: place.temporaryPath)
        }
    }

    private func caption(_ images: ProductImages) -> String {
        images.polarisation == .i ? "" : " of \(images.polarisation.name)"
    }

    /// Says what noise the weights expect and what is to be known of the beam.
    private func report(
        _ header: ImageHeader, _ sums: GridSums, _ beam: RestoringBeam?, _ problem: ImagingError?,
        _ images: ProductImages
    ) {
        let interval = files.request.intervals > 1 ? ", interval \(images.interval)" : ""
        let noise = sums.noise(unit: headers.unit, absolute: headers.knowsNoise)
        context.logger.info(
            "\(header.object)\(interval), \(images.polarisation.name): \(headers.weighting.scheme) weights, \(noise)"
        )
        guard images.isFirst else { return }
        if let problem { context.logger.warning("\(problem); the header has no beam") }
        guard let beam else { return }
        if beam.fromMoments {
            context.logger.warning(
                "the beam is that of the second moments of the main lobe, to which no Gaussian could be fitted"
            )
        }
        if beam.minor < 2.5 * header.cell {
            context.logger.warning(
                "\(beam.minor / header.cell) pixels across the beam: fewer than 2.5; use a smaller cell")
        }
    }

    private func cubes(_ images: ProductImages, _ sums: GridSums) throws -> ImageCubes? {
        let shares = plan.shares.filter { $0.interval == images.interval }
        let header = headers.cube(shares, images.polarisation, sums)
        guard let place = files.places(of: name(.dirty, images, .cube)).image else { return nil }
        let psf = images.isFirst ? files.places(of: name(.psf, images, .cube)).image : nil
        return ImageCubes(
            dirty: try FITSCube(creating: place.temporaryPath, header),
            psf: try psf.map { try FITSCube(creating: $0.temporaryPath, header.ofPSF) },
            blank: [Float](repeating: .nan, count: header.width * header.height))
    }
}
