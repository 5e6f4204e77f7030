import Flagging
import Foundation
import Testing

/// What stands outside the package: reference programs in a folder `shared` beside it, and a Python to run them.
enum Oracles {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let folder: URL? = [root, root.deletingLastPathComponent()]
        .map { $0.deletingLastPathComponent().appending(path: "shared/oracles/rfi") }
        .first { FileManager.default.fileExists(atPath: $0.appending(path: "sumthreshold.py").path) }
    static let python: String? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? ""
        let path = (environment["SLUICE_PEERS"] ?? home + "/.cache/sluice-peers") + "/modern/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Runs a script with arguments; what it printed.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = ["-c", script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}

@Suite(
    "Against the SumThreshold oracle",
    .enabled(if: Oracles.folder != nil && Oracles.python != nil, "needs shared/oracles and peers"))
struct OracleTests {
    /// Reads images and our masks, prints how many masks the oracle finds different.
    private static let compare = """
        import sys
        import numpy as np
        sys.path.insert(0, sys.argv[1])
        from sumthreshold import sumthreshold
        b, at, bad, n = open(sys.argv[2], 'rb').read(), 0, 0, 0
        while at < len(b):
            nt, nf, bt, bf = np.frombuffer(b, 'i4', 4, at); at += 16
            x = np.frombuffer(b, 'f4', nt * nf, at).reshape(nt, nf); at += 4 * nt * nf
            m = np.frombuffer(b, 'u1', nt * nf, at).reshape(nt, nf) != 0; at += nt * nf
            ours = np.frombuffer(b, 'u1', nt * nf, at).reshape(nt, nf) != 0; at += nt * nf
            mask, margin = sumthreshold(x, float(bt), float(bf), m)
            bad += not (mask == ours).all()
            n += 1
        print(n, bad)
        """

    @Test("the mask is the oracle's on 300 images of integers")
    func integers() throws {
        var random = Seeded(state: 2010)
        var bytes = Data()
        for number in 0..<300 {
            var image = TestImage(&random, largest: number % 20 == 0 ? 150 : 50)
            image.samples = image.samples.map { $0.isFinite ? $0 : 0 }
            let (time, frequency) = (
                Int.random(in: 20...60, using: &random), Int.random(in: 20...60, using: &random)
            )
            let operation = SumThreshold(timeThreshold: Double(time), frequencyThreshold: Double(frequency))
            for word in [image.times, image.channels, time, frequency] {
                withUnsafeBytes(of: Int32(word)) { bytes.append(contentsOf: $0) }
            }
            image.samples.withUnsafeBytes { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: image.mask)
            bytes.append(contentsOf: image.flagged(operation))
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "sumthreshold-\(UUID().uuidString)")
        try bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let printed = try Oracles.run(Self.compare, [try #require(Oracles.folder).path, file.path])
        #expect(printed == "300 0\n")
    }
}
