import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Flagging

/// Noise of unit variance with a carrier on the ground in one channel, as tracking leaves it.
struct TrackedScan {
    static let channels = 64
    static let carrier = 37
    let times = 192
    let axis = BandAxis(first: 1.2e9, step: 2e5)
    var visibilities: [Complex64] = []

    /// w/c of every dump, seconds: a few turns a minute that speed up.
    var delays: [Double] {
        (0..<times).map { time in
            let dumps = Double(time)
            return 3e-7 + 4e-11 * dumps + 2e-13 * dumps * dumps
        }
    }

    init(amplitude: Double, sign: Double = -1, dumps: Range<Int> = 0..<192, seed: UInt64 = 1) {
        var random = Seeded(seed)
        for pol in 0..<4 {
            for (time, delay) in delays.enumerated() {
                for channel in 0..<Self.channels {
                    let noise = (random.normal(), random.normal())
                    let isOn = channel == Self.carrier && dumps.contains(time)
                    let angle =
                        2 * .pi * delay * (axis.first + Double(channel) * axis.step) * sign + Double(pol)
                    let level = isOn ? amplitude : 0
                    visibilities.append(
                        Complex64(Float(noise.0 + level * cos(angle)), Float(noise.1 + level * sin(angle))))
                }
            }
        }
    }

    /// The mask, [time][channel], from delays of every dump; without, nothing is known to be tracked.
    func mask(delays: [Double]) throws -> [UInt8] {
        let flagger = try BaselineFlagger(
            AutoflagSettings(), polarisations: 4, channels: Self.channels, axis: delays.isEmpty ? nil : axis)
        try flagger.push(
            visibilities.span, flags: [UInt8](repeating: 0, count: visibilities.count).span, dumps: times,
            delays: delays, endsScan: true)
        var mask: [UInt8] = []
        while let hop = flagger.next() { mask += hop.found }
        return mask
    }

    /// The share of each channel that is flagged.
    func flagged(tracked: Bool = true) throws -> [Double] {
        var shares = [Double](repeating: 0, count: Self.channels)
        for (index, found) in try mask(delays: tracked ? delays : []).enumerated() {
            shares[index % Self.channels] += Double(found) / Double(times)
        }
        return shares
    }
}

@Suite("Emitters on the ground")
struct EmitterTests {
    @Test(
        "a carrier far below the noise of a sample is found by its fringes, whichever way they turn",
        arguments: [1.0, -1])
    func found(sign: Double) throws {
        let scan = TrackedScan(amplitude: 0.65, sign: sign)
        let shares = try scan.flagged()
        #expect(shares[TrackedScan.carrier] > 0.85)
        #expect(shares.reduce(0, +) - shares[TrackedScan.carrier] < 0.5)
        #expect(try scan.flagged(tracked: false)[TrackedScan.carrier] < 0.3)
    }

    @Test("it is found where it is on, and within a window of that")
    func extent() throws {
        let shares = try TrackedScan(amplitude: 0.9, dumps: 0..<96).flagged()
        #expect((0.45...0.75).contains(shares[TrackedScan.carrier]))
    }

    @Test("neither noise nor a burst nor a source at the phase centre is an emitter", arguments: [1, 2, 3])
    func others(seed: UInt64) throws {
        var scan = TrackedScan(amplitude: 0, seed: seed)
        #expect(try scan.flagged().reduce(0, +) < 0.5)
        for pol in 0..<4 {
            for time in 0..<scan.times {
                for channel in 0..<TrackedScan.channels {
                    let index = (pol * scan.times + time) * TrackedScan.channels + channel
                    scan.visibilities[index].real += time == 70 && channel == 20 ? 30 : 1
                }
            }
        }
        let shares = try scan.flagged()
        #expect(shares[20] < 0.1)
        #expect(shares.reduce(0, +) < 0.7)
    }

    @Test("dumps without samples, few or many, leave the search where it was", arguments: [20, 70, 700])
    func gap(missing: Int) throws {
        let scan = TrackedScan(amplitude: 0.9)
        let flagger = try BaselineFlagger(
            AutoflagSettings(), polarisations: 4, channels: TrackedScan.channels, axis: scan.axis)
        let row = 4 * TrackedScan.channels
        for _ in 0..<missing {
            try flagger.push(
                [Complex64](repeating: Complex64(1, 0), count: row).span,
                flags: [UInt8](repeating: 1, count: row).span, dumps: 1, delays: [0])
        }
        let flags = [UInt8](repeating: 0, count: scan.visibilities.count)
        try flagger.push(
            scan.visibilities.span, flags: flags.span, dumps: scan.times, delays: scan.delays, endsScan: true)
        var mask: [UInt8] = []
        while let hop = flagger.next() { mask += hop.found }
        #expect(mask.count == (missing + scan.times) * TrackedScan.channels)
        let found = (missing..<missing + scan.times).count {
            mask[$0 * TrackedScan.channels + TrackedScan.carrier] == 1
        }
        #expect(found > scan.times * 8 / 10)
    }

