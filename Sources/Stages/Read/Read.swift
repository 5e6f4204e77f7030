import Astrometry
import Formats
import Foundation
import Logging
import Parameters
import Pipeline
import Rings
import Visibilities

/// Reads an observation from one or several files, scan by scan, sub-band by sub-band.
public struct Read: Source {
    /// What can be set.
    public struct Settings: ParameterSet {
        @Parameter(
            "Observation: files, or a quoted pattern with * and ?; several are joined by what they hold")
        var input: [InputPath]
        @Parameter("Targets, by name or tag; default: all tagged `target`, else all", also: ["field"])
        var target: [String] = []
        @Parameter(
            "Channels that travel together; default: what keeps a window below 128 MiB", range: 1...1_000_000)
        var subband: Int?
        @Parameter("Dumps that travel together, counted from a scan's start", range: 1...100_000) var window =
            64
        @Parameter("Earth orientation (IERS finals2000A); default: a shipped table") var eop:
            ParameterFilePath?
        @Parameter(
            "Where to phase to: a direction, or zenith (of each scan at its middle); default: as the data are",
            also: ["phase-center"])
        var phaseCentre: PhaseCentre?

        /// The defaults; `input` must be set.
        public init() {}
    }

    /// The name in pipeline files.
    public static let name = "read"
    /// One line for `sluice stages`.
    public static let summary =
        "reads an observation: \(ObservationFormats.all.map { $0.formatName }.joined(separator: ", "))"

    private let settings: Settings
    private var selection: SelectionRules?
    private var opened: Opened?

    /// What `prepare` leaves for `run`.
    private struct Opened: Sendable {
        let view: ObservationView
        /// The stream as it is read.
        let cut: ObservationCut
        /// How it is phased then, if it is.
        let shift: PhaseShift?
        let context: StageContext
        let inputs: [InputRecord]
        let workBytes: Int

        /// Blocks of a window that are still to be sent when reading of the next one begins: enough for others to work on
        /// meanwhile, and few enough that one and a half windows are in memory instead of two.
        var blocksLeft: Int { cut.tiles.count / 2 }
    }

    /// Takes the settings; files are opened by `prepare`.
    public init(_ settings: Settings) throws {
        self.settings = settings
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        guard let opened else { return Needs() }
        // What is left of one window while the next is being read.
        return Needs(
            makes: opened.cut.tiles.count + opened.blocksLeft,
            workBytes: opened.workBytes)
    }

    /// Takes in a selection that stands next to it: what is not kept is never read.
    public mutating func absorb(_ next: any Stage) -> Bool {
        guard let select = next as? Select, selection == nil else { return false }
        selection = select.rules
        return true
    }

    /// Opens the files, selects, computes uvw and cuts the stream.
    public mutating func prepare(_ context: StageContext) throws -> ObservationCut {
        let paths = try InputPattern.files(settings.input.map(\.path))
        try context.inspect(paths)
        let observation = try JoinedObservation(opening: paths, memory: context.memory)
        for warning in observation.warnings { context.logger.warning("\(warning)") }
        let (view, streamed) = try selected(observation, context)
        let demand = try context.demand(on: streamed)
        let cutter = Cutter(
            window: settings.window, subband: settings.subband, chunk: view.channelsPerChunk, demand: demand,
            tileBytes: context.tileBytes)
        let cut = cutter.cut(streamed)
        let inputs = try context.recordInputs(paths, digested: false)
        let scans = streamed.schedule
        context.note(
            "\(scans.count) \(scans.count == 1 ? "scan" : "scans") of "
                + "\(scans.reduce(0) { $0 + $1.times.count }) dumps on "
                + streamed.fields.map(\.name).joined(separator: ", ")
                + (paths.count > 1 ? ", from \(paths.count) files" : ""))
        var stored = cut
        stored.observation = view.observation
        let shift = settings.phaseCentre.map { _ in PhaseShift(of: view.observation, to: cut) }
        opened = Opened(
            view: view, cut: stored, shift: shift, context: context, inputs: inputs,
            workBytes: try view.workByteCount(threads: context.threads))
        return cut
    }

    /// Reads window by window, the next one when half of one is taken.
    public func run(into output: Outlet<VisibilityBlock>) async throws {
        guard let opened else { preconditionFailure("read runs only after it was prepared") }
        let reader = try ObservationReader(opened.view, cut: opened.cut, threads: opened.context.threads)
        // Reading ahead blocks a thread of its own, so that sending goes on meanwhile.
        let disk = BlockingExecutor("read ahead")
        let places = opened.cut.windowPlaces
        let shelf = Shelf()
        try await withThrowingTaskGroup(of: Void.self) { group in
            func readAhead(_ number: Int) {
                guard number < places.count else { return }
                let place = places[number]
                group.addTask(executorPreference: disk) {
                    var blocks = try await reader.blocks(
                        scheduleIndex: place.scheduleIndex, subband: place.subband, window: place.window,
                        from: output.pool, halo: output.companions)
                    if let shift = opened.shift {
                        blocks = try await shift.apply(to: consume blocks, threads: opened.context.threads)
                    }
                    shelf.put(consume blocks)
                }
            }
            readAhead(0)
            var number = 0
            while try await group.next() != nil {
                var blocks = shelf.take()
                number += 1
                // Taken out one by one: a block that the array still held would be copied when it is changed.
                blocks.reverse()
                while blocks.count > opened.blocksLeft, let block = blocks.popLast() {
                    try await output.send(consume block)
                }
                readAhead(number)
                while let block = blocks.popLast() { try await output.send(consume block) }
            }
        }
        try Self.record(reader.checksums, of: opened)
    }

    /// Adds the files' checksums to the record.
    private static func record(_ checksums: [UInt64], of opened: Opened) throws {
        for (index, input) in opened.inputs.enumerated() {
            let path = opened.view.source.files[index].path
            opened.context.record.addInput(
                InputRecord(
                    name: input.name, bytes: input.bytes,
                    checksum: String(format: "%016llx", checksums[index]),
                    sha256: opened.context.digestInputs ? try Digest.file(path) : nil))
        }
    }

    /// The selected part of the observation, with uvw, and how it is streamed: phased, if that was asked for.
    private func selected(
        _ source: JoinedObservation, _ context: StageContext
    ) throws -> (view: ObservationView, streamed: Observation) {
        let orientation = try settings.eop.map { try EarthOrientation(contentsOf: $0.path) } ?? .shipped()
        var wanted = ReadSelection()
        wanted.targets = settings.target
        try selection?.narrow(&wanted, of: source.contents)
        func select() throws -> (view: ObservationView, streamed: Observation) {
            var view = try source.select(wanted)
            view.observation.completeUVW(orientation)
            let streamed = try settings.phaseCentre.map {
                try view.observation.phased(to: $0, orientation)
            }
            return (view, streamed ?? view.observation)
        }
        var result = try select()
        if let kept = try selection?.baselines(inRangeOf: result.streamed) {
            wanted.baselines = kept
            result = try select()
        }
        if source.contents.antennaUVW == nil || settings.phaseCentre != nil {
            warnOutside(orientation, result.streamed, context)
        }
        return result
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
