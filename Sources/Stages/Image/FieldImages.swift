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
    private var writer: ImageWriter { ImageWriter(plan: plan, headers: headers, context: context) }

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
        context.activity = "making images"
        for interval in 0..<files.request.intervals {
            for products in plan.sets {
                let shared = grids.filter { $0.share.interval == interval && $0.products == products }
                var known = PointSpread()
                for index in products.polarisations.indices {
                    let images = ProductImages(
                        interval: interval, products: products.polarisations, index: index, shared: shared)
                    try await write(images, &known)
                }
            }
        }
    }

    /// What the first product of a set tells of the point spread functions of all.
    private struct PointSpread {
        /// By output channel, the mean's at last; kept where images are cleaned.
        var images: [Int: [Float]] = [:]
        var beams: [Int: RestoringBeam] = [:]
        /// Number of the mean.
        static let mean = -1
    }

    private func write(_ images: ProductImages, _ known: inout PointSpread) async throws {
        let sums = images.sums
        let several = files.request.channels > 1
        guard sums.weight > 0 else {
            let channels: [ImageName.Channel] =
                several ? [.cube, .mean] + (0..<files.request.channels).map { .one($0) } : [.all]
            for channel in channels { writer.leaveOut(images, channel) }
            return
        }
        var mean = several ? ChannelImage(meanOf: images.sources, sums) : nil
        // CLEAN sees all channels at once; otherwise one after the other is made and let go.
        var blank: [Int] = []
        var (cleaned, history) = try await clean(images, &known)
        mean?.history = history
        let cubes = files.request.cube ? try writer.cubes(images, sums, history) : nil
        for channel in 0..<files.request.channels {
            let made = cleaned == nil ? try await image(channel, of: images, &known) : cleaned?[channel]
            cleaned?[channel] = nil
            try cubes?.append(made)
            guard let made else {
                blank.append(channel)
                if cubes == nil { writer.leaveOut(images, several ? .one(channel) : .all) }
                continue
            }
            mean?.add(made)
            if cubes == nil {
                try await writer.write(made, of: images, several ? .one(channel) : .all)
            } else {
                writer.tellProblem(made, of: images, .one(channel))
            }
        }
        if let cubes {
            try cubes.close()
            writer.tellBlank(blank, of: images)
        }
        if let mean { try await write(mean: mean, of: images, &known) }
    }

    /// Fits a beam to the mean of the output channels, restores it and writes it.
    private func write(
        mean: consuming ChannelImage, of images: ProductImages, _ known: inout PointSpread
    ) async throws {
        mean.fitBeam(headers.geometry)
        if images.isFirst { known.beams[PointSpread.mean] = mean.beam }
        mean.beam = known.beams[PointSpread.mean]
        try await mean.restore(headers.geometry)
        try await writer.write(mean, of: images, .mean)
    }

    /// Makes the dirty image of a channel; nil where it has no samples.
    private func image(
        _ channel: Int, of images: ProductImages, _ known: inout PointSpread
    ) async throws -> ChannelImage? {
        let shared = images.shared(channel)
        guard let shared, let result = try await shared.grids[images.index].finish() else { return nil }
        var image = ChannelImage(shared.share, result)
        if images.isFirst {
            known.beams[channel] = image.beam
            if plan.clean != nil { known.images[channel] = image.pixels[.psf] }
        }
        image.beam = known.beams[channel]
        return image
    }

    /// Makes and cleans the images of all channels; says what the headers of their mean say of it.
    private func clean(
        _ images: ProductImages, _ known: inout PointSpread
    ) async throws -> ([ChannelImage?]?, history: [String]) {
        guard let request = plan.clean else { return (nil, []) }
        var made: [ChannelImage?] = []
        for channel in 0..<files.request.channels {
            made.append(try await image(channel, of: images, &known))
        }
        let grids = made.indices.map { made[$0] == nil ? nil : images.shared($0)?.grids[images.index] }
        let history = try await ProductClean(
            request: request, geometry: headers.geometry, teller: teller(images)
        ).clean(
            &made, psfs: made.indices.map { known.images[$0] }, visibilities: grids.map { $0?.visibilities })
        for grid in grids { grid?.forget() }
        return (made, history)
    }

    private func teller(_ images: ProductImages) -> CleanTeller {
        CleanTeller(
            context: context, unit: headers.unit, field: headers.cut.observation.fields[plan.field].name,
            interval: files.request.intervals > 1 ? images.interval : nil, product: images.polarisation,
            channels: files.request.channels)
    }
}
