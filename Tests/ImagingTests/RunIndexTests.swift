import TestSupport
import Testing
import Visibilities

@testable import Imaging

@Suite struct RunIndexTests {
    static let axes: [(name: String, frequencies: [Double])] = [
        ("even", channels(97) { 0.86e9 + 6.6875e6 * $0 }),
        ("with a gap", channels(60) { 1.2e9 + 1e6 * ($0 < 20 ? $0 : $0 + 300) }),
        ("uneven", channels(50) { 1e9 + 2e4 * $0 * $0 }),
        ("one channel", [1.4e9]),
    ]

    private static func channels(_ count: Int, _ frequency: (Double) -> Double) -> [Double] {
        (0..<count).map { frequency(Double($0)) }
    }

    private func plan(_ batch: VisibilityBatch, _ sky: SkyCase) throws -> GridPlan {
        try GridPlan(
            ImageSettings(geometry: sky.geometry(), psf: false),
            coverage: UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
    }

    @Test(
        "runs end exactly where tile or plane change, and know all that their channels reach", arguments: axes
    )
    func cutting(_ name: String, _ frequencies: [Double]) throws {
        let sky = SkyCase(width: 256, height: 192, field: 3, rows: 40, channels: 1)
        var batch = sky.batch(seed: 5)
        batch.frequencies = frequencies
        batch.uvw += [UVW(0, 0, 0), UVW(0, 300, 0), UVW(-300, 0, 1), UVW(1e7, 0, 0)]
        let plan = try plan(batch, sky)
        let support = plan.scheme.support
        let cutter = ChannelCutter(frequencies, plan.axes, support: support)
        for uvw in batch.uvw {
            let rate = plan.axes.rate(uvw).rate
            let places = frequencies.map {
                plan.axes.place(plan.axes.cell(rate, $0), support: Int32(support))
            }
            var channel = 0
            let end = cutter.forEachRun(rate) { place, run in
                #expect(run.lowerBound == channel && !run.isEmpty)
                var reach = Reach()
                for channel in run {
                    #expect(places[channel].begins(as: place))
                    reach.formUnion(places[channel].reach)
                }
                #expect(place.reach == reach)
                if run.upperBound < frequencies.count,
                    run.upperBound < channelsOnGrid(rate, plan, frequencies)
                {
                    #expect(!places[run.upperBound].begins(as: place))
                }
                channel = run.upperBound
            }
            #expect(end == channel && end == channelsOnGrid(rate, plan, frequencies))
        }
    }

    private func channelsOnGrid(_ rate: SIMD4<Double>, _ plan: GridPlan, _ frequencies: [Double]) -> Int {
        frequencies.withUnsafeBufferPointer { plan.axes.channelsOnGrid(rate, $0) }
    }

    @Test("the index holds every sample once, sorted by tile and plane, rows in their order")
    func sorting() async throws {
        let sky = SkyCase(width: 192, height: 256, field: 4, rows: 150, channels: 40)
        let batch = sky.batch(seed: 6)
        let plan = try plan(batch, sky)
        var blocks = plan.blocks
        let cutter = ChannelCutter(batch.frequencies, plan.axes, support: plan.scheme.support)
        let index = try await RunIndex(batch, from: 0, cutter, plan, &blocks)
        #expect(index.end == batch.rows && blocks.count == plan.blocks.count)
        var seen = [Bool](repeating: false, count: batch.weights.count)
        for (colour, tiles) in index.colours.enumerated() {
            for tile in tiles {
                #expect((tile.tileU & 1) + 2 * (tile.tileV & 1) == colour)
                let row = index.rows[tile.tileV]
                var (plane, samples) = (-1, 0)
                for group in row.groups[tile.groups] {
                    #expect(group.plane > plane)
                    plane = group.plane
                    let runs = row.runs[group.runs]
                    #expect(
                        zip(runs, runs.dropFirst()).allSatisfy { ($0.row, $0.first) < ($1.row, $1.first) })
                    for run in runs {
                        for channel in run.channels {
                            let sample = Int(run.row) * batch.frequencies.count + channel
                            #expect(!seen[sample])
                            seen[sample] = true
                        }
                        samples += run.channels.count
                    }
                }
                #expect(samples == tile.samples)
            }
        }
        #expect(seen.allSatisfy { $0 })
    }

    @Test("the polynomials of mirrored cells follow the kernel", arguments: [3, 4, 5, 6, 7, 8])
    func polynomials(_ support: Int) throws {
        let entry = try #require(
            KernelEntry.table.last { $0.shape.support == support && $0.oversampling == 2 })
        let kernel = GriddingKernel(entry.shape).mirrored
        var cells = [Lanes](repeating: .zero, count: support)
        let t = Lanes(-1, -0.75, -0.4, -0.1, 0, 0.3, 0.8, 1)
        kernel.coefficients.map { Float($0) }.withUnsafeBufferPointer { powers in
            cells.withUnsafeMutableBufferPointer { cells in
                guard let powers = powers.baseAddress, let cells = cells.baseAddress else { return }
                kernel.evaluate(powers, t, into: cells)
            }
        }
        for cell in 0..<support {
            for lane in 0..<8 {
                let distance = Double(cell) - Double(support - 1) / 2 - Double(t[lane]) / 2
                let exact = entry.shape.value(at: distance)
                #expect(abs(Double(cells[cell][lane]) - exact) < max(2e-6, 3 * entry.worstError))
            }
        }
    }
}

extension GridPlace {
    fileprivate func begins(as other: GridPlace) -> Bool {
        tileU == other.tileU && tileV == other.tileV && plane == other.plane
    }
}