    @Test("conjugation changes no flag")
    func conjugation() throws {
        var scan = TrackedScan(amplitude: 0.65)
        let shares = try scan.flagged()
        #expect(shares[TrackedScan.carrier] > 0.5)
        for index in scan.visibilities.indices { scan.visibilities[index].imaginary.negate() }
        #expect(try scan.flagged() == shares)
    }

    @Test("fringes are those of the delay, to single precision, over thousands of channels and turns")
    func fringes() {
        let axis = BandAxis(first: 1.7e9, step: -26.1e3)
        let delays = [0, 1e-9, 2.7e-5, -8.3e-6]
        let fringes = EmitterFringes(delays: delays, axis: axis, stride: 4096)
        var worst = 0.0
        for (row, delay) in delays.enumerated() {
            for channel in 0..<4096 {
                let turns = delay * (axis.first + Double(channel) * axis.step)
                let angle = 2 * .pi * (turns - turns.rounded())
                let index = row * 4096 + channel
                worst = max(worst, abs(Double(fringes.cosines.samples[index]) - cos(angle)))
                worst = max(worst, abs(Double(fringes.sines.samples[index]) - sin(angle)))
            }
        }
        #expect(worst < 3e-5)
    }

    @Test("delays and frequencies that are no numbers find nothing and stop nothing")
    func odd() throws {
        let scan = TrackedScan(amplitude: 0)
        let flagger = try BaselineFlagger(
            AutoflagSettings(), polarisations: 4, channels: TrackedScan.channels,
            axis: BandAxis(first: .nan, step: .infinity))
        let flags = [UInt8](repeating: 0, count: scan.visibilities.count)
        try flagger.push(
            scan.visibilities.span, flags: flags.span, dumps: scan.times,
            delays: (0..<scan.times).map { $0 % 2 == 0 ? .nan : 1e300 }, endsScan: true)
        var found = 0
        while let hop = flagger.next() { found += hop.mask.count { $0 != 0 } }
        #expect(found < scan.times * TrackedScan.channels / 100)
        #expect(throws: AutoflagError.self) {
            try flagger.push(scan.visibilities.span, flags: flags.span, dumps: scan.times, delays: [1])
        }
    }
}

@Suite("Levels along channels")
struct ChannelQuantilesTests {
    private func values(_ count: Int, gaps: Bool) -> [Float] {
        var random = Seeded(UInt64(count))
        return (0..<count).map { _ in
            gaps && random.float() < 0.2 ? .infinity : Float(exp(random.normal()))
        }
    }

    @Test(
        "running medians are those of sorted windows",
        arguments: [1, 2, 3, 5, 16, 17, 24, 25, 40, 41, 64, 200, 513])
    func medians(count: Int) {
        let powers = values(count, gaps: false)
        // Gains are on both sides of zero; few different ones are often equal.
        let gains = powers.map { ($0.truncatingRemainder(dividingBy: 1) * 9).rounded() - 4 }
        for reach in MedianNetwork.Reach.allCases {
            for values in [powers, gains] {
                let found = ChannelQuantiles.centredMedians(values, reach: reach)
                for channel in 0..<count {
                    let near = min(reach.rawValue, channel, count - 1 - channel)
                    #expect(found[channel] == values[channel - near...channel + near].sorted()[near])
                }
            }
        }
    }

    @Test(
        "wide quantiles stand for their windows, whatever is missing", arguments: [1, 3, 17, 64, 300, 1000])
    func wide(count: Int) {
        let values = values(count, gaps: true)
        let found = ChannelQuantiles.wideQuantiles(values, reach: 64, quantile: 0.4)
        for channel in stride(from: 8, to: count, by: 16) {
            let window = stride(from: channel - 64, through: channel + 64, by: 2)
                .filter { values.indices.contains($0) && values[$0].isFinite }.map { values[$0] }.sorted()
            guard !window.isEmpty else { continue }
            let expected = window[min(Int(Float(window.count) * 0.4), window.count - 1)]
            #expect(abs(found[channel] / expected - 1) < 1e-4)
        }
        let none = [Float](repeating: .infinity, count: count)
        #expect(ChannelQuantiles.wideQuantiles(none, reach: 64, quantile: 0.4) == none)
        #expect(ChannelQuantiles.centredMedians(none, reach: .twelve) == none)
    }

    @Test("twice the values are twice the quantiles, to the bit")
    func scale() {
        let values = values(300, gaps: true)
        let found = ChannelQuantiles.wideQuantiles(values, reach: 64, quantile: 0.35)
        #expect(
            ChannelQuantiles.wideQuantiles(values.map { 1024 * $0 }, reach: 64, quantile: 0.35)
                == found.map { 1024 * $0 })
    }
}
