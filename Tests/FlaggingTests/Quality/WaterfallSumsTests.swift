import Foundation
import Testing
import Visibilities

@testable import Flagging

@Suite("Waterfall sums")
struct WaterfallSumsTests {
    /// A cell summed sample by sample in double precision.
    private struct Slow {
        var (samples, lost, flagged, after) = (0, 0, 0, 0.0)
        var (sumAfter, sumBefore, real, imaginary) = (0.0, 0.0, 0.0, 0.0)
        var reasons = [Int](repeating: 0, count: 8)

        mutating func add(_ value: Complex64, _ flags: UInt8) {
            samples += 1
            let (re, im) = (Double(value.real), Double(value.imaginary))
            guard flags & 8 == 0, re.isFinite, im.isFinite else {
                lost += 1
                reasons[3] += 1
                return
            }
            let amplitude = (re * re + im * im).squareRoot()
            sumBefore += amplitude
            if flags == 0 {
                (after, sumAfter) = (after + 1, sumAfter + amplitude)
                (real, imaginary) = (real + re, imaginary + im)
            } else {
                flagged += 1
                for bit in 0..<8 where flags & (1 << bit) != 0 { reasons[bit] += 1 }
            }
        }
    }

    private func cells(
        _ stream: QualityStream, baselines: [Int], _ bins: TimeFrequencyBins,
        _ cut: (window: Int, subband: Int, tile: Int), order: BlockOrder = .subbandFirst
    ) throws -> WaterfallCells {
        var sums = try WaterfallSums(stream.observation, baselines: baselines, polarisation: 1, bins: bins)
        let cut = stream.cut(window: cut.window, subband: cut.subband, tile: cut.tile, order: order)
        try stream.forEachBlock(of: cut) { sums.add($0) }
        return sums.finish()
    }

    @Test(
        "cells are those of samples summed one by one",
        arguments: [[4], [1, 2, 3, 5, 6, 8]], [(100, 100), (12, 9)])
    func slowReference(baselines: [Int], size: (rows: Int, columns: Int)) throws {
        let stream = QualityStream(dumps: [9, 3, 20])
        let observation = stream.observation
        let bins = TimeFrequencyBins(observation, rows: size.rows, columns: size.columns)
        let cells = try cells(stream, baselines: baselines, bins, (5, 16, 4))
        var slow = [Slow](repeating: Slow(), count: bins.count)
        for (scan, schedule) in observation.schedule.enumerated() {
            for dump in schedule.times.indices {
                for (run, band) in bins.bands.enumerated() {
                    for (item, channel) in band.channels.enumerated() {
                        let cell =
                            bins.rows.bin(of: dump, inRun: scan) * bins.columns.count
                            + bins.columns.bin(of: item, inRun: run)
                        for baseline in baselines {
                            let (value, flags) = stream.sample(
                                scan: scan, dump: dump, baseline: baseline, polarisation: 1,
                                window: band.spectralWindow, channel: channel)
                            slow[cell].add(value, flags)
                        }
                    }
                }
            }
        }
        func close(_ one: Float, _ two: Double) -> Bool {
            one.isNaN ? two.isNaN : abs(Double(one) - two) < 1e-5 * max(abs(two), 1)
        }
        for (index, slow) in slow.enumerated() {
            let flags = cells.flags(index)
            #expect(flags.samples == slow.samples && flags.flagged == slow.flagged && flags.lost == slow.lost)
            #expect((0..<8).map { flags.reasons[$0] } == slow.reasons)
            #expect(close(cells.amplitude(index, before: false), slow.sumAfter / slow.after))
            #expect(
                close(
                    cells.amplitude(index, before: true), slow.sumBefore / Double(slow.samples - slow.lost)))
            let off = Double(cells.phase(index)) - atan2(slow.imaginary, slow.real)
            #expect(slow.after == 0 ? off.isNaN : abs(remainder(off, 2 * .pi)) < 1e-3)
            #expect(close(cells.flaggedShare(index), Double(slow.lost + slow.flagged) / Double(slow.samples)))
            let most = slow.reasons.max() ?? 0
            #expect(cells.mainReason(index) == (most > 0 ? slow.reasons.firstIndex(of: most) : nil))
        }
        #expect(cells.total.samples == baselines.count * 32 * 42)
    }

    @Test("tiles change no bit; time-first streams hold the same counts")
    func tiles() throws {
        let stream = QualityStream(dumps: [30])
        let bins = TimeFrequencyBins(stream.observation, rows: 7, columns: 9)
        let all = Array(stream.observation.baselines.indices)
        let first = try cells(stream, baselines: all, bins, (8, 16, 1))
        for tile in [3, 99] {
            let other = try cells(stream, baselines: all, bins, (8, 16, tile))
            #expect(
                other.sums == first.sums && other.counts == first.counts && other.reasons == first.reasons)
        }
        let timeFirst = try cells(stream, baselines: all, bins, (8, 16, 3), order: .timeFirst)
        #expect(timeFirst.counts == first.counts && timeFirst.reasons == first.reasons)
    }

    @Test("more samples than can be counted in a cell are refused, saying what to do")
    func tooMany() {
        var observation = QualityStream(antennas: 2, dumps: [1]).observation
        observation.schedule[0].times = [Double](repeating: 0, count: 70_000)
        observation.spectralWindows = [
            SpectralWindow(
                name: "w", frequencies: (0..<70_000).map(Double.init),
                widths: [Double](repeating: 1, count: 70_000))
        ]
        let bins = TimeFrequencyBins(observation, rows: 1, columns: 1)
        let error = #expect(throws: WaterfallError.self) {
            try WaterfallSums(observation, baselines: [0], polarisation: 0, bins: bins)
        }
        #expect(error?.description.contains("more pixels") == true)
    }
}
