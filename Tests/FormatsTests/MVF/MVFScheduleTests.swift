import Testing
import Visibilities

@testable import Formats

@Suite("Scans, gaps, antennas and targets of MVF files")
struct MVFScheduleTests {
    private static let dumps = (0..<10).map { 4.0 + 8 * Double($0) }

    private func events(_ sensor: [(Double, String)], _ rule: DumpRule) -> [DumpEvent] {
        MVFSensor(times: sensor.map(\.0), values: sensor.map(\.1)).events(
            midTimes: Self.dumps, interval: 8, rule)
    }

    @Test("a slew takes each dump that it touches")
    func greedy() {
        let found = events(
            [(-50, "slew"), (9, "track"), (33, "slew"), (34, "track"), (65, "stow"), (66, "track")],
            MVFScanFinder.activity)
        #expect(
            found == [
                DumpEvent(dump: 0, value: "slew"), DumpEvent(dump: 2, value: "track"),
                DumpEvent(dump: 4, value: "slew"),
                DumpEvent(dump: 5, value: "track"), DumpEvent(dump: 8, value: "stop"),
                DumpEvent(dump: 9, value: "track"),
            ])
    }

    @Test("an event on the boundary belongs to the dump that ends there, the last in a dump holds")
    func boundaries() {
        let found = events([(8, "a"), (8.5, "b"), (9, "c")], DumpRule(initial: "x"))
        #expect(found == [DumpEvent(dump: 0, value: "a"), DumpEvent(dump: 1, value: "c")])
        #expect(events([(20, "a")], DumpRule()) == [DumpEvent(dump: 0, value: "a")])
        #expect(events([(500, "a")], DumpRule(initial: "x")) == [DumpEvent(dump: 0, value: "x")])
        #expect(events([(500, "a")], DumpRule()).isEmpty)
    }

    @Test("labels split tracks unless a state changes beside them; targets move to the nearest scan")
    func labels() {
        let scans = MVFScanFinder.scans(
            states: [DumpEvent(dump: 0, value: "slew"), DumpEvent(dump: 2, value: "track")],
            labels: [
                DumpEvent(dump: 0, value: ""), DumpEvent(dump: 3, value: "one"),
                DumpEvent(dump: 6, value: "one"),
            ],
            targets: [
                DumpEvent(dump: 0, value: "Nothing, special"), DumpEvent(dump: 1, value: "A"),
                DumpEvent(dump: 7, value: "B"),
            ],
            dumps: 10)
        #expect(scans.map(\.start) == [0, 2, 6])
        #expect(scans.map(\.state) == ["slew", "track", "track"])
        #expect(scans.map(\.label) == ["", "one", "one"])
        #expect(scans.map(\.target) == ["A", "A", "B"])
    }

    @Test("dumps before the sensor tells a target have none; those that are told to have none take the first")
    func untoldTarget() {
        func targets(_ sensor: [(Double, String)]) -> [String] {
            let found = events(sensor, DumpRule(initial: MVFScanFinder.untold) { MVFTarget($0).description })
            return MVFScanFinder.scans(
                states: [DumpEvent(dump: 0, value: "slew"), DumpEvent(dump: 1, value: "track")],
                labels: [], targets: found, dumps: Self.dumps.count
            ).map(\.target)
        }
        let one = "A, radec, 1, 2"
        #expect(targets([(70, one)]) == ["", ""])
        #expect(targets([(-50, ""), (70, one)]) == [one, one])
        #expect(targets([(9, one)]) == ["", one], "a target set where a scan starts is that scan's")
        #expect(targets([(500, one)]) == ["", ""])
    }

    @Test("a slew that starts on the second dump takes in the first")
    func earlySlew() {
        let scans = MVFScanFinder.scans(
            states: [
                DumpEvent(dump: 0, value: "track"), DumpEvent(dump: 1, value: "slew"),
                DumpEvent(dump: 3, value: "track"),
            ],
            labels: [], targets: [DumpEvent(dump: 0, value: "A")], dumps: 6)
        #expect(scans.map(\.start) == [0, 3])
        #expect(scans.map(\.state) == ["slew", "track"])
    }

    @Test("a missing dump is a row of its own, lost")
    func missingDump() async throws {
        var sample = MVFSample()
        sample.scans = [(number: 0, field: 0, dumps: 6)]
        let path = try await MVFEdit.file("missing", sample) { root in
            let times = try root.requireGroup("Data").requireDataset("timestamps").readAll(as: Double.self)
            try MVFEdit.replace(
                root, "timestamps", times.enumerated().map { $1 + ($0 > 2 ? 16 : 0) + ($0 > 4 ? 100 : 0) })
            try root.requireGroup("Data").requireDataset("timestamps").setAttribute(
                "timestamp_reference", "centroid")
        }
        let view = try MVF3File(path: path).select()
        #expect(view.rows == [[0, 1, 2, nil, nil, 3, 4], [5]])
        #expect(view.observation.schedule.map(\.number) == [0, 0])
        let cut = MVFCheck.cut(view, dumps: 3, channels: 16, baselines: 100)
        _ = try await MVFCheck.expectSamples(of: ObservationReader(view, cut: cut, threads: 2))
    }

    @Test("katpoint's target strings")
    func targets() throws {
        let target = MVFTarget(
            "J0408-6545 | *PKS 0408-65, radec bpcal gaincal, 04:08:20.38, -65:45:09.1, (400 4000 1.2)")
        #expect(target.name == "PKS 0408-65" && target.names.contains("J0408-6545"))
        #expect(target.tags == ["bpcal", "gaincal"])
        let direction = try #require(target.direction)
        #expect(abs(direction.rightAscension * 180 / .pi - 62.08491667) < 1e-7)
        #expect(abs(direction.declination * 180 / .pi + 65.75252778) < 1e-7)
        let decimal = try #require(MVFTarget("A, radec target, -10.5, -0:30:00").direction)
        #expect(abs(decimal.rightAscension * 180 / .pi - 349.5) < 1e-9)
        #expect(abs(decimal.declination * 180 / .pi + 0.5) < 1e-9)
        #expect(MVFTarget("radec target, 1:00:00, 2:00:00").direction != nil)
        #expect(MVFTarget("Sun, special").direction == nil && MVFTarget("Sun, special").body == "special")
        for bad in ["", "A", "A, radec", "A, radec, x, y", "A, radec, 1, 91", ", ,"] {
            #expect(MVFTarget(bad) == .nothing, "\(bad)")
        }
    }

    @Test(
        "a field's string reads back as the field",
        arguments: [(0.0, 0.0), (6.283185, -1.5), (1e-9, 1.2), (3.1, -0.001)])
    func fieldStrings(_ rightAscension: Double, _ declination: Double) throws {
        let field = Field(
            name: "a, b", phaseCentre: Direction(rightAscension: rightAscension, declination: declination),
            tags: ["x"])
        let target = MVFTarget(MVFTarget.description(of: field))
        let direction = try #require(target.direction)
        #expect(abs(direction.rightAscension - rightAscension) < 1e-11)
        #expect(abs(direction.declination - declination) < 1e-11)
        #expect(target.tags == ["x"])
    }
}
