/// How much memory a run takes at most, and where.
public struct MemoryPlan: Sendable, Hashable, Codable {
    /// The process before any block: code, libraries, thread stacks (measured: 22-36 MiB for `sluice check`).
    public static let processBytes = 40 << 20

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
            uniqueKeysWithValues: layout.segments.map {
                ($0.maker, saturatingProduct($0.slabs, $0.slabByteCount))
            })
        let sinks = stages.filter { $0.kind == .sink }
        // A branch that is behind still has blocks in its link and its hands while another is in its final phase.
        let left =
            sinks.count < 2
            ? []
            : sinks.map { sink in
                saturatingProduct(
                    saturatingSum(linkCapacity + 2, sink.needs.holds), sink.input?.slabByteCount ?? 0)
            }
        blockBytes = total(Array(pools.values))
        workBytes = total(stages.map(\.needs.workBytes))
        streamingBytes = total([Self.processBytes, blockBytes, workBytes])
        let final = total(stages.map { $0.needs.finalBytes })
        let finals = sinks.map { max($0.needs.finalBytes, $0.needs.workBytes) }
        finalBytes = final == 0 ? Self.processBytes : total([Self.processBytes] + finals + left)
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
            mend: "\(lower), or raise --memory")
    }
}

/// a + b, at most the largest integer.
func saturatingSum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
}

/// a * b of two counts, at most the largest integer.
func saturatingProduct(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
}

/// A size for people: `2.5 GiB`, with at most one decimal.
public func byteText(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024 && unit < units.count - 1 {
        value /= 1024
        unit += 1
    }
    return "\(decimalText(value)) \(units[unit])"
}

/// A number with one decimal unless that is 0.
func decimalText(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let tenths = (value * 10).rounded()
    guard abs(tenths) < 1e15 else { return "\(value)" }
    let whole = Int(tenths)
    return whole % 10 == 0 ? "\(whole / 10)" : "\(whole / 10).\(abs(whole) % 10)"
}
