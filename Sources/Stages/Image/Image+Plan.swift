import Imaging
import Logging
import Parameters
import Pipeline
import Visibilities

extension Image {
    /// What is known of the images of a field before any data.
    func plan(
        _ field: Int, of header: ObservationCut, _ sets: [ImagedProducts], _ feeds: FeedAngles?,
        of scheduled: Int, after earlier: [FieldPlan],
        _ context: StageContext
    ) throws -> FieldPlan {
        let shares = ImageShare.shares(
            of: header, field: field, intervals: settings.intervalsOut, channels: settings.channelsOut)
        try check(shares, header.observation)
        let geometry = try geometry(of: field, of: header, context)
        let taken = earlier.reduce(0) { $0 + $1.gridBytes }
        do {
            var plan = try FieldPlan(
                header, field: field,
                ImageSettings(
                    geometry: geometry,
                    epsilon: settings.epsilon, psf: settings.psf, precision: settings.precision), shares,
                sets, weighting: weighting, feeds: feeds, beam: try beam(field, of: header.observation),
                clean: try checkedClean(field, geometry, of: header.observation), keeping: settings.keeping,
                averager: try settings.baselineAveraging.map { try BaselineAverager(geometry, loss: $0) },
                files: try files(field, of: header.observation, sets, of: scheduled, context),
                memory: context.memory - taken)
            try checkRange(plan, of: header.observation.fields[field].name)
            plan.chooseStore(memory: context.memory / scheduled)
            return plan
        } catch ImagingError.memory(let least) {
            throw tooLarge(taken + least, context)
        }
    }

    private func geometry(
        of field: Int, of header: ObservationCut, _ context: StageContext
    ) throws -> ImageGeometry {
        let place = header.observation.fields[field]
        let geometry = try settings.geometry(around: place.phaseCentre)
        // While one is made, its pixels are there twice; nothing needs to be planned of one that cannot be.
        let least = 8 * geometry.width * geometry.height
        guard least <= context.memory else { throw tooLarge(least, context) }
        if let remark = remark(geometry, place, of: header.observation) {
            context.logger.warning("\(remark)")
        }
        return geometry
    }

    private func tooLarge(_ least: Int, _ context: StageContext) -> any Error {
        let size = settings.size.map(String.init).joined(separator: ",")
        return settings.$size.error(
            "\(size) pixels take at least \(least >> 20) MiB, above the limit of \(context.memory >> 20) MiB",
            mend: "write fewer, or raise --memory above \(least >> 20 + 1)MiB")
    }

    private func checkedClean(
        _ field: Int, _ geometry: ImageGeometry, of observation: Observation
    ) throws -> CleanRequest? {
        let place = observation.fields[field]
        try settings.checkMask(clean, geometry, about: place.phaseCentre, of: place.name)
        return clean
    }

    private func beam(_ field: Int, of observation: Observation) throws -> BeamCorrection? {
        guard settings.pb else { return nil }
        guard let beam = BeamCorrection(observation, field: field, limit: settings.pbLimit) else {
            throw settings.$pb.error(
                "the primary beam of \(observation.telescope) is not known in this band",
                mend: "leave pb out")
        }
        return beam
    }

    private func files(
        _ field: Int, of observation: Observation, _ sets: [ImagedProducts], of scheduled: Int,
        _ context: StageContext
    ) throws -> ImageFiles {
        try ImageFiles(
            settings.prefix.path + (scheduled > 1 ? "-" + fileNamePart(observation.fields[field].name) : ""),
            ImageFiles.Request(
                intervals: settings.intervalsOut, channels: settings.channelsOut,
                cube: settings.cube && settings.channelsOut > 1, psf: settings.psf, png: settings.png,
                pb: settings.pb, clean: clean != nil, live: settings.live != nil),
            sets.map(\.polarisations), context)
    }

    /// Refuses more intervals or output channels than there are dumps and channels, and cubes that FITS cannot describe.
    private func check(_ shares: [ImageShare], _ observation: Observation) throws {
        if shares.contains(where: \.dumps.isEmpty) {
            throw settings.$intervalsOut.error("more intervals than dumps", mend: "write fewer")
        }
        if shares.contains(where: { $0.channels.allSatisfy(\.isEmpty) }) {
            throw settings.$channelsOut.error("more output channels than channels", mend: "write fewer")
        }
        guard settings.cube, settings.channelsOut > 1 else { return }
        let centres = shares.prefix(settings.channelsOut).map { $0.centre(observation.spectralWindows) }
        let step = centres[1] - centres[0]
        guard zip(centres, centres.dropFirst()).allSatisfy({ abs($1 - $0 - step) < 0.01 * abs(step) }) else {
            throw settings.$cube.error(
                "the output channels are not evenly spaced", mend: mendingCube(of: observation))
        }
    }

    /// How output channels that are unevenly spaced may be made even: by their number, where the channels are even.
    private func mendingCube(of observation: Observation) -> String {
        let (windows, wanted) = (observation.spectralWindows, settings.channelsOut)
        let channels = windows.map(\.frequencies.count).reduce(0, +)
        guard windows.count == 1, channels % wanted != 0 else {
            return "select channels of one width that follow each other, or leave out cube"
        }
        let near = (max(2, wanted / 2)...2 * wanted).filter { channels % $0 == 0 }
        let nearest = near.min { abs($0 - wanted) < abs($1 - wanted) }
        return "let channels-out divide the \(channels) channels"
            + (nearest.map { ", such as \($0)" } ?? "") + ", or leave out cube"
    }
}
