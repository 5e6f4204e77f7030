import Visibilities

/// How much memory a run takes at most, and where.
public struct MemoryPlan: Sendable, Hashable, Codable {
    /// The process before any block: code, libraries, thread stacks (measured: 28 MiB for `sluice --version`).
    public static let processBytes = 40 << 20

    /// Headers of the streams, bytes: the coordinates of all antennas in all dumps, above all.
    public var headerBytes: Int
    /// Blocks in flight, bytes: slabs of all pools.
    public var blockBytes: Int
    /// Work memory of all stages while blocks stream, bytes.
    public var workBytes: Int
    /// Everything while blocks stream, bytes.
    public var streamingBytes: Int
    /// Everything in the final phase, after the last block, bytes.
    public var finalBytes: Int
    /// The largest of the phases, bytes: phases follow each other, so they are not added.
    public var peakBytes: Int
    /// The stage that takes most in the largest phase.
    public var largestStage: String
    /// What that stage takes, bytes.
    public var largestBytes: Int
    /// The parameter that makes it smaller, as far as the stage names one.
    public var largestParameter: String?

    init(_ stages: [PreparedStage], _ layout: Layout, linkCapacity: Int) {
        func total(_ values: [Int]) -> Int { values.reduce(0, saturatingSum) }
        let pools = Dictionary(
            layout.segments.map { ($0.maker, saturatingProduct($0.slabs, $0.slabByteCount)) },
            uniquingKeysWith: saturatingSum)
        let sinks = stages.filter { $0.kind == .sink }
        // A branch that is behind still has blocks in its link and its hands while another is in its final phase.
        let left =
            sinks.count < 2
            ? []
            : sinks.map { sink in
                saturatingProduct(
                    saturatingSum(linkCapacity + 2, sink.needs.holds), sink.input?.slabByteCount ?? 0)
            }
        headerBytes = Self.headerBytes(stages)
        blockBytes = total(Array(pools.values))
        workBytes = total(stages.map(\.needs.workBytes))
        streamingBytes = total([Self.processBytes, headerBytes, blockBytes, workBytes])
        let final = total(sinks.map(\.needs.finalBytes))
        let finals = stages.map { max($0.needs.finalBytes, $0.kind == .sink ? $0.needs.workBytes : 0) }
        finalBytes = final == 0 ? 0 : total([Self.processBytes, headerBytes] + finals + left)
        peakBytes = max(streamingBytes, finalBytes)

        let streaming = streamingBytes >= finalBytes
        func share(_ stage: PreparedStage) -> Int {
            streaming
                ? saturatingSum(stage.needs.workBytes, pools[stage.index] ?? 0)
                : max(stage.needs.finalBytes, stage.kind == .sink ? stage.needs.workBytes : 0)
        }
        let largest = stages.max { share($0) < share($1) }
        largestStage = largest?.name ?? ""
        largestBytes = largest.map(share) ?? 0
        largestParameter = largest?.needs.memoryParameter
    }

    /// Bytes of the schedules in all headers; stages that pass a schedule on share its memory.
    private static func headerBytes(_ stages: [PreparedStage]) -> Int {
        var seen: Set<UnsafeRawPointer> = []
        var bytes = 0
        for case let cut as ObservationCut in stages.compactMap({ $0.output?.header }) {
            for scan in cut.observation.schedule {
                let start = scan.antennaUVW.withUnsafeBytes { $0.baseAddress }
                guard let start, seen.insert(start).inserted else { continue }
                bytes += 24 * scan.antennaUVW.count + 8 * (scan.times.count + scan.intervals.count)
            }
        }
        return bytes
    }

    /// Refuses a plan above a limit.
    ///
    /// - Throws: `PipelineError` that names the stage and parameter to change.
    func check(against limit: Limit) throws {
        guard peakBytes > limit.value else { return }
        let phase = streamingBytes >= finalBytes ? "while streaming" : "in its final phase"
        let lower =
            largestParameter.map { "lower \(largestStage).\($0)" } ?? "ask less of stage \(largestStage)"
        throw PipelineError(
            "plan needs \(byteText(peakBytes)), above the limit of \(byteText(limit.value)) (\(limit.origin))",
            at: "stage \(largestStage) takes \(byteText(largestBytes)) \(phase)",
            mend: "\(lower), or raise --memory to \(peakBytes >> 20 + 1)MiB")
    }
}
