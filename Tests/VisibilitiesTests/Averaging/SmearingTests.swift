import Foundation
import Testing

@testable import Visibilities

@Suite("Smearing by averaging")
struct SmearingTests {
    static let degree = Double.pi / 180

    /// The worst image amplitude over position angles, by summing the phases of fine steps through every bin.
    static func simulated(_ observation: Observation, _ bins: AveragingBins, radius: Double)
        -> Double
    {
        let cross = observation.baselines.filter { !$0.isAutocorrelation }
        let scan = observation.schedule[0]
        let start = scan.times[0] - scan.intervals[0] / 2
        let (interval, width) = (scan.intervals[0], observation.spectralWindows[0].widths[0])
        let steps = 8
        return stride(from: 0.0, to: 180, by: 15).map { angle in
            let (l, m) = (sin(radius) * sin(angle * degree), sin(radius) * cos(angle * degree))
            var sum = 0.0
            var count = 0.0
            for baseline in cross {
                for first in stride(from: 0, to: scan.times.count, by: bins.times) {
                    let middle =
                        observation.spectralWindows[0].frequencies.reduce(0, +)
                        / Double(observation.spectralWindows[0].frequencies.count)
                    let (time, length) = (start + Double(first) * interval, Double(bins.times) * interval)
                    func phase(_ time: Double, _ frequency: Double) -> Double {
                        let turn = 7.292115e-5 * (time - 5e9)
                        func uvw(_ antenna: Int) -> UVW {
                            let (east, north) = SampleArray.dish(antenna)
                            return SampleArray.uvw(
                                east: east, north: north, latitude: -0.536, hourAngle: turn, -1.1)
                        }
                        let uvw = uvw(baseline.antenna1) - uvw(baseline.antenna2)
                        let path = uvw.u * l + uvw.v * m + uvw.w * (sqrt(1 - l * l - m * m) - 1)
                        return 2 * .pi * frequency / Conventions.speedOfLight * path
                    }
                    let centre = phase(time + length / 2, middle)
                    var real = 0.0
                    for step in 0..<steps {
                        let at = time + length * (Double(step) + 0.5) / Double(steps)
                        for channel in 0..<steps {
                            let offset = (Double(channel) + 0.5) / Double(steps) - 0.5
                            real += cos(phase(at, middle + offset * width * Double(bins.channels)) - centre)
                        }
                    }
                    sum += real / Double(steps * steps)
                    count += 1
                }
            }
            return sum / count
        }.min() ?? 1
    }

    @Test(
        "is what summing the phases through each bin gives",
        arguments: [(1, 4, 0.46), (8, 1, 1.0), (4, 2, 0.7), (1, 1, 2.0)])
    func simulation(times: Int, channels: Int, radius: Double) throws {
        let observation = SampleArray.observation(dumps: 16, channels: 8, interval: 8, antennas: 12)
        let bins = AveragingBins(times: times, channels: channels)
        let losses = try Smearing(observation).losses(bins, radius: radius * Self.degree)
        let expected = 1 - Self.simulated(observation, bins, radius: radius * Self.degree)
        #expect(expected > 0.003)
        #expect(abs(losses.total - expected) < 0.04 * expected + 2e-4)
    }

    @Test("costs a MeerKAT about 12 % at 0.46 degrees with 4 channels of 1.7 MHz")
    func anchor() throws {
        let losses = try Smearing(SampleArray.observation(dumps: 8, channels: 512)).losses(
            AveragingBins(channels: 4), radius: 0.46 * Self.degree)
        #expect(abs(losses.total - 0.12) < 0.02)
    }

    @Test(
        "bounds the largest bins: they fit, and the next larger ones do not", arguments: [0.001, 0.005, 0.02])
    func largest(loss: Double) throws {
        let observation = SampleArray.observation(
            dumps: 60, channels: 96, interval: 2, width: 0.2e6, antennas: 4)
        let smearing = try Smearing(observation)
        let radius = 0.8 * Self.degree
        let bins = try smearing.largestBins(loss: loss, radius: radius)
        #expect(bins.times * bins.channels > 1)
        #expect(smearing.losses(bins, radius: radius).added <= loss)
        #expect(96 % bins.channels == 0)
        let longer = AveragingBins(times: bins.times + 1, channels: bins.channels)
        #expect(smearing.losses(longer, radius: radius).added > loss)
        for channels in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 96] {
            let times = bins.times * bins.channels / channels + 1
            guard times <= 60 else { continue }
            let larger = AveragingBins(times: times, channels: channels)
            #expect(smearing.losses(larger, radius: radius).added > loss)
        }
    }

    @Test("leaves the data alone when they lose more than the limit already, and averages all at the centre")
    func extremes() throws {
        let smearing = try Smearing(SampleArray.observation(dumps: 10, channels: 8, antennas: 8))
        #expect(try smearing.largestBins(loss: 0.001, radius: 3 * Self.degree) == AveragingBins())
        #expect(try smearing.largestBins(loss: 0, radius: 0) == AveragingBins(times: 10, channels: 8))
    }

    @Test("refuses what it cannot predict")
    func refusals() throws {
        var observation = SampleArray.observation(dumps: 4, channels: 4)
        let smearing = try Smearing(observation)
        #expect(throws: SmearingError.loss(1)) { try smearing.largestBins(loss: 1, radius: 0.1) }
        #expect(throws: SmearingError.radius(2)) { try smearing.largestBins(loss: 0.1, radius: 2) }
        #expect(throws: SmearingError.self) { try smearing.largestBins(loss: .nan, radius: 0.1) }
        observation.schedule = []
        #expect(throws: SmearingError.noSchedule) { try Smearing(observation) }
    }
}
