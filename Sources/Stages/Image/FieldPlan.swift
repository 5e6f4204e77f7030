import Imaging
import Pipeline
import Visibilities

/// What is known of one field's images before any data.
struct FieldPlan: Sendable {
    /// A share with the grid of each of its images.
    struct Part: Sendable {
        let share: ImageShare
        let coverage: UVCoverage
        let grid: GridPlan
    }

    /// Index of the field.
    let field: Int
    /// What is imaged of the same samples.
    let sets: [ImagedProducts]
    /// All shares of the field.
    let shares: [ImageShare]
    /// Those in which something is scheduled.
    let parts: [Part]
    /// How Q and U turn; nil where they do not.
    let feeds: FeedAngles?
    /// The primary beam to correct for; nil without correction.
    let beam: BeamCorrection?
    /// How images are deconvolved; nil for not at all.
    let clean: CleanRequest?
    /// Where visibilities wait that are looked at again; nil where none are.
    private(set) var keeping: StoreRequest?
    /// Averages short baselines more than long ones; nil for as they come.
    let averager: BaselineAverager?
    /// Where the results go.
    let files: ImageFiles
    let weighting: WeightingRequest
    let geometry: ImageGeometry

    init(
        _ cut: ObservationCut, field: Int, _ request: ImageSettings, _ shares: [ImageShare],
        _ sets: [ImagedProducts], weighting: WeightingRequest, feeds: FeedAngles?, beam: BeamCorrection?,
        clean: CleanRequest?, keeping: StoreRequest?, averager: BaselineAverager?, files: ImageFiles,
        memory: Int
    ) throws {
        (self.field, self.shares, self.sets, self.files) = (field, shares, sets, files)
        self.averager = averager
        (self.weighting, self.feeds, geometry) = (weighting, feeds, request.geometry)
        (self.beam, self.clean, self.keeping) = (beam, clean, keeping)
        // Complains about a header that contradicts itself, or a field without anything to image.
        _ = try UVCoverage(cut, field: field)
        var taken = 0
        parts = try shares.compactMap { share in
            let coverage: UVCoverage
            do throws(ImagingError) {
                coverage = try UVCoverage(cut, field: field, dumps: share.dumps, channels: share.channels)
            } catch { return nil }
            do throws(ImagingError) {
                let grid = try GridPlan(request, coverage: coverage, memory: memory - taken)
                taken += grid.streamingBytes
                return Part(share: share, coverage: coverage, grid: grid)
            } catch {
                guard case .memory(let least) = error else { throw error }
                throw ImagingError.memory(least: taken + least)
            }
        }
        try clean?.settings.check(Self.cleanField(geometry, channels: cleanedTogether))
    }

    /// Decides where the visibilities are kept, if that is left open: in memory where all that the images take leaves
    /// the stages above a fifth of it, or a GiB if that is more, but no more than half.
    mutating func chooseStore(memory: Int) {
        guard keeping?.place == .fitting else { return }
        keeping?.place = .memory
        let reserve = min(memory / 2, max(memory / 5, 1 << 30))
        if max(streamingBytes + viewBytes, finalBytes) > memory - reserve { keeping?.place = .scratch }
    }

    /// Images: shares times products.
    var images: Int { parts.count * sets.reduce(0) { $0 + $1.polarisations.count } }

    /// Bytes held while data are gridded: planes, weights of cells or their density, visibilities.
    var streamingBytes: Int {
        let groups = weighting.isShared ? Set(parts.map(\.share.interval)).count : parts.count
        let weights =
            weighting.isExact
            ? groups * sets.count * (weighting.densityBytes(geometry) + weighting.weightBytes(geometry))
            : groups * weighting.weightBytes(geometry)
        return gridBytes + weights + storedBytes
    }

    /// Bytes of a view of the images so far: the planes of the first product in the output channels of an interval, the
    /// images that are made of them, and their mean.
    var viewBytes: Int {
        guard files.live != nil else { return 0 }
        let intervals = Dictionary(grouping: parts, by: \.share.interval).values
        let planes = intervals.map { $0.reduce(0) { $0 + $1.grid.streamingBytes } }.max() ?? 0
        return planes + transformBytes + 2 * imageBytes
    }

    private var imageBytes: Int { geometry.width * geometry.height * 4 }

    /// Bytes of the largest image's transform, with its images.
    private var transformBytes: Int {
        parts.map { $0.grid.finalBytes - $0.grid.streamingBytes }.max() ?? 0
    }

    /// Bytes held from the end of the stream until the images are made.
    var waitingBytes: Int { gridBytes + storedBytes + exactWeightBytes }

    private var exactWeightBytes: Int {
        weighting.isExact ? parts.count * sets.count * weighting.weightBytes(geometry) : 0
    }

    /// Bytes of the visibilities that wait in memory.
    private var storedBytes: Int { keeping?.place == .memory ? visibilityBytes : 0 }

    /// Bytes of the visibilities that wait.
    var visibilityBytes: Int {
        let products = sets.reduce(0) { $0 + $1.polarisations.count }
        return parts.reduce(0) {
            $0 + products
                * VisibilityBatch.storedBytes(rows: $1.coverage.rows, samples: $1.coverage.samples)
        }
    }

    /// Bytes of the planes.
    var gridBytes: Int {
        parts.reduce(0) { sum, part in
            sets.reduce(sum) {
                $0 + part.grid.streamingBytes
                    + ($1.polarisations.count - 1) * part.grid.withoutPSF.streamingBytes
            }
        }
    }

    /// Bytes held in the final transform: all planes, the images and scratch of one of them, means over channels, primary beams.
    var finalBytes: Int {
        let means = (Set(parts.map(\.share.channel)).count > 1 ? 2 : 0) + (beam == nil ? 0 : 2)
        return gridBytes + transformBytes + means * imageBytes + cleanBytes
    }

    /// Bytes that CLEAN takes on top: visibilities, images of all output channels, its own, and an exact residual.
    private var cleanBytes: Int {
        guard let clean else { return 0 }
        let channels = cleanedTogether
        let field = try? Self.cleanField(geometry, channels: channels)
        let images = 5 * Set(parts.map(\.share.channel)).count * imageBytes
        return storedBytes + exactWeightBytes + images + (field.map(clean.settings.workBytes) ?? 0)
            + (parts.map { GriddedResiduals.bytes($0.grid) }.max() ?? 0)
    }

    /// Output channels that are deconvolved together.
    private var cleanedTogether: Int {
        clean?.isJoined == true ? Set(parts.map(\.share.channel)).count : 1
    }

    private static func cleanField(_ image: ImageGeometry, channels: Int) throws -> CleanField {
        try CleanField(
            width: image.width, height: image.height,
            channels: [CleanField.Channel](repeating: CleanField.Channel(), count: channels))
    }

    /// Bytes of a density while it is counted.
    var densityBytes: Int { weighting.densityBytes(geometry) }

    /// One line for the plan of a pipeline.
    var summary: String {
        guard let first = parts.first else { return "nothing scheduled" }
        let bytes = gridBytes >> 20
        return images == 1
            ? first.grid.summary : "\(images) images, \(bytes) MiB; of the first: \(first.grid.summary)"
    }
}
