import Flagging
import Foundation
import TestSupport
import Testing

/// The reference programs, and a Python to run them.
enum Oracles {
    static let folder = Shared.find("oracles/rfi/sumthreshold.py")?.deletingLastPathComponent()
    static let arePresent = folder != nil && Peers.modern != nil
}

@Suite(
    "Against the SumThreshold oracle",
    .enabled(if: Oracles.arePresent, "needs shared/oracles and peers"))
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
        var random = Seeded(2010)
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
        let scratch = try Scratch()
        try bytes.write(to: scratch.url.appending(path: "images"))
        let folder = try #require(Oracles.folder).path
        let printed = try Peers.run(Peers.modern, ["-c", Self.compare, folder, scratch["images"]])
        #expect(printed.output == "300 0\n")
    }
}
