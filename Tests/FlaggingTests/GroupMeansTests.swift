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
        let expected = SlowReference.levels(
            of: SlowReference.image(power, channels: channels),
            kept: SlowReference.image(mask, channels: channels).map { $0.map { $0 > 0 } })
        let found = GroupMeans(of: power, mask: mask).levels(channels: channels)
        #expect(found.count == channels)
        #expect(expected.contains(.infinity))
        for (found, expected) in zip(found, expected) {
            if expected.isFinite {
                #expect(abs(Double(found) / expected - 1) < 1e-5)
            } else {
                #expect(found == .infinity)
            }
        }
    }
}
