import Astrometry
import Formats
import Foundation
import Logging
import Parameters
import Pipeline
import Rings
import Synchronization
import Visibilities

/// Reads an observation from a file, scan by scan, sub-band by sub-band.
public struct Read: Source {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter("Observation (MVF v3)") var input: InputPath
        @Parameter("Targets, by name or tag; default: all tagged `target`, else all", also: ["field"])
        var target: [String] = []
        @Parameter(
            "Channels that travel together; default: what keeps a window below 128 MiB", range: 1...1_000_000)
        var subband: Int?
        @Parameter("Dumps that travel together, counted from a scan's start", range: 1...100_000) var window =
            64
        @Parameter("Earth orientation (IERS finals2000A); default: a shipped table") var eop:
            ParameterFilePath?

        /// The defaults; `input` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "read"
    /// One line for `sluice stages`.
    public static let summary = "reads an observation: MeerKAT HDF5 (MVF v3)"

    private let settings: Settings
    private var selection: SelectionRules?
    private var opened: Opened?

    /// What `prepare` leaves for `run`.
    private struct Opened: Sendable {
        let view: MVF3View
        let cut: ObservationCut
        let context: StageContext
        let bytes: Int
    }

    /// Takes the settings; the file is opened by `prepare`.
    public init(_ settings: Settings) throws {
        self.settings = settings
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let opened else { return Needs() }
        // One window on its way downstream while the next is being read.
        return Needs(
            makes: 2 * opened.cut.tiles.count,
            workBytes: MVF3Reader.workByteCount(opened.view, threads: opened.context.threads))
    }

    /// Takes in a selection that stands next to it: what is not kept is never read.
    public mutating func absorb(_ next: any Stage) -> Bool {
        guard let select = next as? Select, selection == nil else { return false }
        selection = select.rules
        return true
    }

    /// Opens the file, selects, computes uvw and cuts the stream.
    public mutating func prepare(_ context: StageContext) throws -> ObservationCut {
        let path = settings.input.path
        context.outputs.protect(input: path)
        let file = try MVF3File(path: path)
        for warning in file.warnings { context.logger.warning("\(warning)") }
        let orientation = try settings.eop.map { try EarthOrientation(contentsOf: $0.path) } ?? .shipped()
        let view = try selected(file, orientation)
        warnOutside(orientation, view.observation, context)
        let demand = try context.demand(on: view.observation)
        let cutter = Cutter(
            window: settings.window, subband: settings.subband, chunk: file.channelsPerChunk, demand: demand,
            tileBytes: context.tileBytes)
        let cut = cutter.cut(view.observation)
        let bytes = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        context.record.addInput(InputRecord(name: URL(filePath: path).lastPathComponent, bytes: bytes))
        let scans = view.observation.schedule
        context.note(
            "\(scans.count) scans of \(scans.reduce(0) { $0 + $1.times.count }) dumps on "
                + view.observation.fields.map(\.name).joined(separator: ", "))
        opened = Opened(view: view, cut: cut, context: context, bytes: bytes)
        return cut
    }

    /// Reads window by window, one ahead of what is sent.
    public func run(into output: Outlet<VisibilityBlock>) async throws {
        guard let opened else { preconditionFailure("read runs only after it was prepared") }
        let reader = try MVF3Reader(opened.view, cut: opened.cut, threads: opened.context.threads)
        // Reading ahead blocks a thread of its own, so that sending goes on meanwhile.
        let disk = BlockingExecutor("read ahead")
        let places = WindowPlace.all(of: opened.cut)
        let shelf = Shelf()
        try await withThrowingTaskGroup(of: Void.self) { group in
            func readAhead(_ number: Int) {
                guard number < places.count else { return }
                let place = places[number]
                group.addTask(executorPreference: disk) {
                    shelf.put(
                        try await reader.blocks(
                            scheduleIndex: place.scheduleIndex, subband: place.subband, window: place.window,
                            from: output.pool))
                }
            }
            readAhead(0)
            var number = 0
            while try await group.next() != nil {
                var blocks = shelf.take()
                number += 1
                readAhead(number)
                // Taken out one by one: a block that the array still held would be copied when it is changed.
                blocks.reverse()
                while let block = blocks.popLast() { try await output.send(consume block) }
            }
        }
        let name = URL(filePath: settings.input.path).lastPathComponent
        let checksum = String(format: "%016llx", reader.checksum)
        let sha256 = opened.context.digestInputs ? try Digest.file(settings.input.path) : nil
        opened.context.record.addInput(
            InputRecord(name: name, bytes: opened.bytes, checksum: checksum, sha256: sha256))
    }

    /// Hands a window's blocks from the task that read them to the one that sends them. As the task's result they would
    /// have a second holder for as long as the ended task lives on.
    private final class Shelf: Sendable {
        private let blocks = Mutex<[VisibilityBlock]>([])

        func put(_ read: [VisibilityBlock]) { blocks.withLock { $0 = read } }

        func take() -> [VisibilityBlock] {
            blocks.withLock { blocks in
                defer { blocks = [] }
                return blocks
            }
        }
    }

    /// The selected part of the file, with uvw.
    private func selected(_ file: MVF3File, _ orientation: EarthOrientation) throws -> MVF3View {
        var wanted = MVFSelection()
        wanted.targets = settings.target
        try selection?.narrow(&wanted, in: file)
        var view = try file.select(wanted)
        view.observation.computeUVW(orientation)
        view.observation.origin = settings.input.path
        if let selection, let kept = try selection.baselines(inRangeOf: view.observation) {
            wanted.baselines = kept
            view = try file.select(wanted)
            view.observation.computeUVW(orientation)
            view.observation.origin = settings.input.path
        }
        return view
    }

    private func warnOutside(
        _ orientation: EarthOrientation, _ observation: Observation, _ context: StageContext
    ) {
        let times = observation.schedule.flatMap(\.times)
        guard let first = times.min(), let last = times.max() else { return }
        if !orientation.covers(first) || !orientation.covers(last) {
            context.logger.warning(
                "the Earth orientation table does not cover the observation; UT1 = UTC is assumed")
        }
    }
}
