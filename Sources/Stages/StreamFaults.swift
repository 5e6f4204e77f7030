import Parameters
import Pipeline
import Visibilities

extension PipelineError {
    /// A block of a field that the header of its stream does not know of.
    static func unscheduled(_ context: BlockContext) -> PipelineError {
        PipelineError(
            "a block of field \(context.field), on which nothing is scheduled", at: "scan \(context.scan)",
            mend: "mend what makes the stream, whose header says otherwise", fault: .data)
    }
}
