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
    /// The same images before they were rounded to single precision, of an imager in double precision.
    public let doubles: DoubleImages?
}

/// Images in double precision.
public struct DoubleImages: Sendable {
    /// The dirty image, [row][column], in the visibilities' unit per beam.
    public let dirty: [Double]
    /// The point spread function, [row][column], 1 at the centre pixel.
    public let psf: [Double]?
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
    /// The grid and its memory.
    public let plan: GridPlan
    /// The planes, in the plan's precision.
    private var single: Gridder<Float>?
    private var double: Gridder<Double>?

    /// An imager with empty planes.
    public init(_ plan: GridPlan) {
        self.plan = plan
        switch plan.settings.precision {
        case .single: single = Gridder(plan)
        case .double: double = Gridder(plan)
        }
    }

    /// Sums over what has been gridded so far.
    public var sums: GridSums { single?.sums ?? double?.sums ?? GridSums() }

    /// Adds a batch to the planes.
    ///
    /// - Throws: `ImagingError` for arrays that do not fit together.
    public mutating func grid(_ batch: VisibilityBatch) async throws {
        try await single?.add(batch)
        try await double?.add(batch)
    }

    /// Adds what a model leaves of a batch to the planes: prediction, subtraction and gridding in one sweep over the
    /// samples, with the bits of `Degridder.predict` and `grid` one after the other.
    ///
    /// - Throws: `ImagingError` for arrays that do not fit together, or a model on another plan's grid.
    public mutating func grid(_ batch: VisibilityBatch, less model: Degridder) async throws {
        guard model.lies(on: plan) else {
            throw ImagingError.setting("model", reason: "it was transformed for another plan's grid")
        }
        try await single?.add(batch, less: model.single)
        try await double?.add(batch, less: model.double)
    }

    /// Transforms the planes to images, once and for all.
    ///
    /// - Throws: `ImagingError.nothingToImage` when nothing unflagged was gridded.
    public consuming func finish() async throws -> ImageResult {
        if let planes = single.take() { return try await ImageResult(plan, consume planes) }
        guard let planes = double.take() else { throw ImagingError.nothingToImage(flagged: 0, beyond: 0) }
        return try await ImageResult(plan, consume planes)
    }

    /// A copy of what has been gridded so far, of which images can be made while the imager grids on.
    ///
    /// It takes `GridPlan.streamingBytes`.
    ///
    /// - Throws: `CancellationError`.
    public func snapshot() async throws -> GridSnapshot {
        GridSnapshot(plan: plan, single: try await single?.copied(), double: try await double?.copied())
    }
}

/// What an imager had gridded at one time.
public struct GridSnapshot: Sendable {
    fileprivate let plan: GridPlan
    /// The planes, in the plan's precision.
    fileprivate let single: Gridder<Float>?
    fileprivate let double: Gridder<Double>?

    /// Transforms the planes to images.
    ///
    /// - Throws: `ImagingError.nothingToImage` when nothing unflagged was gridded.
    public func images() async throws -> ImageResult {
        if let single { return try await ImageResult(plan, single) }
        guard let double else { throw ImagingError.nothingToImage(flagged: 0, beyond: 0) }
        return try await ImageResult(plan, double)
    }
}

extension ImageResult {
    /// The images of planes in single precision.
    fileprivate init(_ plan: GridPlan, _ planes: consuming Gridder<Float>) async throws {
        let sums = planes.sums
        let (dirty, psf) = try await planes.images()
        self.init(plan, dirty, psf, sums, doubles: nil)
    }

    /// The images of planes in double precision, in both.
    fileprivate init(_ plan: GridPlan, _ planes: consuming Gridder<Double>) async throws {
        let sums = planes.sums
        let (dirty, psf) = try await planes.images()
        self.init(
            plan, dirty.map { Float($0) }, psf?.map { Float($0) }, sums,
            doubles: DoubleImages(dirty: dirty, psf: psf))
    }

    /// The images of a plan, with the restoring beam of the point spread function.
    fileprivate init(
        _ plan: GridPlan, _ dirty: [Float], _ psf: [Float]?, _ sums: GridSums, doubles: DoubleImages?
    ) {
        let geometry = plan.settings.geometry
        let beam = psf.map { psf in
            Result { () throws(ImagingError) in try RestoringBeam(fitting: psf, geometry) }
        }
        var problem: ImagingError?
        if case .failure(let error) = beam { problem = error }
        self.init(
            geometry: geometry, dirty: dirty, psf: psf, beam: try? beam?.get(), beamProblem: problem,
            sums: sums, doubles: doubles)
    }
}
