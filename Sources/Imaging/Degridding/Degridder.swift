/// Predicts the visibilities of a model image: the exact adjoint of the gridder of the same plan.
///
///     let degridder = try await Degridder(plan, model: components)
///     try await degridder.predict(into: &batch, .subtract)
///
/// V = Σ I(l, m) exp(+2πi ν/c (u l + v m + w (n - 1))) over the pixels, without a division by n. All w planes of the model
/// are kept, in those blocks that the plan's coverage touches. Equal models and batches give equal bits for any number
/// of threads (Arras, Reinecke, Westermann & Ensslin 2021, A&A 646, A58; Ye, Gull, Tan & Nikolic 2022, MNRAS 510, 4110).
public struct Degridder: Sendable {
    /// The grid that the model lies on.
    public let plan: GridPlan
    /// The model's planes, in the plan's precision.
    let single: ModelPlanes<Float>?
    let double: ModelPlanes<Double>?

    /// Transforms a model to the planes of a plan.
    ///
    /// - Parameters:
    ///   - plan: the plan of the image, for the coverage to predict.
    ///   - model: Jy per pixel, [row][column] of the plan's geometry.
    /// - Throws: `ImagingError` for a model of another size, or with pixels that are no finite numbers.
    public init(_ plan: GridPlan, model: [Float]) async throws {
        try await self.init(plan, model, single: { model }, double: { model.map { Double($0) } })
    }

    /// Transforms a model in double precision to the planes of a plan, of either precision.
    ///
    /// - Parameters:
    ///   - plan: the plan of the image, for the coverage to predict.
    ///   - model: Jy per pixel, [row][column] of the plan's geometry.
    /// - Throws: `ImagingError` for a model of another size, or with pixels that are no finite numbers.
    public init(_ plan: GridPlan, model: [Double]) async throws {
        try await self.init(plan, model, single: { model.map { Float($0) } }, double: { model })
    }

    private init<Pixel: BinaryFloatingPoint>(
        _ plan: GridPlan, _ model: [Pixel], single: () -> [Float], double: () -> [Double]
    ) async throws {
        let image = plan.settings.geometry
        guard model.count == image.width * image.height else {
            throw ImagingError.shape(
                "a model of \(model.count) pixels for an image of \(image.width) x \(image.height)")
        }
        guard model.allSatisfy({ $0.isFinite }) else {
            throw ImagingError.values("the model has pixels that are no finite numbers: blank them with 0")
        }
        self.plan = plan
        switch plan.settings.precision {
        case .single:
            self.single = try await ModelPlanes(plan, model: single())
            self.double = nil
        case .double:
            self.single = nil
            self.double = try await ModelPlanes(plan, model: double())
        }
    }

    /// Predicts the visibilities of a batch.
    ///
    /// Flagged samples are predicted like all others; weights are not looked at. Samples beyond the uv grid have no
    /// prediction: replaced ones become 0 with weight 0, to others nothing is added. Rows off the plan's coverage are
    /// predicted too, for the price of transforms of the blocks that the plan lacks.
    ///
    /// - Throws: `ImagingError` for arrays that do not fit together; the batch is then as it was.
    @discardableResult public func predict(
        into batch: inout VisibilityBatch, _ how: Prediction
    ) async throws -> PredictionCounts {
        if let single { return try await single.predict(into: &batch, how) }
        return try await double?.predict(into: &batch, how) ?? PredictionCounts()
    }

    /// Whether a plan has the planes that the model lies on, block by block.
    func lies(on other: GridPlan) -> Bool {
        let (own, its) = (plan.scheme, other.scheme)
        return plan.settings.geometry == other.settings.geometry && plan.cells == other.cells
            && plan.settings.precision == other.settings.precision
            && plan.support == other.support && own.oversampling == its.oversampling
            && own.planeStep == its.planeStep && own.centre == its.centre && plan.blocks == other.blocks
    }

    /// Bytes that a degridder of a plan holds: planes, tables and model; the predictions of the last batch, at most 8 bytes a
    /// sample (16 in double precision), come on top.
    public static func bytes(_ plan: GridPlan) -> Int {
        let image = plan.settings.geometry
        return plan.blockCount * plan.blockBytes + plan.blocks.bytes
            + image.width * image.height * plan.settings.precision.numberBytes
    }

    /// Bytes of the predictions that a degridder keeps, of as many samples as its largest batch.
    public static func keptBytes(_ plan: GridPlan, samples: Int) -> Int {
        2 * plan.settings.precision.numberBytes * samples
    }

    /// Bytes that making a degridder of a plan takes besides, among them a model that is given in another precision.
    public static func transformBytes(_ plan: GridPlan) -> Int {
        let image = plan.settings.geometry
        return plan.transformBytes + (plan.settings.precision == .double ? 4 * image.width * image.height : 0)
    }
}
