import Foundation
import Parameters
import Rings
import Testing
import Visibilities

@testable import Formats

@Suite("MVF v3 files written from a header alone")
struct MVF3WriterTests {
    private func path(_ name: String) throws -> String {
        let folder = MVFOracle.scratch.appending(path: "written-" + name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appending(path: "1500000000.h5").path
    }

    @Test("what is read back is what was written: header and samples")
    func roundTrip() async throws {
        let sample = MVFSample()
        let path = try path("round")
        try await sample.write(to: path)
        let file = try MVF3File(path: path)
        let made = sample.observation
        #expect(file.warnings.isEmpty)
        #expect(file.scans.map(\.dumps) == [0..<4, 4..<5, 5..<12])
        var view = try file.select()
        let read = view.observation
        #expect(read.baselines == made.baselines && read.polarisations == made.polarisations)
        #expect(read.observer == made.observer && read.description == made.description)
        for (one, two) in zip(read.antennas, made.antennas) {
            #expect(one.name == two.name && one.diameter == two.diameter)
            let offset = one.position - two.position
            #expect((offset * offset).sum() < 1e-10)
        }
        for (one, two) in zip(read.spectralWindows[0].frequencies, made.spectralWindows[0].frequencies) {
            #expect(abs(one - two) < 1e-3)
        }
        #expect(read.schedule.map(\.field) == [0, 1, 0])
        for (one, two) in zip(read.schedule, made.schedule) {
            #expect(zip(one.times, two.times).allSatisfy { abs($0 - $1) < 1e-5 })
        }
        for (one, two) in zip(read.fields, made.fields) {
            #expect(one.name == two.name && one.tags == two.tags)
            #expect(abs(one.phaseCentre.rightAscension - two.phaseCentre.rightAscension) < 1e-10)
            #expect(abs(one.phaseCentre.declination - two.phaseCentre.declination) < 1e-10)
        }
        view.observation.schedule = read.schedule
        var wrong = 0
        try await MVFCheck.blocks(
            of: ObservationReader(
                view, cut: MVFCheck.cut(view, dumps: 5, channels: 32, baselines: 6), threads: 2)
        ) { block in
            wrong += MVFSample.wrongSamples(block)
        }
        #expect(wrong == 0)
    }

    @Test("equal streams give equal files, whatever the number of threads")
    func deterministic() async throws {
        let (one, two) = (try path("one"), try path("two"))
        try await MVFSample().write(to: one, threads: 1)
        try await Task.sleep(for: .milliseconds(1100))
        try await MVFSample().write(to: two, threads: 3)
        #expect(FileManager.default.contentsEqual(atPath: one, andPath: two))
    }

    @Test(
        "scans of one dump side by side stay apart",
        arguments: [[1, 1, 1], [1, 5, 1], [2, 1, 1, 3], [1], [3, 2, 2]])
    func shortScans(_ dumps: [Int]) async throws {
        var sample = MVFSample()
        sample.scans = dumps.enumerated().map { (number: 2 * $0, field: $0 % 2, dumps: $1) }
        sample.antennas = 2
        let path = try path("short-" + dumps.map(String.init).joined(separator: "-"))
        try await sample.write(to: path)
        let file = try MVF3File(path: path)
        #expect(file.scans.map(\.dumps.count) == dumps)
        #expect(
            file.scans.map { file.targets[$0.target].name }
                == dumps.indices.map { $0 % 2 == 0 ? "One" : "Two" })
        #expect(file.scans.allSatisfy { $0.state == .track || $0.state == .scan })
    }

    @Test("what the format cannot hold is refused before anything is written")
    func refusals() throws {
        var uneven = MVFSample().cut
        uneven.observation.spectralWindows[0].frequencies[3] += 3e5
        var two = MVFSample().cut
        two.observation.spectralWindows += two.observation.spectralWindows
        var live = MVFSample().cut
        live.observation.schedule = []
        var stokes = MVFSample().cut
        stokes.observation.polarisations = [.i]
        for cut in [uneven, two, live, stokes] {
            let error = #expect(throws: HDF5Error.self) { try MVF3Writer.check(cut, path: "out.h5") }
            #expect(error?.fault == .usage)
        }
    }

    @Test("a stream that ends early is an error")
    func incomplete() throws {
        let writer = try MVF3Writer(path: try path("incomplete"), cut: MVFSample().cut)
        #expect(throws: HDF5Error.self) { try writer.finish() }
    }

    @Test("a place that cannot be written is an error of the machine")
    func unwritable() {
        let error = #expect(throws: HDF5Error.self) {
            _ = try MVF3Writer(path: "/nowhere/at/all.h5", cut: MVFSample().cut)
        }
        #expect(error?.fault == .machine)
    }
}

@Suite("Coding of weights as bytes")
struct MVFWeightCodeTests {
    private func code(_ weights: [Float], stored: Float? = nil) -> (unit: Float, bytes: [UInt8]) {
        var bytes = [UInt8](repeating: 77, count: weights.count)
        let unit = weights.withUnsafeBufferPointer { weights in
            bytes.withUnsafeMutableBufferPointer { MVFWeightCode.code(weights, stored: stored, into: $0) }
        }
        return (unit, bytes)
    }

    @Test("the source's unit brings its bytes back bit for bit")
    func stored() {
        let unit: Float = 0.0123
        let bytes = (0...255).map { UInt8($0) }
        let coded = code(bytes.map { Float($0) * unit }, stored: unit)
        #expect(coded.unit == unit && coded.bytes == bytes)
    }

    @Test(
        "averages of equal samples are held exactly",
        arguments: [[2, 1, 0, 4, 3], [6, 3, 9], [8, 12, 20], [1]])
    func averages(_ counts: [Int]) {
        let weights = counts.map { Float($0) * 0.37 }
        let coded = code(weights)
        for (weight, byte) in zip(weights, coded.bytes) {
            #expect(abs(Float(byte) * coded.unit - weight) <= 2e-6 * weight)
        }
    }

    @Test("other weights are within half a step of the largest / 255, those above zero stay above zero")
    func rounded() {
        let weights: [Float] = [1e-9, 0.11, 0.777, 1.234, 55.5, 0]
        let coded = code(weights)
        for (weight, byte) in zip(weights, coded.bytes) {
            #expect(
                abs(Float(byte) * coded.unit - weight) <= (weight > 0 && byte == 1 ? 1 : 0.501) * 55.5 / 255)
            #expect((byte > 0) == (weight > 0))
        }
    }

    @Test("no weight at all")
    func nothing() {
        #expect(code([0, 0]).bytes == [0, 0])
        #expect(code([0, 0], stored: .nan) == (1, [0, 0]))
        #expect(code([0, 0], stored: 0.5) == (0.5, [0, 0]))
    }
}
