import Parameters
import Pipeline
import Rings
import Synchronization
import Visibilities

struct NoParameters: ParameterSet {}

/// A block type of our own, as another package would bring it.
struct Integers: Streamable {
    struct Header: ScheduledHeader {
        var blocks: Int?
        var schedule: StreamSchedule? { blocks.map { StreamSchedule(blocks: $0, samples: $0) } }
        var blockOrder: BlockOrder? { nil }
        var blockText: String? { "one integer" }
    }

    var value: Int
    var byteCount: Int { 8 }
    var sampleCount: Int { 1 }
    static func slabByteCount(_ header: Header) -> Int { 8 }
}

/// Where a stage of a test goes wrong.
enum Fault: Error, CustomStringConvertible {
    case here(String)
    var description: String { if case .here(let place) = self { "broken: \(place): mend it" } else { "" } }
}

enum Breakage: String, Sendable, CaseIterable {
    case prepare, start, middle, end
    func strike(_ phase: Breakage, _ place: String) throws { if self == phase { throw Fault.here(place) } }
}

struct Counting: Source {
    static let name = "count"
    static let summary = "counts from 0"
    var blocks = 10
    var promised: Int? = 10
    var breaks: Breakage?
    var needs = Needs()
    var forever = false

    init(_ settings: NoParameters = NoParameters()) {}
    init(_ blocks: Int, promised: Int? = nil, breaks: Breakage? = nil, blocking: Bool = false) {
        self.blocks = blocks
        self.promised = promised ?? blocks
        self.breaks = breaks
        needs.blocking = blocking
    }

    static var endless: Counting {
        var stage = Counting(.max)
        stage.promised = nil
        return stage
    }

    mutating func prepare(_ context: StageContext) throws -> Integers.Header {
        try breaks?.strike(.prepare, "source")
        context.record.addInput(InputRecord(name: "integers", bytes: 80, checksum: "abc"))
        return Integers.Header(blocks: promised)
    }

    func run(into output: Outlet<Integers>) async throws {
        try breaks?.strike(.start, "source")
        for value in 0..<blocks {
            if value == blocks / 2 { try breaks?.strike(.middle, "source") }
            try await output.send(Integers(value: value))
        }
        try breaks?.strike(.end, "source")
    }
}

struct Doubling: Transform {
    static let name = "double"
    static let summary = "doubles"
    static let inPlace = false
    var breaks: Breakage?
    var needs = Needs()

    init(_ settings: NoParameters = NoParameters()) {}
    init(breaks: Breakage?) { self.breaks = breaks }

    mutating func prepare(_ header: Integers.Header, _ context: StageContext) throws -> Integers.Header {
        try breaks?.strike(.prepare, "transform")
        context.note("doubles \(header.blocks ?? -1) blocks")
        return header
    }

    func run(_ input: Reader<Integers>, into output: Outlet<Integers>) async throws {
        try breaks?.strike(.start, "transform")
        var count = 0
        for try await block in input {
            count += 1
            if count == 5 { try breaks?.strike(.middle, "transform") }
            try await output.send(Integers(value: 2 * block.value))
        }
        try breaks?.strike(.end, "transform")
    }
}

/// What sinks of a test have seen.
final class Seen: Sendable {
    private let list = Mutex<[Int]>([])
    func add(_ value: Int) { list.withLock { $0.append(value) } }
    var values: [Int] { list.withLock { $0 } }
}

struct Collecting: Sink {
    static let name = "collect"
    static let summary = "keeps what it sees"
    var seen = Seen()
    var breaks: Breakage?
    var most = Int.max
    var needs = Needs()

    init(_ settings: NoParameters = NoParameters()) {}
    init(_ seen: Seen, breaks: Breakage? = nil, most: Int = .max, declared: Bool = true) {
        self.seen = seen
        self.breaks = breaks
        self.most = most
        needs.mayLeaveEarly = most < .max && declared
    }

    mutating func prepare(_ header: Integers.Header, _ context: StageContext) throws {
        try breaks?.strike(.prepare, "sink")
    }

    func run(_ input: Reader<Integers>) async throws {
        try breaks?.strike(.start, "sink")
        var count = 0
        for try await block in input {
            seen.add(block.value)
            count += 1
            if count == 5 { try breaks?.strike(.middle, "sink") }
            if count == most { return }
        }
        try breaks?.strike(.end, "sink")
    }
}
