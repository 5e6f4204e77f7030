import Foundation
import Parameters
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Files that are looked at before a run opens them.
@Suite struct InspectionTests {
    private struct Refusal: ClassifiedError {
        let fault = Fault.data
        let description = "damaged: here: fetch it again"
    }

    private final class Seen: Sendable {
        let looks = Mutex<[String]>([])
    }

    @Test("A file that must not be opened is not opened, and who looked says why")
    func refused() async throws {
        let scratch = try Scratch()
        let (result, files) = try await results([
            "read input=\(scratch["not-there.h5"])", "write output=DIR/out.h5",
        ]) { $0.inspection = { _, _ in throw Refusal() } }
        #expect(result.exitCode == .data)
        #expect(result.error?.description == "damaged: here: fetch it again (stage read)")
        #expect(files.isEmpty)
    }

    @Test("What is read is looked at once, what is copied again; without an inspection nobody looks")
    func looks() async throws {
        let simulated = try await results([
            "simulate antennas=3 channels=4 plan=t*2", "write output=DIR/a.h5",
        ])
        let scratch = try Scratch()
        try #require(simulated.files["a.h5"]).write(to: scratch.url.appending(path: "a.h5"))
        let seen = Seen()
        let stages = ["read input=\(scratch["a.h5"])", "write output=DIR/b.h5"]
        let copied = try await results(stages) {
            $0.inspection = { paths, use in
                seen.looks.withLock {
                    $0.append("\(use) \(paths.map { $0.split(separator: "/").last ?? "" })")
                }
            }
        }
        #expect(seen.looks.withLock { $0 } == [#"reading ["a.h5"]"#, #"copying ["a.h5"]"#])
        #expect(RunOptions().inspection == nil)
        let unseen = try await results(stages)
        #expect(copied.files["b.h5"] != nil && copied.files["b.h5"] == unseen.files["b.h5"])
    }
}
