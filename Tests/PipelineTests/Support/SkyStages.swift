import Foundation
import Parameters
import Pipeline
import Rings
import Synchronization
import Visibilities

/// A small observation: 4 antennas, 2 products, 8 channels, two scans of 6 and 5 dumps.
func smallObservation() -> Observation {
    let antennas = (0..<4).map {
        Antenna(name: "m00\($0)", position: SIMD3(Double($0) * 100, 0, 0), diameter: 13.5)
    }
    let baselines = (0..<4).flatMap { a in (a..<4).map { Baseline(a, $0) } }
    let window = SpectralWindow(
        name: "l", frequencies: (0..<8).map { 1.0e9 + 1e6 * Double($0) },
        widths: Array(repeating: 1e6, count: 8))
    let scans = [6, 5].enumerated().map { number, dumps in
        ScheduledScan(
            number: number, field: 0, intent: "track",
            times: (0..<dumps).map { 4.7e9 + 8 * Double($0) + 1000 * Double(number) },
            intervals: Array(repeating: 8, count: dumps),
            antennaUVW: Array(repeating: UVW(0, 0, 0), count: 4 * dumps))
    }
    return Observation(
        telescope: "test", antennas: antennas, baselines: baselines, spectralWindows: [window],
        polarisations: [.xx, .yy],
        fields: [Field(name: "sky", phaseCentre: Direction(rightAscension: 0, declination: 0))],
        schedule: scans, integrationTime: 8)
}

/// A mix of the bits of a number (splitmix64), the seeded generator of these tests.
func mixed(_ number: Int) -> UInt64 {
    var z = UInt64(bitPattern: Int64(number)) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// Makes the visibilities of a small observation, each a function of its place.
struct Sky: Source {
    static let name = "sky"
    static let summary = "makes a sky"
    var order = BlockOrder.subbandFirst
    var skips: Int?
    var halo = 0
    var needs = Needs(memoryParameter: "window")
    var demanded: @Sendable (CutDemand) -> Void = { _ in }

    init(_ settings: NoParameters = NoParameters()) {}

    mutating func prepare(_ context: StageContext) throws -> ObservationCut {
        let observation = smallObservation()
        demanded(try context.demand(on: observation))
        cut = ObservationCut(
            observation, order: order, dumpsPerWindow: 4,
            subbands: [
                Subband(spectralWindow: 0, channels: 0..<4), Subband(spectralWindow: 0, channels: 4..<8),
            ],
            baselinesPerTile: 3)
        cut.halo = halo
        return cut
    }

    private(set) var cut = ObservationCut(
        smallObservation(), order: .subbandFirst, dumpsPerWindow: 4, subbands: [], baselinesPerTile: 3)

    func run(into output: Outlet<VisibilityBlock>) async throws {
        var number = 0
        for (index, scan) in cut.observation.schedule.enumerated() {
            for subband in cut.subbands.indices {
                for window in cut.windows(dumps: scan.times.count).indices {
                    let context = BlockContext(cut, scheduleIndex: index, subband: subband, window: window)
                    for tile in cut.tiles {
                        defer { number += 1 }
                        if number == skips { continue }
                        var block = try VisibilityBlock(
                            BlockShape(
                                baselines: tile.count, polarisations: 2, times: context.times.count,
                                channels: context.frequencies.count),
                            context: context, firstBaseline: tile.lowerBound, from: output.pool)
                        fill(&block, number)
                        try block.attachHalo(of: cut, from: output.companions) { fill(&$0, 7) }
                        try await output.send(consume block)
                    }
                }
            }
        }
    }

    private func fill(_ block: inout VisibilityBlock, _ number: Int) {
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            for i in 0..<visibilities.count {
                let bits = mixed(number * 10_000 + i)
                visibilities[i] = Complex64(Float(bits >> 40) / 1e6, Float(bits & 0xFFFF) / 1e3)
                weights[i] = 1
                flags[i] = bits % 7 == 0 ? 8 : 0
            }
            for row in 0..<uvw.count {
                uvw[row] = UVW(Double(row), 0, 0)
                centroids[row] = Double(row)
            }
        }
    }
}

/// Multiplies the weights: floats whose order of products shows in their last bit.
struct Weighing: Pointwise {
    static let name = "weigh"
    static let summary = "scales weights"
    var factor: Float = 1.1
    var breaksAt: Int?
    var needs = Needs()
    var times = 1

    init(_ settings: NoParameters = NoParameters()) {}
    init(_ factor: Float, breaksAt: Int? = nil, blocking: Bool = false, demands times: Int = 1) {
        self.factor = factor
        self.breaksAt = breaksAt
        self.times = times
        needs.blocking = blocking
    }

    func demand(on observation: Observation) throws -> CutDemand { CutDemand(times: times) }
    private var context: StageContext?

    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> ObservationCut {
        self.context = context
        return header
    }

    func apply(to block: inout VisibilityBlock) throws {
        if let breaksAt, block.context.window == breaksAt { throw Fault.here("pointwise") }
        let factor = factor
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            for i in 0..<weights.count {
                weights[i] = weights[i] * factor + visibilities[i].real
                if i % 5 == 0 { flags[i] |= 128 }
            }
        }
        context?.tally.add("every fifth", flagged: (block.sampleCount + 4) / 5)
    }
}

/// Digests the bits of all blocks into its result.
struct Digesting: Sink {
    static let name = "digest"
    static let summary = "writes a digest"
    let path: String
    var breaks: Breakage?
    var changes = false
    var needs = Needs()
    var accepts: [BlockOrder] = [.subbandFirst, .timeFirst]

    init(_ settings: NoParameters = NoParameters()) { path = "" }
    init(_ path: String, breaks: Breakage? = nil, changes: Bool = false, needs: Needs = Needs()) {
        self.path = path
        self.breaks = breaks
        self.changes = changes
        self.needs = needs
    }

    private var output: PendingOutput?
    private var context: StageContext?

    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        try breaks?.strike(.prepare, "sink")
        output = try context.outputs.claim(path, suggesting: "use another prefix")
        self.context = context
    }

    func run(_ input: Reader<VisibilityBlock>) async throws {
        try breaks?.strike(.start, "sink")
        guard let output, let context else { return }
        let digest = Digest()
        for try await var block in input {
            if changes { block.withMutableArrays { _, weights, _, _, _ in weights[0] = 17 } }
            let (weights, flags) = (block.weights, block.flags)
            weights.withUnsafeBytes { digest.add($0) }
            flags.withUnsafeBytes { digest.add($0) }
            try breaks?.strike(.middle, "sink")
        }
        let text = ([digest.finish() ?? ""] + context.record.history()).joined(separator: "\n")
        try text.write(toFile: output.temporaryPath, atomically: false, encoding: .utf8)
        try breaks?.strike(.end, "sink")
    }
}

/// Keeps the last block for ever.
struct Keeping: Sink {
    static let name = "keep"
    static let summary = "keeps a block"
    private final class Shelf: Sendable {
        let block = Mutex<VisibilityBlock?>(nil)
    }
    private let shelf = Shelf()

    init(_ settings: NoParameters = NoParameters()) {}
    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {}
    func run(_ input: Reader<VisibilityBlock>) async throws {
        for try await block in input { shelf.block.withLock { $0 = block } }
    }
}
