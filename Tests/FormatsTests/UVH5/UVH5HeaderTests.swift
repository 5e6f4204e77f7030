import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

/// A promise of the format that a file breaks, and what the error says.
struct UVH5Fault: Sendable, CustomTestStringConvertible {
    let name: String
    var options = ""
    let message: String
    var testDescription: String { name }

    static let all = [
        UVH5Fault(name: "nan-time", message: "expected finite numbers, found nan at 3"),
        UVH5Fault(name: "ancient", message: "expected Julian dates from 1960 to 2200"),
        UVH5Fault(name: "twice", message: "rows 0 and 1 are one baseline (3, 3) at one time"),
        UVH5Fault(name: "unknown-antenna", message: "antenna number 99 of a baseline is not among"),
        UVH5Fault(name: "rows", message: "the header says 12345, visdata has 60"),
        UVH5Fault(name: "uvw-shape", message: "expected numbers of shape [60, 3], found [59, 3]"),
        UVH5Fault(name: "averaged", message: "baseline-dependent averaging is recognised but not read"),
        UVH5Fault(name: "no-grid", message: "baseline-dependent averaging is recognised but not read"),
        UVH5Fault(name: "pol", message: "polarisation code -9 is not known"),
        UVH5Fault(name: "flex-pol", message: "(flex_pol) are not read"),
        UVH5Fault(name: "width", message: "expected positive widths in Hz"),
        UVH5Fault(name: "one-frequency", message: "channels 0 and 1 have one frequency"),
        UVH5Fault(name: "no-position", message: "the telescope's place is missing"),
        UVH5Fault(name: "far", message: "expected a place on the Earth"),
        UVH5Fault(name: "version", message: "UVH5 version '2.0' is not read"),
        UVH5Fault(name: "flags-shape", message: "expected numbers of shape [60, 21, 4], found [60, 20, 4]"),
        UVH5Fault(name: "real", message: "expected complex numbers"),
        UVH5Fault(name: "no-samples", message: "the dataset is missing: "),
        UVH5Fault(name: "centre", message: "phase centre 4 is not in phase_center_catalog"),
        UVH5Fault(name: "two-centres", message: "of one time have two phase centres or scans"),
        UVH5Fault(name: "iat", message: "times in 'iat' are not read"),
        UVH5Fault(name: "text", message: "expected numbers of shape [21] or [1, 21], found []"),
        UVH5Fault(
            name: "catalogue", options: "catalogue:broken", message: "expected a group or a JSON object"),
        UVH5Fault(name: "short", message: "the file cannot be opened, expected a whole HDF5 file (truncated"),
        UVH5Fault(name: "latest", message: "the dataset cannot be opened"),
    ]

    static let paths = try? UVH5Made.files(
        all.map { ("bad-" + $0.name, "bad:\($0.name),\($0.options)") })
}

@Suite("Headers of UVH5 files", .enabled(if: UVH5Made.isPresent, "needs a Python with h5py"))
struct UVH5HeaderTests {
    @Test("a broken promise is told with the item that breaks it", arguments: UVH5Fault.all)
    func faults(_ fault: UVH5Fault) throws {
        let path = try #require(UVH5Fault.paths?["bad-" + fault.name])
        let said = complaint { try UVH5File.open(path) }
        #expect(said.contains(fault.message) && said.contains(path) && !said.contains("\n"), "\(said)")
    }

