import Foundation
import Parameters
import Rings
import Testing
import Visibilities

@testable import Formats

@Suite("MVF v3 files that are not as they should be")
struct MVF3RobustnessTests {
    /// One way of breaking a file: what is done and what the error must name.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let names: String
        var fault = Fault.data
        let change: @Sendable (HDF5Group) throws -> Void
    }

    static let damages: [Damage] = [
        Damage(testDescription: "no data", names: "correlator_data") {
            try $0.requireGroup("Data").remove("correlator_data")
        },
        Damage(testDescription: "no times", names: "timestamps") {
            try $0.requireGroup("Data").remove("timestamps")
        },
        Damage(testDescription: "no model", names: "TelescopeModel") { $0.remove("TelescopeModel") },
        Damage(testDescription: "no correlator", names: "CorrelatorBeamformer") {
            try $0.requireGroup("TelescopeModel").remove("cbf")
        },
        Damage(testDescription: "no antennas", names: "no antenna") {
            let model = try $0.requireGroup("TelescopeModel")
            for name in model.names where name.hasPrefix("m0") { model.remove(name) }
        },
        Damage(testDescription: "no activity", names: "activity") {
            try $0.requireGroup("TelescopeModel").requireGroup("m000").remove("activity")
        },
        Damage(testDescription: "no target", names: "target") {
            try $0.requireGroup("TelescopeModel").requireGroup("m000").remove("target")
        },
        Damage(testDescription: "times of another length", names: "timestamps") {
            try $0.requireGroup("Data").writeDataset("timestamps", [1.0, 2.0], shape: [2])
        },
        Damage(testDescription: "times that are text", names: "timestamps") {
            try $0.requireGroup("Data").writeTexts(
                "timestamps", [String](repeating: "x", count: 12), shape: [12])
        },
        Damage(testDescription: "times not finite", names: "finite") {
            try $0.requireGroup("Data").writeDataset(
                "timestamps", [Double](repeating: .nan, count: 12), shape: [12])
        },
        Damage(testDescription: "samples that are text", names: "correlator_data") {
            try $0.requireGroup("Data").writeTexts("correlator_data", ["a", "b"], shape: [1, 1, 1, 2])
        },
        Damage(testDescription: "samples of three axes", names: "shape") {
            try $0.requireGroup("Data").writeDataset(
                "correlator_data", [Float](repeating: 0, count: 8), shape: [2, 2, 2])
        },
        Damage(testDescription: "samples that are integers", names: "correlator_data") {
            _ = try $0.requireGroup("Data").makeDataset(
                "correlator_data", Int64.self, shape: [12, 40, 60, 2])
        },
        Damage(testDescription: "flags that are no integers", names: "flags") {
            _ = try $0.requireGroup("Data").makeDataset("flags", Float.self, shape: [12, 40, 60])
        },
        Damage(testDescription: "weights that are a group", names: "weights") {
            let data = try $0.requireGroup("Data")
            data.remove("weights")
            _ = try data.makeGroup("weights")
        },
        Damage(testDescription: "an absurd shape", names: "not credible") {
            _ = try $0.requireGroup("Data").makeDataset(
                "correlator_data", Float.self, shape: [1 << 30, 1 << 25, 1, 2])
        },
        Damage(testDescription: "a shape whose size overflows", names: "correlator_data") {
            _ = try? $0.requireGroup("Data").makeDataset(
                "correlator_data", Float.self, shape: [1 << 20, 1 << 20, 1 << 20, 2])
        },
        Damage(testDescription: "no dumps", names: "shape") {
            _ = try $0.requireGroup("Data").makeDataset("correlator_data", Float.self, shape: [0, 40, 60, 2])
        },
        Damage(testDescription: "flags of another shape", names: "flags") {
            try $0.requireGroup("Data").writeDataset(
                "flags", [UInt8](repeating: 0, count: 8), shape: [2, 2, 2])
        },
        Damage(testDescription: "products missing in the list", names: "bls_ordering") {
            try MVFEdit.set($0, "sdp_l0_bls_ordering", .list([.list([.text("m000h"), .text("m000h")])]))
        },
        Damage(testDescription: "a list of products that is none", names: "bls_ordering") {
            try MVFEdit.set($0, "sdp_l0_bls_ordering", .integer(7))
        },
        Damage(testDescription: "no dump length", names: "int_time") {
            try MVFEdit.set($0, "sdp_l0_int_time", .real(-8))
        },
        Damage(testDescription: "no bandwidth", names: "bandwidth") {
            try MVFEdit.set($0, "sdp_l0_bandwidth", .text("wide"))
        },
        Damage(testDescription: "a plain number in the TelescopeState", names: "sdp_l0_bandwidth") {
            try $0.requireGroup("TelescopeState").setAttribute("sdp_l0_bandwidth", 2)
        },
        Damage(testDescription: "no sync time", names: "sync_time") {
            try MVFEdit.set($0, "cbf_sync_time", .real(.nan))
        },
        Damage(testDescription: "an unknown centre frequency", names: "by hand") {
            try MVFEdit.set($0, "sdp_l0_n_chans", .integer(4096))
        },
        Damage(testDescription: "an unknown meaning of times", names: "timestamp_reference") {
            try $0.requireGroup("Data").requireDataset("timestamps").setAttribute(
                "timestamp_reference", "end")
        },
        Damage(testDescription: "an antenna without a place", names: "m002") {
            try $0.requireGroup("TelescopeModel").requireGroup("m002").setAttribute("observer", "m002, here")
        },
        Damage(testDescription: "version 4", names: "4.0", fault: .usage) {
            try $0.setAttribute("version", "4.0")
        },
        Damage(testDescription: "another kind of HDF5", names: "not MVF") {
            $0.remove("Data")
            try $0.setAttribute("version", 3)
        },
    ]

    @Test("what is missing or wrong is named", arguments: damages)
    func damage(_ damage: Damage) async throws {
        let path = try await MVFEdit.file(damage.testDescription, MVFSample(), damage.change)
        let error = #expect(throws: HDF5Error.self) { _ = try MVF3File(path: path) }
        #expect(error?.fault == damage.fault)
        #expect(error?.description.contains(damage.names) == true, "\(String(describing: error))")
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("a file cut off anywhere is an error")
    func truncated() async throws {
        let path = try await MVFEdit.file("truncated")
        let whole = try Data(contentsOf: URL(filePath: path))
        for length in [0, 1, 7, 8, 40, 96, 500, 2000, whole.count / 3, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: URL(filePath: path))
            #expect(throws: HDF5Error.self, "\(length) bytes") { _ = try MVF3File(path: path) }
        }
    }

    @Test("a file that shrinks while it is read is an error of the machine")
    func shrinking() async throws {
        let path = try await MVFEdit.file("shrinking")
        let view = try MVF3File(path: path).select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 16, baselines: 100)
        let reader = try ObservationReader(view, cut: cut, threads: 2)
        #expect(truncate(path, 100_000) == 0)
        let error = await #expect(throws: HDF5Error.self) { try await MVFCheck.blocks(of: reader) { _ in } }
        #expect(error?.fault == .machine)
    }

    @Test("what is no HDF5 file, or not there, is an error", arguments: ["text", "folder", "missing"])
    func foreign(_ kind: String) throws {
        let path = MVFOracle.scratch.appending(path: "foreign-" + kind).path
        if kind == "text" { try "not HDF5 at all".write(toFile: path, atomically: true, encoding: .utf8) }
        if kind == "folder" {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let error = #expect(throws: HDF5Error.self) { _ = try MVF3File(path: path) }
        #expect(error?.fault == (["missing", "folder"].contains(kind) ? .usage : .data))
    }

    @Test("samples not finite or zero, and bad weights, are lost, the rest stays")
    func badSamples() async throws {
        let path = try await MVFEdit.file("bad") { root in
            let data = try root.requireGroup("Data")
            var values = try data.requireDataset("correlator_data").readAll(as: Float.self)
            let bad: [Float] = [.nan, .infinity, -.infinity, 0, .signalingNaN]
            for index in stride(from: 0, to: values.count, by: 94) { values[index] = bad[index / 94 % 5] }
            for index in stride(from: 0, to: values.count - 1, by: 1000) {
                (values[index], values[index + 1]) = (0, -0.0)
            }
            try MVFEdit.replace(root, "correlator_data", values)
            let weights = try data.requireDataset("weights")
            var floats = [Float](repeating: 2, count: weights.count)
            for index in stride(from: 0, to: floats.count, by: 17) {
                floats[index] = [-1, .nan, 1e38][index / 17 % 3]
            }
            try MVFEdit.replace(root, "weights", floats)
            var channels = try data.requireDataset("weights_channel").readAll(as: Float.self)
            for index in stride(from: 0, to: channels.count, by: 11) {
                channels[index] = [-1, .nan, 1e38][index / 11 % 3]
            }
            try MVFEdit.replace(root, "weights_channel", channels)
        }
        let view = try MVF3File(path: path).select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 16, baselines: 3)
        _ = try await MVFCheck.expectSamples(of: ObservationReader(view, cut: cut, threads: 2))
    }

    @Test("arrays that are not there count as no flag and weight 1")
    func missingArrays() async throws {
        let path = try await MVFEdit.file("bare") { root in
            for name in ["flags", "weights", "weights_channel", "flags_description"] {
                try root.requireGroup("Data").remove(name)
            }
        }
        let view = try MVF3File(path: path).select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 40, baselines: 3)
        _ = try await MVFCheck.expectSamples(of: ObservationReader(view, cut: cut, threads: 1))
        #expect(view.observation.nominalWeight == 1)
    }

    @Test("a product that the file lacks is a lost plane; one with its antennas swapped is conjugated")
    func products() async throws {
        let path = try await MVFEdit.file("swapped") { root in
            let sample = MVFSample()
            let layout = try MVFOutputLayout(sample.cut, copying: nil, path: "")
            let pairs: [PythonValue] = layout.products.enumerated().map { index, product in
                let isCross = product.antenna1 != product.antenna2
                let labels = isCross && index % 3 == 1 ? product.reversed.labels : product.labels
                return .list([.text(index == 30 ? "m009h" : labels.0), .text(labels.1)])
            }
            try MVFEdit.set(root, "sdp_l0_bls_ordering", .list(pairs))
        }
        let file = try MVF3File(path: path)
        #expect(file.warnings.contains { $0.contains("m009") })
        let view = try file.select()
        #expect(try view.mvfPlanes.contains { $0 == nil })
        #expect(try view.mvfPlanes.contains { $0?.isConjugated == true })
        for (index, plane) in try view.mvfPlanes.enumerated() {
            guard let plane else { continue }
            let product = file.products[plane.product]
            let baseline = view.observation.baselines[index / 4]
            #expect(
                plane.isConjugated == (product.antenna1 != view.observation.antennas[baseline.antenna1].name))
        }
        let cut = MVFCheck.cut(view, dumps: 4, channels: 40, baselines: 3)
        _ = try await MVFCheck.expectSamples(of: ObservationReader(view, cut: cut, threads: 1))
    }

    @Test("a lower sideband is turned upside down, and written back as it was")
    func reversed() async throws {
        let path = try await MVFEdit.file("sideband") { root in
            try MVFEdit.set(root, "sub_band", .text("u"))
            try MVFEdit.set(root, "sdp_l0_bandwidth", .real(856e6))
            try MVFEdit.set(root, "sdp_l0_center_freq", .real(428e6))
        }
        let file = try MVF3File(path: path)
        #expect(file.isReversed)
        #expect(file.frequencies.first == 428e6 - 21.4e6 * 19 && file.frequencies.last == 428e6 + 21.4e6 * 20)
        let view = try file.select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 16, baselines: 100)
        let reader = try ObservationReader(view, cut: cut, threads: 2)
        _ = try await MVFCheck.expectSamples(of: reader)
        let output = path + ".copy"
        let writer = try MVF3Writer(path: output, cut: cut, copying: try view.mvf, threads: 2)
        for try await block in MVFCheck.stream(reader) { try await writer.write(block) }
        try writer.finish()
        let copied = try MVF3File(path: output)
        #expect(copied.frequencies == file.frequencies)
        #expect(
            try copied.data.visibilities.readAll(as: Float.self)
                == file.data.visibilities.readAll(as: Float.self))
        #expect(
            try copied.data.weights?.readAll(as: UInt8.self) == file.data.weights?.readAll(as: UInt8.self))
    }

    @Test("a sync time older than a wrap of the counter moves all times, and a copy says the same")
    func wrap() async throws {
        let wrap = Double(1 << 48) / 1712e6
        let path = try await MVFEdit.file("wrap") { root in
            let model = try root.requireGroup("TelescopeModel")
            let sync = try #require(model.requireGroup("cbf").attribute("sync_time")?.numbers?.first)
            try model.makeGroup("anc").writeSensor(
                "air_pressure", times: [sync + 2.5 * wrap, sync + 2.5 * wrap + 1e5], values: ["1", "2"])
        }
        let file = try MVF3File(path: path)
        let plain = MVFSample().observation.schedule[0].times[0]
        #expect(abs(file.times[0] - plain - 2 * wrap) < 1e-5)
        #expect(!file.warnings.isEmpty)
        let view = try file.select()
        let cut = MVFCheck.cut(view, dumps: 4, channels: 16, baselines: 100)
        let writer = try MVF3Writer(path: path + ".copy", cut: cut, copying: try view.mvf)
        for try await block in MVFCheck.stream(try ObservationReader(view, cut: cut, threads: 1)) {
            try await writer.write(block)
        }
        try writer.finish()
        let copied = try MVF3File(path: path + ".copy").times
        #expect(zip(copied, file.times).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("a selection that leaves nothing, or names what is not there, is wrong usage")
    func emptySelections() async throws {
        let file = try MVF3File(path: try await MVFEdit.file("selections"))
        var selections = [ReadSelection](repeating: ReadSelection(), count: 8)
        selections[0].targets = ["Nowhere"]
        selections[1].scans = { _ in false }
        selections[2].times = { _ in false }
        selections[3].antennas = { _ in false }
        selections[4].channels = [[30..<41]]
        selections[5].channels = []
        selections[6].polarisations = [.rr]
        selections[7].baselines = { _, _ in false }
        for selection in selections {
            let error = #expect(throws: ObservationError.self) { _ = try file.select(selection) }
            #expect(error?.fault == .usage)
        }
    }
}
