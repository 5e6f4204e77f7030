import Foundation
import TestSupport
import Testing

/// Files that are not what they should be: one line, a code as promised, no result.
@Suite(.serialized) struct BadFilesTests {
    private func outcome(of bytes: Data) throws -> (Program.Outcome, [String]) {
        let scratch = try Scratch()
        try bytes.write(to: URL(filePath: scratch["bad.h5"]))
        let file = try scratch.write(ExitCodeTests.pipeline(), to: "p.yaml")
        let outcome = try Program.run("run", file, "observation=bad.h5", in: scratch.url)
        return (outcome, try scratch.names.filter { $0.hasSuffix(".fits") || $0.contains("partial") })
    }

    @Test("A truncated file is no data", arguments: [0.999, 0.9, 0.5, 0.1, 0.01])
    func truncated(share: Double) throws {
        let whole = try Data(contentsOf: URL(filePath: SmallObservation.path))
        let (outcome, results) = try outcome(of: whole.prefix(Int(Double(whole.count) * share)))
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(!outcome.errors.contains("HDF5-DIAG"), "\(outcome.errors)")
        #expect(results.isEmpty)
    }

    @Test(
        "What is no HDF5 is named as such",
        arguments: ["", "hello", "SIMPLE  =                    T", "\u{89}HDF\r\n\u{1a}\n"])
    func otherFormats(text: String) throws {
        let (outcome, results) = try outcome(of: Data(text.utf8))
        #expect([2, 3].contains(outcome.code), "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("bad.h5"))
        #expect(results.isEmpty)
    }

    @Test("Overwritten metadata are an error or change nothing, never a trap", arguments: 0..<12)
    func corrupted(seed: Int) throws {
        var bytes = try Data(contentsOf: URL(filePath: SmallObservation.path))
        // A fixed linear congruential sequence of places in the first 64 KiB, where most metadata lie.
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        for _ in 0..<8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[Int(state >> 33) % min(bytes.count, 65536)] = UInt8(truncatingIfNeeded: state >> 24)
        }
        let (outcome, results) = try outcome(of: bytes)
        #expect([0, 1, 2, 3].contains(outcome.code), "\(outcome.code) \(outcome.errors)")
        #expect(!outcome.errors.contains("HDF5-DIAG"), "\(outcome.errors)")
        #expect(outcome.code == 0 || (outcome.errorLines.count == 1 && results.isEmpty), "\(outcome.errors)")
    }

    @Test("A folder is not an observation")
    func folder() throws {
        let scratch = try Scratch()
        let file = try scratch.write(ExitCodeTests.pipeline(), to: "p.yaml")
        let outcome = try Program.run("run", file, "observation=\(scratch.url.path)", in: scratch.url)
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("a folder"))
    }

    @Test("A run that succeeds says nothing on the standard error, from whatever thread it ends")
    func silence() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            """
            sluice: 1
            name: copy
            inputs:
              observation: {type: file}
            stages:
              - read: {input: $(observation)}
              - write: {output: copy.h5}
            """, to: "copy.yaml")
        let path = try SmallObservation.path
        for _ in 0..<3 {
            let outcome = try Program.run(
                "run", file, "observation=\(path)", "--quiet", "--overwrite", in: scratch.url)
            #expect(outcome.code == 0)
            #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        }
    }
}
