import Rings
import Visibilities

/// A header that knows how much its stream will carry, so that a run can be held against it.
public protocol ScheduledHeader: Sendable {
    /// Blocks and samples of the whole stream; nil when they are not known before it ends (live).
    var schedule: StreamSchedule? { get }
    /// In which order the blocks come; nil when that means nothing for this stream.
    var blockOrder: BlockOrder? { get }
    /// The largest block in words, for the plan.
    var blockText: String? { get }
}

/// How much a stream carries.
public struct StreamSchedule: Sendable, Hashable, Codable {
    /// Blocks of the whole stream.
    public var blocks: Int
    /// Samples of the whole stream.
    public var samples: Int

    /// A schedule.
    public init(blocks: Int, samples: Int) {
        self.blocks = blocks
        self.samples = samples
    }
}

extension ObservationCut: ScheduledHeader {
    /// Blocks and samples of the scheduled scans; nil for a live stream.
    public var schedule: StreamSchedule? {
        observation.schedule.isEmpty ? nil : StreamSchedule(blocks: blockCount, samples: sampleCount)
    }
    /// The order of the cut.
    public var blockOrder: BlockOrder? { order }
    /// The axes of the largest tile.
    public var blockText: String? {
        let shape = largestShape
        return
            "\(shape.baselines) baselines x \(shape.polarisations) pol x \(shape.times) times x \(shape.channels) "
            + "channels"
    }
}

/// A stream before it flows, with the type of its blocks set aside so that stages of any type can be joined.
struct StreamHead: Sendable {
    let element: any Streamable.Type
    let header: any Sendable
    let slabByteCount: Int
    /// Slabs that each block may bring along, and their bytes.
    let companions: Int
    let companionByteCount: Int
    let makeLink: @Sendable (_ name: String, _ capacity: Int) -> any AnyLink

    init<Element: Streamable>(_ element: Element.Type, _ header: Element.Header) {
        self.element = element
        self.header = header
        slabByteCount = Element.slabByteCount(header)
        companions = Element.companions
        companionByteCount = Element.companionByteCount(header)
        makeLink = { Link<Element>($0, capacity: $1) }
    }

    private var scheduled: (any ScheduledHeader)? { header as? any ScheduledHeader }
    var schedule: StreamSchedule? { scheduled?.schedule }
    var order: BlockOrder? { scheduled?.blockOrder }
    var blockText: String { scheduled?.blockText ?? String(describing: element) }

    /// The header for a reader of a certain type of blocks.
    ///
    /// - Throws: `PipelineError` naming both stages when the writer makes another type.
    func header<Element: Streamable>(
        for element: Element.Type, reader: String, writer: String
    ) throws -> Element.Header {
        guard self.element == element, let header = header as? Element.Header else {
            throw PipelineError(
                "\(writer) makes \(self.element), \(reader) reads \(element)",
                at: "link \(writer) > \(reader)",
                mend: "put a stage that converts between them, or let \(reader) read another stage with from")
        }
        return header
    }
}

/// A link of any type of blocks.
protocol AnyLink: Sendable {
    var counters: LinkCounters { get }
}

extension Link: AnyLink {}
