/// The pipeline of a benchmark's rounds, and what of it is measured.
struct BenchmarkSubject: Sendable {
    /// A pipeline that has not run.
    let pipeline: @Sendable () throws -> Pipeline
    /// The stage that is measured alone; nil measures all.
    let stage: String?
    /// The file that this stage reads.
    let input: String?
}
