import TestSupport
import Testing

@testable import Flagging

@Suite("Evidence for growth")
struct EvidenceTests {
    @Test(
        "is where a sample and its neighbours, none counted beyond four standard deviations, add up to enough",
        arguments: [(1, 1), (3, 16), (7, 45), (40, 130)])
    func neighbours(times: Int, channels: Int) {
        let unit = Double(BlockStatistic.unit)
        let image = ThresholdImage(times: times, channels: channels)
        var random = Seeded(UInt64(channels))
        var samples = [[Double]](repeating: [Double](repeating: 0, count: channels), count: times)
        for time in 0..<times {
            for channel in 0..<channels where (time + channel) % 11 != 0 {
                let sample = (unit * (0.5 + 2 * random.normal())).rounded()
                image.set(Int32(sample), time: time, channel: channel)
                samples[time][channel] = min(sample, 4 * unit)
            }
        }
        let rows = times / 3..<times
        let evidence = Evidence(of: image, rows: rows, significance: 2)
        for time in rows {
            let marks = evidence.marks(time: time)
            for channel in 0..<channels {
                var sum = 0.0
                for row in max(time - 1, 0)...min(time + 1, times - 1) {
                    for column in max(channel - 1, 0)...min(channel + 1, channels - 1) {
                        sum += samples[row][column]
                    }
                }
                #expect(marks[channel] == (sum > 6 * unit ? -1 : 0))
            }
        }
    }
}
