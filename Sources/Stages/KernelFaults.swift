import Flagging
import Imaging
import Parameters
import Visibilities

// Kernels know no exit codes: what their errors mean to a run is said here, where they are bound to it.

extension AveragingError: ClassifiedError {
    /// Bins that do not fit are the user's.
    public var fault: Fault { .usage }
}

extension UnphasedError: ClassifiedError {
    /// Where to phase the data is the user's choice.
    public var fault: Fault { .usage }
}

extension SmearingError: ClassifiedError {
    /// A loss or radius out of range is the user's.
    public var fault: Fault { .usage }
}

extension AutoflagError: ClassifiedError {
    /// Settings out of range are the user's.
    public var fault: Fault { .usage }
}

extension WaterfallError: ClassifiedError {
    /// Too few pixels are the user's.
    public var fault: Fault { .usage }
}

extension ImagingError: ClassifiedError {
    /// Settings are the user's; everything else is about the data.
    public var fault: Fault {
        switch self {
        case .setting, .memory: .usage
        default: .data
        }
    }
}
