import CHDF5
import Foundation
import TestSupport
import Testing

/// Files whose damage libhdf5 does not notice: a process of its own bears what comes of it.
@Suite(.serialized) struct DamagedFilesTests {
    /// Whether this libhdf5 is one that trusts the sizes in heaps.
    private static let trusts: Bool = {
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        H5get_libversion(&major, &minor, &release)
        return (major, minor) == (1, 10)
    }()

    /// A small observation whose version is text of variable length, which lies in a heap, after a change of its bytes.
    ///
    /// - Parameter damage: gets the bytes and the heap's place among them.
    private func observation(in scratch: Scratch, _ damage: (inout Data, Int) throws -> Void) throws {
        let url = scratch.url.appending(path: "damaged.h5")
        try FileManager.default.copyItem(at: URL(filePath: SmallObservation.path), to: url)
        let file = H5Fopen(url.path, 1, 0)
        let (type, space) = (H5Tcopy(sluice_H5T_C_S1()), H5Screate(H5S_SCALAR))
        H5Tset_size(type, Int(bitPattern: UInt.max))
        H5Adelete(file, "version")
        let attribute = H5Acreate2(file, "version", type, space, 0, 0)
        "3.9".withCString { text in
            var pointer: UnsafePointer<CChar>? = text
            #expect(H5Awrite(attribute, type, &pointer) >= 0)
        }
        H5Aclose(attribute)
        H5Sclose(space)
        H5Tclose(type)
        #expect(H5Fclose(file) >= 0)
        var bytes = try Data(contentsOf: url)
        let heap = try #require(bytes.range(of: Data("GCOL".utf8)))
        try damage(&bytes, heap.lowerBound)
        try bytes.write(to: url)
    }

    /// Makes the heap say that its first text is 2 GiB long.
    private func stretch(_ bytes: inout Data, _ heap: Int) {
        let size = withUnsafeBytes(of: UInt64(0x7fff_fff0).littleEndian) { Data($0) }
        bytes.replaceSubrange(heap + 24..<heap + 32, with: size)
    }

    private func info(_ scratch: Scratch, _ file: String, seconds: String) throws -> Program.Outcome {
        try Program.finish(
            Program.start(
                ["info", file], in: scratch.url,
                environment: ProcessInfo.processInfo.environment.merging(["SLUICE_WALK_SECONDS": seconds]) {
                    $1
                }))
    }

    @Test("The variable-length text that the damage is done to is read as it should be")
    func whole() throws {
        let scratch = try Scratch()
        try observation(in: scratch) { _, _ in }
        let outcome = try info(scratch, "damaged.h5", seconds: "60")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("MVF 3.9"))
    }

    @Test("What crashes libhdf5 is bad data, of which one line tells, and leaves no result")
    func crash() throws {
        let scratch = try Scratch()
        try observation(in: scratch, stretch)
        let pipeline = try scratch.write(ExitCodeTests.pipeline(), to: "p.yaml")
        let outcome = try Program.run("run", pipeline, "observation=damaged.h5", "--quiet", in: scratch.url)
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("damaged.h5"), "\(outcome.errors)")
        #expect(try scratch.names == ["damaged.h5", "p.yaml", "result-report.json"])
        guard Self.trusts else { return }
        #expect(outcome.errors.contains("crashed with SIGSEGV"), "\(outcome.errors)")
        // Nobody looks first: the damage is real.
        #expect(try info(scratch, "damaged.h5", seconds: "0").code == 128 + SIGSEGV)
    }

    @Test("What keeps libhdf5 busy for ever is stopped")
    func endless() throws {
        let scratch = try Scratch()
        try observation(in: scratch) { bytes, heap in
            bytes.replaceSubrange(heap + 16..<heap + 4096, with: Data(count: 4080))
        }
        let outcome = try info(scratch, "damaged.h5", seconds: "6")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("damaged.h5"), "\(outcome.errors)")
        // On a busy machine the wall clock may run out before the work that is allowed.
        let isLate = outcome.code == 1 && outcome.errors.contains("could not be read within 6 s")
        #expect(outcome.code == 3 || isLate, "\(outcome.errors)")
        #expect(!Self.trusts || isLate || outcome.errors.contains("no end after 2 s"), "\(outcome.errors)")
    }

    @Test("What cannot be read in time is the machine's fault, and the limit can be changed")
    func late() throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch["pipe.h5"], 0o600) == 0)  // nobody writes into it
        let outcome = try info(scratch, "pipe.h5", seconds: "1")
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("within 1 s: pipe.h5: try again or set SLUICE_WALK_SECONDS"))
        #expect(try info(scratch, "pipe.h5", seconds: "soon").code == 2)
    }

    @Test("Of many files the damaged one is named")
    func named() throws {
        let scratch = try Scratch()
        try observation(in: scratch, stretch)
        let whole = try SmallObservation.path
        let outcome = try Program.run("info", whole, "damaged.h5", whole, in: scratch.url)
        #expect(outcome.code == 3)
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("damaged.h5"), "\(outcome.errors)")
    }

    @Test(
        "A benchmark looks at files before it measures with them, too",
        .enabled(if: trusts, "this libhdf5 checks the sizes in heaps"),
        arguments: [["mask", "mask=meerkat-l", "--input", "damaged.h5"], ["read", "input=damaged.h5"]])
    func benchmark(arguments: [String]) throws {
        let scratch = try Scratch()
        try observation(in: scratch, stretch)
        let outcome = try Program.finish(
            Program.start(
                ["benchmark"] + arguments + ["-j", "1", "--quiet", "--scratch", "."], in: scratch.url))
        #expect(outcome.code == 3 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("crashed with SIGSEGV): damaged.h5"), "\(outcome.errors)")
        #expect(try scratch.names == ["damaged.h5"])
    }
}
