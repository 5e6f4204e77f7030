import TestSupport
import Testing

@testable import Flagging

@Suite("Means of groups of dumps")
struct GroupMeansTests {
    @Test(
        "levels are medians of the groups that keep enough, over what that is of a mean",
        arguments: [3, 8, 9, 40, 96, 100, 192, 500])
    func levels(rows: Int) {
        let channels = 37
        let stride = Plane.stride(channels: channels)
        let (power, mask) = (Plane(rows: rows, stride: stride), Plane(rows: rows, stride: stride))
        var random = Seeded(UInt64(rows))
        for row in 0..<rows {
            for channel in 0..<channels {
                let (a, b) = (random.normal(), random.normal())
                power.samples[row * stride + channel] = Float(a * a + b * b)
                // Ever less is kept towards the last channel, of which nothing is.
                let isKept = abs(random.float()) < Float(channels - 1 - channel) / Float(channels - 4)
                mask.samples[row * stride + channel] = isKept ? 1 : 0
            }
        }
        // Whole steps of four dumps, at most 24 groups.
        let length = max(8, 4 * ((rows + 95) / 96))
        let found = GroupMeans(of: power, mask: mask).levels(channels: channels)
        #expect(found.count == channels)
        for channel in 0..<channels {
            var means: [Double] = []
            for first in Swift.stride(from: 0, to: rows, by: length) {
                let dumps = first..<min(first + length, rows)
                let kept = dumps.filter { mask.samples[$0 * stride + channel] > 0 }
                guard kept.count >= min(3, dumps.count) else { continue }
                let sum = kept.reduce(0) { $0 + Double(power.samples[$1 * stride + channel]) }
                means.append(sum / Double(kept.count))
            }
            guard !means.isEmpty else {
                #expect(found[channel] == .infinity)
                continue
            }
            means.sort()
            let median = (means[means.count / 2] + means[(means.count - 1) / 2]) / 2
            let expected = median / (means.count > 2 ? 0.9588 : 1)
            #expect(abs(Double(found[channel]) / expected - 1) < 1e-5)
        }
    }
}
