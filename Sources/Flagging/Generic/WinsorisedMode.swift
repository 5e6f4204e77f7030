/// The scale of SumThreshold's thresholds: the mode of a Rayleigh distribution of the same power, samples above the 90th
/// percentile counting as that percentile (winsorised).
///
/// AOFlagger adds the squares of single precision one by one, the cut ones last: on large images that is off by up to 4 x 10⁻⁴,
/// always in the same way, so it is done here too.
///
/// A marked island: keys have room for as many samples as the image has, padding included.
final class WinsorisedMode {
    private typealias Lanes = SIMD16<Int32>
    /// Keys are told apart by so many values of 11 of their bits at a time.
    private static let bins = 1 << 11

    /// Integers in the order of the samples; the greatest of all where none counts.
    private let keys: UnsafeMutablePointer<Int32>
    private let counts: UnsafeMutablePointer<Int32>

    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        keys = Scratch.take(capacity, of: Int32.self)
        counts = Scratch.take(2 * Self.bins, of: Int32.self)
    }

    deinit {
        Scratch.give(keys, capacity)
        Scratch.give(counts, 2 * Self.bins)
    }

    /// The scale of the samples that count, 0 if there are none.
    func scale(of data: UnsafeMutablePointer<Float>, _ mask: ImageMask) -> Double {
        var end = 0
        var kept = Lanes(repeating: 0)
        mask.visit { index, _, _, counted in
            let bits = unsafeBitCast(data.lanes(index), to: Lanes.self)
            let key = bits ^ ((bits &>> 31) & 0x7FFF_FFFF)
            keys.setLanes(end, (key & counted) | (~counted & Lanes(repeating: .max)))
            kept &-= counted
            end += Plane.lanes
        }
        let count = Int(kept.wrappedSum())
        guard count > 0 else { return 0 }
        let cut = statistic(min(count * 9 / 10, count - 1), among: end)
        let (power, below) = powerBelow(cut, among: end)
        let largest = Self.sample(cut)
        var sum = Float(power)
        for _ in below..<count { sum += largest * largest }
        return 1.0541 * (Double(sum) / Double(count) / 2).squareRoot()
    }

    private static func sample(_ key: Int32) -> Float {
        Float(bitPattern: UInt32(bitPattern: key ^ ((key >> 31) & 0x7FFF_FFFF)))
    }

    /// The key with so many before it: its leading bits, then those after them among keys that share these, then the last.
    private func statistic(_ rank: Int, among end: Int) -> Int32 {
        var rank = rank
        let middle = Int32(Self.bins / 2)
        let first = select(&rank, among: end) { Int($0 >> 21 + middle) } - Int(middle)
        let leading = Int32(first)
        let second = select(&rank, among: end) { $0 >> 21 == leading ? Int($0 >> 10 & 0x7FF) : nil }
        let more = leading << 11 | Int32(second)
        let third = select(&rank, among: end) { $0 >> 10 == more ? Int($0 & 0x3FF) : nil }
        return more << 10 | Int32(third)
    }

    /// The bin of the key with so many before it, which becomes how many of those are in its bin.
    @inline(__always)
    private func select(_ rank: inout Int, among end: Int, _ bin: (Int32) -> Int?) -> Int {
        counts.update(repeating: 0, count: 2 * Self.bins)
        // Two tables, so that neighbours of one kind do not wait for each other.
        let other = counts + Self.bins
        for index in Swift.stride(from: 0, to: end, by: 2) {
            if let bin = bin(keys[index]) { counts[bin] += 1 }
            if let bin = bin(keys[index + 1]) { other[bin] += 1 }
        }
        for bin in 0..<Self.bins {
            let here = Int(counts[bin] + other[bin])
            if rank < here { return bin }
            rank -= here
        }
        return Self.bins - 1
    }

    /// The sum of the squares of samples below one, and their number.
    private func powerBelow(_ cut: Int32, among end: Int) -> (Double, Int) {
        var power = SIMD16<Double>(repeating: 0)
        var below = Lanes(repeating: 0)
        let limit = Lanes(repeating: cut)
        for index in Swift.stride(from: 0, to: end, by: Plane.lanes) {
            let key = keys.lanes(index)
            // Halves, for a difference of keys may not fit.
            let isBelow = ((key &>> 1) &- (limit &>> 1) &+ ((key & 1) &- (limit & 1)) &>> 1) &>> 31
            let bits = (key ^ ((key &>> 31) & 0x7FFF_FFFF)) & isBelow
            let sample = unsafeBitCast(bits, to: SIMD16<Float>.self)
            power += SIMD16<Double>(sample * sample)
            below &-= isBelow
        }
        return (power.sum(), Int(below.wrappedSum()))
    }
}
