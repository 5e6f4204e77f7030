/// What an imager makes.
public struct ImageResult: Sendable {
    /// The pixels' geometry.
    public let geometry: ImageGeometry
    /// The dirty image, [row][column], in the visibilities' unit per beam; no division by n.
    public let dirty: [Float]
    /// The point spread function, [row][column], 1 at the centre pixel.
    public let psf: [Float]?
    /// The restoring beam, when there is a point spread function whose main lobe the pixels sample.
    public let beam: RestoringBeam?
    /// Why there is a point spread function but no beam.
    public let beamProblem: ImagingError?
    /// Exact sums of weights, and counts.
    public let sums: GridSums
}

/// Grids batches of visibilities and makes the dirty image of them.
///
///     let plan = try GridPlan(ImageSettings(geometry: geometry), coverage: coverage)
///     var imager = Imager(plan)
///     for batch in batches { try await imager.grid(batch) }
///     let result = try await imager.finish()
///
/// The image is D(l, m) = Σ w Re(V exp(-2πi ν/c (u l + v m + w (n - 1)))) / Σ w. Equal batches in equal order give equal
/// bits for any number of threads.
public struct Imager: ~Copyable, Sendable {
    private var gridder: Gridder

    /// An imager with empty planes.
    public init(_ plan: GridPlan) { gridder = Gridder(plan) }

    /// The grid and its memory.
    public var plan: GridPlan { gridder.plan }

    /// Sums over what has been gridded so far.
    public var sums: GridSums { gridder.sums }

    /// Adds a batch to the planes.
    ///
    /// - Throws: `ImagingError` for arrays that do not fit together.
    public mutating func grid(_ batch: VisibilityBatch) async throws { try await gridder.add(batch) }

    /// Adds what a model leaves of a batch to the planes: prediction, subtraction and gridding in one sweep over the
    /// samples, with the bits of `Degridder.predict` and `grid` one after the other.
    ///
    /// - Throws: `ImagingError` for arrays that do not fit together, or a model on another plan's grid.
    public mutating func grid(_ batch: VisibilityBatch, less model: Degridder) async throws {
        try await gridder.add(batch, less: model)
    }

    /// Transforms the planes to images, once and for all.
    ///
    /// - Throws: `ImagingError.nothingToImage` when nothing unflagged was gridded.
    public consuming func finish() async throws -> ImageResult { try await images() }

    /// The images of what has been gridded so far; more may be gridded afterwards.
    ///
    /// - Throws: `ImagingError.nothingToImage` when nothing unflagged was gridded.
    public func images() async throws -> ImageResult {
        let sums = gridder.sums
        guard sums.used > 0, sums.weight > 0 else {
            throw ImagingError.nothingToImage(flagged: sums.flagged, beyond: sums.beyond)
        }
        let transform = FinalTransform(gridder.plan, gridder.blocks)
        let dirty = try await transform.image(of: gridder.dirty, dividedBy: .weight(sums.weight))
        var psf: [Float]?
        let geometry = gridder.plan.settings.geometry
        if let planes = gridder.psf {
            // Its peak is 1 by definition; the gridded one is so within epsilon.
            psf = try await transform.image(of: planes, dividedBy: .centre)
        }
        let beam = psf.map { psf in
            Result { () throws(ImagingError) in try RestoringBeam(fitting: psf, geometry) }
        }
        var problem: ImagingError?
        if case .failure(let error) = beam { problem = error }
        return ImageResult(
            geometry: geometry, dirty: dirty, psf: psf, beam: try? beam?.get(), beamProblem: problem,
            sums: sums)
    }
}
