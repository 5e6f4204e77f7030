/// The four kinds of stages.
public enum StageKind: String, Sendable, Codable {
    /// Makes a stream.
    case source
    /// Reads a stream and writes one.
    case transform
    /// Changes each block by itself.
    case pointwise
    /// Ends a stream in a result.
    case sink

    init?(_ stage: any Stage) {
        switch stage {
        case is any Source: self = .source
        case is any Transform: self = .transform
        case is any Pointwise: self = .pointwise
        case is any Sink: self = .sink
        default: return nil
        }
    }
}
