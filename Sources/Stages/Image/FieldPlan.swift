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
    private(set) var clean: CleanRequest?
    /// Where the results go.
    let files: ImageFiles
    private let weighting: WeightingRequest
    private let geometry: ImageGeometry

    init(
        _ cut: ObservationCut, field: Int, _ request: ImageSettings, _ shares: [ImageShare],
        _ sets: [ImagedProducts], weighting: WeightingRequest, feeds: FeedAngles?, beam: BeamCorrection?,
        clean: CleanRequest?, files: ImageFiles
    ) throws {
        (self.field, self.shares, self.sets, self.files) = (field, shares, sets, files)
        (self.weighting, self.feeds, geometry) = (weighting, feeds, request.geometry)
        (self.beam, self.clean) = (beam, clean)
        // Complains about a header that contradicts itself, or a field without anything to image.
        _ = try UVCoverage(cut, field: field)
        parts = try shares.compactMap { share in
            let coverage: UVCoverage
            do throws(ImagingError) {
                coverage = try UVCoverage(cut, field: field, dumps: share.dumps, channels: share.channels)
            } catch { return nil }
            return Part(share: share, coverage: coverage, grid: try GridPlan(request, coverage: coverage))
        }
    }

    /// Decides where the visibilities are kept, if that is left open: in memory where they take no more than half of it.
    mutating func chooseStore(memory: Int) {
        guard clean?.place == .fitting else { return }
        let fits = visibilityBytes <= memory / 2
        clean?.place = fits ? .memory : .scratch
    }

    /// Images: shares times products.
    var images: Int { parts.count * sets.reduce(0) { $0 + $1.polarisations.count } }

    /// Bytes held while data are gridded: planes, and weights of cells.
    var streamingBytes: Int {
        let weights = weighting.weightBytes(geometry)
        let shared = weighting.isShared ? Set(parts.map(\.share.interval)).count : parts.count
        return gridBytes + shared * weights + storedBytes
    }

    /// Bytes of the visibilities that CLEAN keeps in memory.
    private var storedBytes: Int { clean?.place == .memory ? visibilityBytes : 0 }

    /// Bytes of the visibilities that CLEAN keeps.
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
        let transform = parts.map { $0.grid.finalBytes - $0.grid.streamingBytes }.max() ?? 0
        let means = (Set(parts.map(\.share.channel)).count > 1 ? 2 : 0) + (beam == nil ? 0 : 2)
        return gridBytes + transform + means * geometry.width * geometry.height * 4 + cleanBytes
    }

    /// Bytes that CLEAN takes on top: visibilities, images of all output channels, its own, and an exact residual.
    private var cleanBytes: Int {
        guard let clean else { return 0 }
        let channels = clean.isJoined ? Set(parts.map(\.share.channel)).count : 1
        let field = try? CleanField(
            width: geometry.width, height: geometry.height,
            channels: [CleanField.Channel](repeating: CleanField.Channel(), count: channels))
        let images = 5 * Set(parts.map(\.share.channel)).count * geometry.width * geometry.height * 4
        return storedBytes + images + (field.map(clean.settings.workBytes) ?? 0)
            + (parts.map { GriddedResiduals.bytes($0.grid) }.max() ?? 0)
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

    /// Empty grids, with the weights that the schedule predicts: of each share by itself, or of all of an interval.
    func grids() throws -> [SharedGrids] {
        var common: [Int: ImagingWeights] = [:]
        return try parts.flatMap { part in
            let weights: ImagingWeights
            if let known = common[part.share.interval], weighting.isShared {
                weights = known
            } else {
                let counted =
                    weighting.isShared ? parts.filter { $0.share.interval == part.share.interval } : [part]
                weights = try weighting.weights(geometry, counted.map(\.coverage))
                common[part.share.interval] = weights
            }
            return try sets.map { try SharedGrids(part.share, $0, part.grid, weights, store) }
        }
    }

    /// A store for the visibilities of one image; nil where nothing looks at them again.
    private func store() throws -> (any VisibilityStore)? {
        guard let clean else { return nil }
        return clean.place == .memory ? MemoryStore() : try ScratchStore(in: clean.folder)
    }
}
