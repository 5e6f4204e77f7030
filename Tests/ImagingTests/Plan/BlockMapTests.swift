import TestSupport
import Testing

@testable import Imaging

@Suite struct BlockMapTests {
    @Test(
        "blocks are numbered as in one pass over the rows, however many stretches are cut side by side",
        arguments: [2, 3, 7])
    func stretches(_ count: Int) throws {
        let sky = SkyCase(
            width: 256, height: 192, field: 3, declination: 20, hourAngle: 3, rows: 700, channels: 20)
        let batch = sky.batch(seed: 3)
        let coverage = try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies)
        let plan = try GridPlan(
            ImageSettings(geometry: sky.geometry(), epsilon: 1e-4, psf: false), coverage: coverage)
        var (whole, cut) = (BlockMap(plan.scheme), BlockMap(plan.scheme))
        for part in coverage.parts {
            whole.touch(part, plan.axes, plan.scheme, stretches: 1)
            cut.touch(part, plan.axes, plan.scheme, stretches: count, leastRows: 1)
        }
        #expect(whole == plan.blocks && whole.count > 500)
        #expect(cut == whole)
    }
}
