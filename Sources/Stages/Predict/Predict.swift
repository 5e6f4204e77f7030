import Formats
import Imaging
import Logging
import Parameters
import Pipeline
import Rings
import Simulation
import Visibilities

/// Predicts the visibilities of a model of the sky, Stokes I, into the stream.
///
/// Components are summed directly. Images are degridded: one, pixel by pixel of the same brightness at all frequencies, or
/// several, each for the channels of its band. Autocorrelations stay as they are. Products other than the parallel hands and Stokes I hold nothing of an unpolarised sky.
public struct Predict: Transform {
    /// What becomes of the visibilities.
    public enum Mode: String, Sendable, ParameterChoice {
        /// The model takes their place.
        case replace
        /// The model is added to them.
        case add
        /// The model is taken off them.
        case subtract
    }

    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter(
            "Model of the sky: a FITS image or cube in Jy/pixel, or the prefix of some (PREFIX-0000-model.fits, ..., each for its channels); a list of components as WSClean writes it, or of sources (ra dec flux [alpha [frequency]]); or standard, the sky of simulate"
        ) var model: ParameterFilePath
        @Parameter("What becomes of the visibilities") var mode = Mode.replace
        @Parameter("Relative error that the prediction of an image may make", range: 1e-10...1e-2)
        var epsilon = 1e-4
        @Parameter("Of what numbers its grid is: single, double (for an epsilon below 1e-5)")
        var precision = Precision.single

        /// The defaults; `model` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "predict"
    /// One line for `sluice stages`.
    public static let summary = "adds, subtracts or puts in the visibilities of a model image or source list"
    /// The sky that is simulated.
    public static let typical = ["model=standard", "mode=add"]
    /// Blocks are changed and passed on.
    public static let inPlace = true

    private let settings: Settings
    private let model: SkyModel
    private var prepared: (plans: [Int: FieldPrediction], cut: ObservationCut, context: StageContext)?

    /// Reads the model.
    public init(_ settings: Settings) throws {
        self.settings = settings
        try settings.$epsilon.check(within: settings.precision)
        model = try SkyModel(file: settings.model.path)
    }

    /// Memory, known once it is prepared: planes of an image, and what a block becomes on its way.
    public var needs: Needs {
        guard let prepared else { return Needs() }
        let shape = prepared.cut.largestShape
        return Needs(
            workBytes: prepared.plans.values.reduce(0) { $0 + $1.byteCount + $1.keptBytes(shape) }
                + (prepared.plans.values.map { $0.passingBytes(shape) }.max() ?? 0))
    }

    /// Plans the prediction of each field.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        let observation = header.observation
        try observation.requirePhased("predicted into")
        try checkUnit(of: observation, context)
        // Which images it was decides the bits of results; a single file is recorded as every parameter's is.
        let files = model.files.filter { $0 != settings.model.path }
        try context.recordInputs(files, digested: true)
        for remark in model.remarks { context.logger.warning("\(remark)") }
        if let idle = settings.idle(model) { context.logger.warning("\(idle)") }
        var plans: [Int: FieldPrediction] = [:]
        for field in Set(observation.schedule.map(\.field)).sorted() {
            let taken = plans.values.reduce(0) { $0 + $1.byteCount }
            let plan = try FieldPrediction(
                model, header, field: field, epsilon: settings.epsilon, precision: settings.precision,
                memory: context.memory - taken)
            context.note("\(observation.fields[field].name): \(plan.summary)")
            if let remark = plan.remark { context.logger.warning("\(remark)") }
            if plan.beyond > 0 {
                context.logger.warning(
                    "\(plan.beyond) channels lie beyond the bands of the model's images: predicted from the nearest; give images of them, or select"
                )
            }
            plans[field] = plan
        }
        prepared = (plans, header, context)
        var passed = header
        if settings.mode == .replace {
            passed.observation.visibilityUnit = model.isInCounts ? "uncalib" : "Jy"
        }
        passed.halo = 0
        return passed
    }

    /// Compares the model's unit with that of the visibilities that it is added to or taken off.
    private func checkUnit(of observation: Observation, _ context: StageContext) throws {
        guard settings.mode != .replace, model.isInCounts == (observation.visibilityUnit == "Jy") else {
            return
        }
        guard !model.isInCounts else {
            throw ImageError(
                .usage, "the model is in counts, the visibilities are in Jy", path: settings.model.path,
                remedy: "give a model of the calibrated data")
        }
        context.logger.warning("the model is in Jy, the visibilities are uncalibrated")
    }

    /// Predicts into one block after the other.
    public func run(_ input: Reader<VisibilityBlock>, into output: Outlet<VisibilityBlock>) async throws {
        guard let (plans, cut, context) = prepared else {
            preconditionFailure("predict runs only after it was prepared")
        }
        var fields: [Int: FieldPredictor] = [:]
        for try await block in input {
            var block = consume block
            block.dropHalo()
            let field = block.context.field
            guard let plan = plans[field] else { throw PipelineError.unscheduled(block.context) }
            if fields[field] == nil { fields[field] = try await FieldPredictor(plan) }
            let flagged = try await fields[field]?.predict(
                into: &block, settings.mode, cut.observation, width: context.threads)
            if let flagged, flagged > 0 { context.tally.add("beyond the model's grid", flagged: flagged) }
            try await output.send(consume block)
        }
    }
}

extension Predict.Settings {
    /// What was given and changes nothing.
    fileprivate func idle(_ model: SkyModel) -> String? {
        if case .images = model { return nil }
        let given = [("epsilon", !$epsilon.isDefault), ("precision", !$precision.isDefault)]
        let names = given.filter(\.1).map(\.0).joined(separator: ", ")
        return names.isEmpty ? nil : "\(names): without effect on components, which are summed directly"
    }
}
