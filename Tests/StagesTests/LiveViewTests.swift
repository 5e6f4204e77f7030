import Formats
import Foundation
import Imaging
import Synchronization
import TestSupport
import Testing
import Visibilities

@testable import Pipeline
@testable import Stages

/// Views of the images so far, made beside a stream of windows of one dump.
@Suite("Live view", .serialized, .timeLimit(.minutes(2))) struct LiveViewTests {
    private static let source =
        "simulate antennas=6 channels=12 frequency=1.39GHz bandwidth=130MHz plan=t*24 window=1"
    private static let image = "image prefix=DIR/a size=65,64 cell=2arcsec png=no weight=natural"
    /// Samples of a dump.
    private static let dump = 15 * 12

    private struct Fault: Error {}

    /// What happened, in order.
    private final class Log: Sendable {
        enum Event: Equatable {
            case began(samples: Int)
            case ended(samples: Int)
        }
        private let stored = Mutex<[Event]>([])
        var events: [Event] { stored.withLock { $0 } }
        func add(_ event: Event) { stored.withLock { $0.append(event) } }
    }

    /// Waits until it is opened, or the task is cancelled.
    private struct Gate: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation
        init() { (stream, continuation) = AsyncStream.makeStream() }
        func open() { continuation.finish() }
        func pass() async throws {
            for await _ in stream {}
            try Task.checkCancellation()
        }
    }

    /// Simulates, passes on, images with a view that is always due, and reads the images.
    private func run(
        _ more: String, source: String = Self.source,
        passing: @escaping @Sendable (inout VisibilityBlock) throws -> Void,
        view: ViewMaker.Work? = nil
    ) async throws -> (result: RunResult, images: [String: FITSImage]) {
        let (result, files) = try await results([source, Self.image + more]) {
            $0.linkCapacity = 1
        } replacing: { stage in
            guard var image = stage as? Image else { return [stage] }
            if let view { image.makeView = view }
            return [Passing(passing), image]
        }
        return (result, try fitsImages(files))
    }

    /// Gives a view the time to be due.
    private static func wait(_ block: VisibilityBlock) { if block.context.window == 6 { usleep(20_000) } }

    @Test("The results are the same with views and without; without time for a view there is none")
    func bits() async throws {
        let looked = try await run(" live=0.01s", passing: { Self.wait($0) })
        let view = try #require(looked.images["live"], "\(looked.result)")
        #expect(view.header.history.contains { $0.contains("visibilities so far") })
        #expect(view.header.history.contains { $0.contains(/^samples simulate [1-9]/) })
        #expect(view.header.beam != nil && view.pixels.contains { $0 != 0 })
        #expect(looked.images.keys.sorted() == ["dirty", "live", "psf"])
        let plain = try await run("", passing: { _ in })
        for name in ["dirty", "psf"] {
            let isSame = plain.images[name]?.pixels == looked.images[name]?.pixels
            #expect(isSame, "\(name)")
            #expect(plain.images[name]?.header.history == looked.images[name]?.header.history)
        }
        let (with, without) = (looked.result.report.plan?.memory, plain.result.report.plan?.memory)
        let planes = try #require(without?.finalBytes) - MemoryPlan.processBytes
        #expect(try #require(with?.workBytes) - #require(without?.workBytes) > planes / 2)
        let quick = try await run(" live=1000s", passing: { _ in })
        #expect(quick.images.keys.sorted() == ["dirty", "psf"])
    }

    @Test(
        "The stream goes on while a view is made, which shows what had been gridded when it began; one at a time",
        arguments: [("", "dirty"), (" channels-out=3 cube=yes", "MFS-dirty")])
    func beside(parameters: String, name: String) async throws {
        let (gate, log) = (Gate(), Log())
        let seen = Mutex<[[Float]]>([])
        let shown = try await run(parameters + " live=0.01s") { block in
            Self.wait(block)
            // No block would come so far if the stream waited.
            if block.context.window == 20 { gate.open() }
        } view: { view in
            log.add(.began(samples: view.planes.sums.used))
            try await gate.pass()
            let made = try await view.planes.image(view.place.plan.geometry)
            seen.withLock { $0.append(made.pixels[.dirty] ?? []) }
            try view.place.show(made)
            log.add(.ended(samples: made.sums.used))
        }
        #expect(shown.result.error == nil && shown.images["live"] != nil)
        let events = log.events
        guard case .began(let samples) = try #require(events.first) else { return #expect(Bool(false)) }
        for (number, event) in events.enumerated() where number % 2 == 1 {
            guard case .began(let samples) = events[number - 1] else { return #expect(Bool(false)) }
            #expect(event == .ended(samples: samples))
        }
        // It is the image of a run in which all later dumps are flagged.
        let dumps = samples / Self.dump
        #expect(samples == dumps * Self.dump && (1...19).contains(dumps))
        let alone = try await run(parameters) { block in
            block.flag { _, dump in dump >= dumps }
        }
        let isSame = alone.images[name]?.pixels == seen.withLock { $0.first }
        #expect(isSame)
    }

    @Test("A view that cannot be made fails the run, and leaves nothing")
    func failure() async throws {
        let failed = try await run(" live=0.01s", passing: { Self.wait($0) }, view: { _ in throw Fault() })
        #expect(failed.result.error?.cause is Fault && failed.result.error?.stage == "image")
        #expect(failed.images.isEmpty)
    }

    @Test("What fails elsewhere, or interrupts the run, ends a view that is being made")
    func cancellation() async throws {
        let log = Log()
        let waiting: ViewMaker.Work = { view in
            log.add(.began(samples: view.planes.sums.used))
            let gate = Gate()
            try await gate.pass()
        }
        let failed = try await run(" live=0.01s") { block in
            Self.wait(block)
            if block.context.window == 20 { throw Fault() }
        } view: {
            try await waiting($0)
        }
        #expect(failed.result.error?.cause is Fault && failed.result.error?.stage == "passing")
        #expect(log.events.count == 1 && failed.images.isEmpty)
        let far = Gate()
        let interrupted = Task {
            try await run(" live=0.01s") { block in
                Self.wait(block)
                if block.context.window == 20 { far.open() }
            } view: {
                try await waiting($0)
            }
        }
        try await far.pass()
        interrupted.cancel()
        let (result, images) = try await interrupted.value
        #expect(result.exitCode == .interrupted && images.isEmpty)
        #expect(log.events.count == 2)
    }

    @Test("A later view that is being made when the stream ends is given up; the earlier one stays")
    func givenUp() async throws {
        let (never, log) = (Gate(), Log())
        // Time enough for the rest after the first one.
        let long = Self.source.replacing("6 channels=12", with: "3 channels=2").replacing(
            "t*24", with: "t*400")
        let (result, images) = try await run(" live=0.01s psf=no", source: long) { _ in
            if log.events.count < 3 { usleep(5_000) }
        } view: { view in
            log.add(.began(samples: view.planes.sums.used))
            if log.events.count > 1 { try await never.pass() }
            try await view.make()
            log.add(.ended(samples: 0))
        }
        #expect(result.error == nil && images.keys.sorted() == ["dirty", "live"])
        #expect(log.events.count == 3)
    }
}
