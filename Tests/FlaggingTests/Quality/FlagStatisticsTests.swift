import Testing
import Visibilities

@testable import Flagging

@Suite("Flag statistics")
struct FlagStatisticsTests {
    static let cuts = [
        (64, 16, 4, BlockOrder.subbandFirst), (5, 37, 1, .timeFirst), (300, 300, 99, .subbandFirst),
    ]

    /// Counts of samples, one by one.
    private struct Slow {
        var counts: [[Int]: FlagCounts] = [:]

        init(_ stream: QualityStream) {
            let observation = stream.observation
            for (scan, schedule) in observation.schedule.enumerated() {
                for dump in schedule.times.indices {
                    for baseline in observation.baselines.indices {
                        for polarisation in observation.polarisations.indices {
                            for (window, axis) in observation.spectralWindows.enumerated() {
                                for channel in axis.frequencies.indices {
                                    let flags = stream.sample(
                                        scan: scan, dump: dump, baseline: baseline,
                                        polarisation: polarisation, window: window, channel: channel
                                    ).flags
                                    let one = Self.one(flags)
                                    for key in [
                                        [0, baseline], [1, polarisation], [2, scan, dump],
                                        [3, window, channel], [4],
                                    ] {
                                        counts[key, default: FlagCounts()] += one
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        static func one(_ flags: UInt8) -> FlagCounts {
            var one = FlagCounts()
            one.samples = 1
            if flags & 8 != 0 {
                one.reasons[3] = 1
            } else if flags != 0 {
                one.flagged = 1
                for bit in 0..<8 where flags & (1 << bit) != 0 { one.reasons[bit] = 1 }
            }
            return one
        }
    }

    private func statistics(
        _ stream: QualityStream, _ cut: (Int, Int, Int, BlockOrder), rows: Int = 20, columns: Int = 30
    ) throws -> FlagStatistics {
        let bins = TimeFrequencyBins(stream.observation, rows: rows, columns: columns)
        var statistics = FlagStatistics(stream.observation, bins: bins)
        let cut = stream.cut(window: cut.0, subband: cut.1, tile: cut.2, order: cut.3)
        try stream.forEachBlock(of: cut) { statistics.add($0) }
        return statistics
    }

    @Test("counts along every axis are those of samples counted one by one", arguments: cuts)
    func slowReference(cut: (Int, Int, Int, BlockOrder)) throws {
        let stream = QualityStream(dumps: [9, 3, 20])
        let (fast, slow) = (try statistics(stream, cut), Slow(stream).counts)
        #expect(fast.total == slow[[4]])
        #expect(fast.total.lost > 0 && fast.total.flagged > fast.total.lost)
        #expect(fast.baselines == fast.baselines.indices.map { slow[[0, $0]] })
        #expect(fast.polarisations == fast.polarisations.indices.map { slow[[1, $0]] })
        for (scan, dumps) in fast.dumps.enumerated() {
            #expect(dumps == dumps.indices.map { slow[[2, scan, $0]] })
        }
        for (window, channels) in fast.channels.enumerated() {
            #expect(channels == channels.indices.map { slow[[3, window, $0]] })
        }
    }

    @Test("all axes add up to the same totals, antennas to those of both ends", arguments: cuts)
    func totals(cut: (Int, Int, Int, BlockOrder)) throws {
        let stream = QualityStream(dumps: [2, 20], seed: 7)
        let fast = try statistics(stream, cut)
        let total = fast.total
        #expect(total.samples == 10 * 3 * 22 * 42)
        for axis in [fast.baselines, fast.scans, fast.fields, fast.columns, fast.rows] {
            #expect(axis.total == total)
        }
        for axis in [fast.dumps, fast.channels] { #expect(axis.map(\.total).total == total) }
        let cross = zip(stream.observation.baselines, fast.baselines).filter { !$0.0.isAutocorrelation }
        var ends = total
        ends += cross.map(\.1).total
        #expect(fast.antennas.total == ends)
        #expect(fast.cells.reduce(0) { $0 + $1.samples } == total.samples)
        #expect(fast.cells.reduce(0) { $0 + $1.lost } == total.lost)
        #expect(fast.cells.reduce(0) { $0 + $1.flagged } == total.flagged)
        #expect(fast.fields[2] == FlagCounts() && fast.fields[2].share == nil)
    }

    @Test("more than 255 rows of every flag are counted without overflow")
    func longPlanes() {
        let (rows, channels) = (700, 33)
        let flags = [UInt8](repeating: 0xF7, count: rows * channels)
        var counter = PlaneCounter(channels: channels)
        for _ in 0..<2 { counter.count(flags.span) }
        #expect(counter.rows.count == rows)
        #expect(
            counter.rows.allSatisfy { $0.flagged == channels && $0.reasons[0] == channels && $0.lost == 0 })
        let counts = counter.takeChannels()
        #expect(
            counts.allSatisfy {
                $0.flagged == 2 * rows && $0.reasons.min() == 0 && $0.reasons.max() == 2 * rows
            })
        #expect(counter.takeChannels().total == FlagCounts())
    }

    @Test("the bandpass is the mean amplitude before and after, and the same bits for all tiles")
    func bandpass() throws {
        let stream = QualityStream(dumps: [9, 70])
        var first: [Double]?
        for tile in [1, 3, 99] {
            var bandpass = Bandpass(stream.observation)
            try stream.forEachBlock(of: stream.cut(window: 64, subband: 16, tile: tile)) { bandpass.add($0) }
            let after = bandpass.amplitudes(
                spectralWindow: 0, channels: 0..<37, polarisation: 2, cross: true, before: false)
            #expect(first == nil || first == after)
            first = after
            for cross in [true, false] {
                for before in [true, false] {
                    let all = bandpass.amplitudes(
                        spectralWindow: 1, channels: 0..<5, polarisation: 1, cross: cross, before: before)
                    for (channel, mean) in all.enumerated() {
                        let expected = slowMean(stream, channel, cross: cross, before: before)
                        #expect(abs(mean / expected - 1) < 1e-6)
                    }
                }
            }
        }
    }

    /// The mean amplitude of product 1 in a channel of window 1.
    private func slowMean(_ stream: QualityStream, _ channel: Int, cross: Bool, before: Bool) -> Double {
        var (sum, count) = (0.0, 0.0)
        for (scan, schedule) in stream.observation.schedule.enumerated() {
            for dump in schedule.times.indices {
                for (baseline, pair) in stream.observation.baselines.enumerated()
                where pair.isAutocorrelation != cross {
                    let (value, flags) = stream.sample(
                        scan: scan, dump: dump, baseline: baseline, polarisation: 1, window: 1,
                        channel: channel)
                    let (real, imaginary) = (Double(value.real), Double(value.imaginary))
                    guard before ? flags & 8 == 0 : flags == 0, real.isFinite else { continue }
                    sum += (real * real + imaginary * imaginary).squareRoot()
                    count += 1
                }
            }
        }
        return sum / count
    }
}

@Suite("Bins of time and frequency")
struct TimeFrequencyBinsTests {
    @Test("are the narrowest that fit, and never cross the end of a scan or band")
    func bins() {
        let bins = RunBins(lengths: [10, 1, 25], most: 9)
        #expect(bins.width == 5 && bins.ranges == [0..<2, 2..<3, 3..<8])
        #expect(bins.bin(of: 9, inRun: 0) == 1 && bins.bin(of: 24, inRun: 2) == 7)
        #expect(bins.items(ofBin: 2, inRun: 1) == 0..<1 && bins.items(ofBin: 7, inRun: 2) == 20..<25)
        #expect(RunBins(lengths: [10, 1, 25], most: 36).width == 1)
        #expect(RunBins(lengths: [4, 4], most: 1).count == 2)
        #expect(RunBins(lengths: [], most: 5).count == 0)
        #expect(RunBins(lengths: [36_000], most: 600).width == 60)
    }

    @Test("split spectral windows where channels are missing, unless hardly any are neighbours")
    func bands() {
        let observation = QualityStream().observation
        let bins = TimeFrequencyBins(observation, rows: 100, columns: 100)
        #expect(bins.bands.map(\.channels) == [0..<18, 18..<37, 0..<2, 2..<5])
        #expect(bins.columns.count == 42 && bins.rows.count == 82 && bins.largestCell == 1)
        var scattered = observation
        scattered.spectralWindows[0].frequencies = (0..<37).map { 1e9 + 3e6 * Double($0) }
        #expect(TimeFrequencyBins(scattered, rows: 100, columns: 100).bands.count == 2)
    }
}