    @Test("a file in which no sample has a usable weight opens, says so, and is not read")
    func garbage() throws {
        let path = try #require(try UVH5Made.files([("garbage", "bad:garbage")])["garbage"])
        let file = try UVH5File.open(path)
        #expect(
            file.warnings.contains { $0.contains("all 5040 values of nsamples are negative or not finite") })
        let said = complaint { try file.samples(threads: 1) }
        #expect(said.contains("no sample can be used") && said.contains("/Data/nsamples"), "\(said)")
    }

    @Test("dumps that lack baselines take memory too, and files that are open leave less for the next")
    func memory() throws {
        let paths = try UVH5Made.files([("memory-full", ""), ("memory-hole", "missing")])
        let (full, hole) = (try #require(paths["memory-full"]), try #require(paths["memory-hole"]))
        let opened = try UVH5File.open(hole)
        let (rows, stored) = (opened.map.rows, opened.map.data.rows)
        #expect(rows.times.count * rows.baselines.count > stored)
        let needed = UVH5Rows.openingBytes(
            rows: stored, dumps: rows.times.count, baselines: rows.baselines.count,
            antennas: opened.contents.antennas.count)
        _ = try UVH5File.open(hole, memory: needed)
        let said = complaint { try UVH5File.open(hole, memory: needed - 1) }
        #expect(said.contains("its \(stored) rows take") && said.contains("raise --memory"), "\(said)")
        let whole = try UVH5File.open(full)
        let enough = whole.map.data.rows * UVH5RowItems.openingBytes
        _ = try UVH5File.open(full, memory: enough)
        #expect(throws: HDF5Error.self) {
            _ = try JoinedObservation(opening: [full, full], memory: enough + whole.heldByteCount - 1)
        }
        // Opened both, they cannot be joined.
        #expect(throws: ObservationError.self) {
            _ = try JoinedObservation(opening: [full, full], memory: enough + whole.heldByteCount)
        }
    }

    @Test("corrupt LZF is an error, not a number")
    func corrupt() async throws {
        let path = try #require(
            try UVH5Made.files([("corrupt", "bad:corrupt,packing:lzf,chunks:7/8/4")])["corrupt"])
        await #expect(throws: HDF5Error.self) { try await UVH5Samples(UVH5File.open(path)) }
    }

    @Test("fields, scans, spectral windows and antennas are what the header says")
    func contents() throws {
        let paths = try UVH5Made.files([
            ("two", "two,windows:2"), ("scans", "scans"), ("gap", "step:7"), ("drift", "old,phase:drift"),
            ("hole", "missing"), ("few", "step:5"),
        ])
        let two = try UVH5File.open(try #require(paths["two"]))
        #expect(two.contents.targets.map(\.name) == ["src", "fk"])
        #expect(two.contents.scans.map(\.dumps) == [0..<4, 4..<6])
        #expect(two.contents.targets[0].field?.phaseCentre == Direction(rightAscension: 1, declination: -0.5))
        #expect(two.contents.spectralWindows.map(\.name) == ["4", "9"])
        #expect(two.contents.spectralWindows.map(\.frequencies.count) == [14, 7])
        #expect(two.contents.spectralWindows[1].frequencies.first == 1.4e9)
        #expect(two.contents.antennas.map(\.name) == ["a3", "a7", "a8", "a21"])
        let scans = try UVH5File.open(try #require(paths["scans"])).contents.scans
        #expect(scans.map(\.number) == [5, 8] && scans.map(\.dumps) == [0..<2, 2..<6])
        #expect(try UVH5File.open(try #require(paths["gap"])).contents.scans.count == 6)
        for name in ["hole", "few"] {
            let file = try UVH5File.open(try #require(paths[name]))
            let scans = try JoinedObservation([file]).select().observation.schedule
            #expect(scans.map(\.times.count) == [name == "hole" ? 6 : 26], "up to 4 missing dumps are filled")
        }
        let drifting = try UVH5File.open(try #require(paths["drift"]))
        let drift = try #require(drifting.contents.targets.first?.field)
        #expect(drift.name == "src" && drift.tracking == .unprojected)
        #expect(abs(drift.phaseCentre.declination + 30.7 * .pi / 180) < 0.01)
    }

    @Test("phase centres that are JSON, a text each or one for all, are those of groups")
    func catalogue() throws {
        let kinds = ["groups", "texts", "one"]
        let paths = try UVH5Made.files(kinds.map { ("catalogue-\($0)", "two,catalogue:\($0)") })
        let files = try kinds.map { try UVH5File.open(try #require(paths["catalogue-\($0)"])) }
        for file in files {
            #expect(file.contents.targets.map(\.name) == ["src", "fk"])
            #expect(file.contents.targets == files[0].contents.targets)
            #expect(file.contents.scans == files[0].contents.scans && file.warnings == files[0].warnings)
        }
        // A text each is pyuvdata's own old way.
        let script = """
            import sys
            from pyuvdata.uvdata import FastUVH5Meta
            for number, entry in sorted(FastUVH5Meta(sys.argv[1]).phase_center_catalog.items()):
                print(number, entry['cat_lon'], entry['cat_lat'])
            """
        let theirs = try Peers.numbers(Peers.modern, script, [files[1].path])
        #expect(theirs == [0, 1, -0.5, 7, 2, 0.3])
    }
}
