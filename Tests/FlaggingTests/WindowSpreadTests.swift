import Testing

@testable import Flagging

/// Windows whose scatter decides thresholds, against sums over the samples one by one.
struct WindowSpreadTests {
    private let times = 70
    private let channels = 83
    private let count = 128

    /// A corner is missing, and bursts are: some windows hold nothing, others half.
    private func sample(_ time: Int, _ channel: Int) -> Int32? {
        let isMissing = (time < 35 && channel < 40) || (time / 5 + channel / 7) % 4 == 0
        return isMissing ? nil : Int32((time * 7919 + channel * 104_729) % 2003 - 1001)
    }

    /// A place for a number: 1/g and 1/g² in 32 bits, with g³ = g + 1, are the steps through rows and columns.
    private func place(_ number: Int, _ step: UInt32, _ places: Int) -> Int {
        let whole = 0.5 + Double(number) * Double(step) * 0x1p-32
        return Int((whole - whole.rounded(.down)) * Double(places))
    }

    @Test(
        "deviations are those of windows spread over the whole image", arguments: [1, 2, 4, 8, 16, 32],
        [true, false])
    func deviations(length: Int, alongTime: Bool) {
        let image = ThresholdImage(times: times, channels: channels)
        for time in 0..<times {
            for channel in 0..<channels {
                if let sample = sample(time, channel) { image.set(sample, time: time, channel: channel) }
            }
        }
        var expected: [Float] = []
        var places: Set<[Int]> = []
        for number in 0..<count {
            let row = place(number, 0xC13F_A9A9, alongTime ? times / length : times)
            let column = place(number, 0x91E1_0DA5, alongTime ? channels : channels / length)
            places.insert([row, column])
            let live = (0..<length).compactMap { index in
                alongTime ? sample(row * length + index, column) : sample(row, column * length + index)
            }
            if 2 * live.count > length {
                expected.append(Float(live.reduce(0, +)) / Float(live.count).squareRoot())
            }
        }
        let found = [Float](unsafeUninitializedCapacity: count) { memory, kept in
            guard let first = memory.baseAddress else { return }
            kept = image.writeDeviations(of: count, length: length, alongTime: alongTime, to: first)
        }
        #expect(found == expected)
        #expect(found.count > count / 3 && found.count < count)
        #expect(places.count > 60)
    }
}
