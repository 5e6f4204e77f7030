import Flagging
import Foundation
import TestSupport
import Testing
import Visibilities

@Suite("Autoflag of whole cubes")
struct AutoflagCubeTests {
    @Test("is that of its baselines and sub-bands, on any number of threads", arguments: [1, 2, 5])
    func parts(width: Int) async throws {
        let scans = (0..<3).map { TestScan(2, 40, 24, seed: UInt64($0)) }
        let shape = BlockShape(baselines: 3, polarisations: 2, times: 40, channels: 24)
        let cube = try AutoflagCube(shape, visibilities: scans.flatMap(\.visibilities))
        #expect(try await cube.interference(width: width) == scans.flatMap { try $0.flagged() })
        let halves = try await cube.interference(subband: 12, width: width)
        let lower = try AutoflagCube(
            BlockShape(baselines: 3, polarisations: 2, times: 40, channels: 12),
            visibilities: stride(from: 0, to: cube.visibilities.count, by: 24).flatMap {
                cube.visibilities[$0..<$0 + 12]
            })
        let expected = try await lower.interference()
        #expect(stride(from: 0, to: halves.count, by: 24).flatMap { halves[$0..<$0 + 12] } == expected)
    }

    @Test("refuses arrays that do not have the shape")
    func errors() {
        for extent in [0, -1, Int.max, 3] {
            let shape = BlockShape(baselines: extent, polarisations: 2, times: 2, channels: 2)
            #expect(throws: AutoflagError.self) {
                try AutoflagCube(shape, visibilities: [Complex64](repeating: Complex64(1, 0), count: 16))
            }
        }
    }

    /// Makes the data of a seed, or scores a mask.
    private static let benchmark = """
        import os, subprocess, sys
        import numpy as np
        folder, seed, work = sys.argv[1:4]
        truth = work + '/truth.npz'
        if len(sys.argv) == 4:
            subprocess.run([sys.executable, folder + '/make_rfi_truth.py', '--seed', seed, '--out', truth, '--raw'],
                           check=True, stdout=subprocess.DEVNULL)
            print(*np.load(truth)['vis'].shape)
        else:
            sys.path.insert(0, folder)
            from score import score
            d = np.load(truth)
            s = score(d, np.fromfile(sys.argv[4], np.uint8).reshape(d['snr'].shape))
            print(s['f1'], s['tpr1'], s['fpr'], s['fpr_far'])
        """

    private static let seeds = (ProcessInfo.processInfo.environment["SLUICE_RFI_SEEDS"] ?? "").split(
        separator: ","
    )
    .map(String.init)

    @Test(
        "finds simulated interference (F1 above 0.7)",
        .enabled(if: Oracles.arePresent, "needs shared/oracles and peers"),
        arguments: seeds)
    func truth(seed: String) async throws {
        let scratch = try Scratch()
        let work = scratch.url
        let folder = try #require(Oracles.folder).path
        let extents = try Peers.run(Peers.modern, ["-c", Self.benchmark, folder, seed, work.path]).output
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(extents.count == 4)
        let shape = BlockShape(
            baselines: extents[0], polarisations: extents[1], times: extents[2], channels: extents[3])
        let bytes = try Data(contentsOf: work.appending(path: "truth.bin"))
        let visibilities = bytes.withUnsafeBytes { Array($0.bindMemory(to: Complex64.self)) }
        let mask = try await AutoflagCube(shape, visibilities: visibilities).interference(width: 2)
        let file = work.appending(path: "mask")
        try Data(mask).write(to: file)
        let scores = try Peers.run(
            Peers.modern, ["-c", Self.benchmark, folder, seed, work.path, file.path]
        ).output
            .split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        try #require(scores.count == 4)
        print("seed \(seed): F1, found, false, false far from interference: \(scores)")
        #expect(scores[0] > 0.7)
    }
}
