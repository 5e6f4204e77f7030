import Foundation

/// Random numbers that are functions of what they are for, not of the order in which they are drawn.
///
/// A key is derived by hashing (splitmix64's finaliser; Steele, Lea & Flood 2014), so a simulation has the same bits for
/// every number of threads and every cut into tiles.
struct KeyedRandom: Sendable, Hashable {
    /// The key; a number drawn is a hash of it.
    let key: UInt64

    init(key: UInt64) { self.key = key }

    /// The generator for a use, numbered, of this one.
    func child(_ number: Int) -> KeyedRandom {
        let step = UInt64(truncatingIfNeeded: number) &+ 1
        return KeyedRandom(key: Self.mix(key &+ 0x9E37_79B9_7F4A_7C15 &* step))
    }

    /// A number in [0, 1).
    func uniform(_ number: Int) -> Double { Double(child(number).key >> 11) * 0x1p-53 }

    /// A number in a range.
    func uniform(_ number: Int, in range: ClosedRange<Double>) -> Double {
        range.lowerBound + uniform(number) * (range.upperBound - range.lowerBound)
    }

    /// A whole number in 0 ..< count (0 for an empty range).
    func integer(_ number: Int, below count: Int) -> Int {
        min(Int(uniform(number) * Double(count)), max(count - 1, 0))
    }

    /// A normal deviate of standard deviation 1 (Box & Muller 1958).
    func normal(_ number: Int) -> Double {
        let use = child(number)
        return (-2 * log(1 - use.uniform(0))).squareRoot() * cos(2 * .pi * use.uniform(1))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
