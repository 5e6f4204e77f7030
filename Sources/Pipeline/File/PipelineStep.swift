import Parameters

/// A stage as written; its texts may hold references.
struct PipelineStep: Sendable {
    var entry: StageEntry
    /// The name written in `from`, nil without.
    var from: RawText?
    /// The name that KEY=VALUE addresses, shared by repeated stages without `as`.
    var address: String
}
