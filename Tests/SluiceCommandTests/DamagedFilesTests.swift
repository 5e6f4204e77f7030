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

    private func info(
        _ scratch: Scratch, _ file: String, seconds: String = "60", _ more: [String: String] = [:]
    ) throws -> Program.Outcome {
        let settings = more.merging(["SLUICE_WALK_SECONDS": seconds]) { $1 }
        return try Program.finish(
            Program.start(
                ["info", file], in: scratch.url,
                environment: ProcessInfo.processInfo.environment.merging(settings) { $1 }))
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

    /// A UVH5 file of so many rows, none of which was ever written: small, but large in memory.
    private func hollow(rows: Int, in scratch: Scratch) throws {
        let file = H5Fcreate(scratch["hollow.uvh5"], 2, 0, 0)
        let complex = H5Tcreate(H5T_COMPOUND, 8)
        H5Tinsert(complex, "r", 0, sluice_H5T_IEEE_F32LE())
        H5Tinsert(complex, "i", 4, sluice_H5T_IEEE_F32LE())
        let groups = ["Header", "Data"].map { (name: String) -> hid_t in H5Gcreate2(file, name, 0, 0, 0) }
        func dataset(_ group: Int, _ name: String, _ type: hid_t, _ shape: [Int], _ value: Int64? = nil) {
            let space = H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
            let made = H5Dcreate2(groups[group], name, type, space, 0, 0, 0)
            if var value { #expect(H5Dwrite(made, sluice_H5T_NATIVE_INT64(), 0, 0, 0, &value) >= 0) }
            H5Dclose(made)
            H5Sclose(space)
        }
        for (name, count) in [("Nblts", rows), ("Nfreqs", 1), ("Npols", 1)] {
            dataset(0, name, sluice_H5T_STD_I64LE(), [], Int64(count))
        }
        for name in ["ant_1_array", "ant_2_array"] { dataset(0, name, sluice_H5T_STD_I64LE(), [rows]) }
        dataset(1, "visdata", complex, [rows, 1, 1])
        dataset(1, "flags", sluice_H5T_STD_U8LE(), [rows, 1, 1])
        dataset(1, "nsamples", sluice_H5T_IEEE_F32LE(), [rows, 1, 1])
        groups.forEach { H5Gclose($0) }
        H5Tclose(complex)
        #expect(H5Fclose(file) >= 0)
    }

    @Test("What takes more memory than it may is the machine's fault, and the limit can be changed")
    func large() throws {
        let scratch = try Scratch()
        try hollow(rows: 40_000_000, in: scratch)
        let outcome = try info(
            scratch, "hollow.uvh5", ["SLUICE_WALK_MEMORY": "256MiB", "SLUICE_MEMORY": "64GiB"])
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(
            outcome.errors.contains("take more than 256 MiB of memory: hollow.uvh5: raise --memory or set"),
            "\(outcome.errors)")
        #expect(try info(scratch, "hollow.uvh5", ["SLUICE_WALK_MEMORY": "much"]).code == 2)
    }

    @Test(
        "A header that takes more memory than the run may is refused before it is read, naming what it takes")
    func header() throws {
        let scratch = try Scratch()
        try hollow(rows: 40_000_000, in: scratch)
        let outcome = try info(scratch, "hollow.uvh5", ["SLUICE_MEMORY": "1GiB"])
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
        #expect(
            outcome.errors.contains("its 40000000 rows take")
                && outcome.errors.contains("MiB of memory to open, above the limit of 1024 MiB")
                && outcome.errors.contains("hollow.uvh5 /Header: raise --memory"), "\(outcome.errors)")
    }

    @Test(
        "A file that shrinks while it is read is the machine's fault and leaves no result",
        arguments: ["h5", "uvh5"])
    func shrinking(suffix: String) throws {
        let scratch = try Scratch()
        let file = "long.\(suffix)"
        let simulation = try scratch.write(
            """
            sluice: 1
            name: long
            stages:
              - simulate: {antennas: 3, channels: 16, frequency: 1.39GHz, bandwidth: 13MHz, plan: t*1500}
              - write: {output: \(file)}
            """, to: "long.yaml")
        let made = try Program.run("run", simulation, "--quiet", in: scratch.url)
        #expect(made.code == 0, "\(made.errors)")
        let pipeline = try scratch.write(
            """
            sluice: 1
            name: copy
            stages:
              - read: {input: \(file), window: 1}
              - write: {output: copy.h5}
            """, to: "copy.yaml")
        let run = try Program.start(["run", pipeline, "--quiet"], in: scratch.url)
        // Once the result is begun the file has been opened, and most of it is still to be read.
        while run.process.isRunning, try !scratch.names.contains(where: { $0.contains("copy.h5") }) {
            usleep(500)
        }
        #expect(truncate(scratch[file], 1 << 16) == 0)
        let outcome = try Program.finish(run)
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains(file), "\(outcome.errors)")
        #expect(outcome.errors.contains("became shorter while it was read"), "\(outcome.errors)")
        #expect(try !scratch.names.contains { $0.contains("copy.h5") })
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
