import Flagging
import Pipeline
import Testing
import Visibilities

@testable import Stages

@Suite struct CutterTests {
    private func observation(baselines: Int, channels: Int, dumps: Int) -> Observation {
        let scan = ScheduledScan(
            number: 1, field: 0, intent: "track", times: (0..<dumps).map(Double.init),
            intervals: [Double](repeating: 1, count: dumps), antennaUVW: [])
        return Observation(
            telescope: "test", antennas: [], baselines: (0..<baselines).map { Baseline(0, $0) },
            spectralWindows: [
                SpectralWindow(
                    name: "l", frequencies: (0..<channels).map { 1e9 + Double($0) },
                    widths: [Double](repeating: 1, count: channels))
            ], polarisations: [.xx, .xy, .yx, .yy],
            fields: [Field(name: "f", phaseCentre: Direction(rightAscension: 0, declination: 0))],
            schedule: [scan],
            integrationTime: 1)
    }

    @Test("32 antennas, 4 products and 64 dumps travel in sub-bands of 64 channels and tiles below 1 MiB")
    func meerkat32() {
        let cut = Cutter(window: 64, subband: nil, chunk: 32, demand: CutDemand(), tileBytes: 1 << 20)
            .cut(observation(baselines: 528, channels: 512, dumps: 64))
        #expect(cut.subbands.count == 8)
        #expect(cut.subbands.allSatisfy { $0.channels.count == 64 })
        #expect(cut.tiles.allSatisfy { $0.count <= 4 } && cut.tiles.count == 132)
        #expect(cut.dumpsPerWindow == 64)
    }

    @Test(
        "Windows and sub-bands hold whole bins, and at least one chunk",
        arguments: [(3, 5, 66, 32), (64, 1, 64, 32), (7, 48, 70, 32), (1, 1, 64, 4096)])
    func wholeBins(times: Int, channels: Int, dumps: Int, chunk: Int) {
        let cutter = Cutter(
            window: 64, subband: nil, chunk: chunk, demand: CutDemand(times: times, channels: channels),
            tileBytes: 1 << 20)
        let cut = cutter.cut(observation(baselines: 2080, channels: 4096, dumps: 100))
        #expect(cut.dumpsPerWindow == dumps)
        let width = cut.subbands[0].channels.count
        #expect(width % Cutter.leastCommonMultiple(chunk, channels) == 0 || cut.subbands.count == 1)
        #expect(cut.subbands.map(\.channels.count).reduce(0, +) == 4096)
    }

    @Test("Short scans travel in wider sub-bands, and chunks give way to bins where both do not fit")
    func shortScans() {
        func widths(dumps: Int, chunk: Int, bins: Int) -> [Int] {
            Cutter(
                window: 64, subband: nil, chunk: chunk, demand: CutDemand(times: 1, channels: bins),
                tileBytes: 1 << 20
            ).cut(observation(baselines: 2328, channels: 768, dumps: dumps)).subbands.map(\.channels.count)
        }
        #expect(widths(dumps: 64, chunk: 1, bins: 1)[0] == 17)
        #expect(widths(dumps: 24, chunk: 1, bins: 1)[0] == 46)
        #expect(widths(dumps: 24, chunk: 17, bins: 1)[0] == 34)
        #expect(widths(dumps: 24, chunk: 17, bins: 4)[0] == 44)
        #expect(widths(dumps: 24, chunk: 48, bins: 5)[0] == 240)
    }

    @Test("A tile holds at least one baseline, however large")
    func oneBaseline() {
        let cut = Cutter(window: 64, subband: nil, chunk: 32, demand: CutDemand(), tileBytes: 4096)
            .cut(observation(baselines: 3, channels: 512, dumps: 64))
        #expect(cut.tiles == [0..<1, 1..<2, 2..<3])
    }
}

@Suite struct HeldWindowsTests {
    @Test(
        "Windows wait until their flaggers have decided them",
        arguments: [FlaggingStrategy.sluice, .aoflaggerGeneric],
        [
            (64, 64, 64, 64), (64, 64, 64, 1000), (64, 64, 32, 1000), (64, 0, 64, 1000), (64, 64, 256, 1000),
            (8, 0, 64, 100), (64, 32, 32, 700), (48, 64, 32, 700), (64, 0, 64, 128), (100, 7, 9, 500),
        ])
    func most(strategy: FlaggingStrategy, shape: (hop: Int, margin: Int, window: Int, dumps: Int)) throws {
        var settings = AutoflagSettings(hop: shape.hop, margin: shape.margin)
        settings.strategy = strategy
        settings = settings.forScans(of: shape.dumps)
        let windows = stride(from: 0, to: shape.dumps, by: shape.window).map {
            $0..<min($0 + shape.window, shape.dumps)
        }
        let flagger = try settings.flagger(polarisations: 1, channels: 1)
        var (most, oldest, decided) = (0, 0, 0)
        for (number, window) in windows.enumerated() {
            most = max(most, number - oldest + 1)
            let samples = [Complex64](repeating: Complex64(1, 1), count: window.count)
            let flags = [UInt8](repeating: 0, count: window.count)
            try flagger.push(
                SamplePiece(samples.span, flags: flags.span), below: SamplePiece(), above: SamplePiece(),
                dumps: window.count, delays: [], endsScan: window.upperBound == shape.dumps)
            while let hop = flagger.next() { decided = hop.dumps.upperBound }
            while oldest < windows.count, windows[oldest].upperBound <= decided { oldest += 1 }
        }
        #expect(HeldWindows(settings: settings).most(windows: windows) == most)
    }
}
