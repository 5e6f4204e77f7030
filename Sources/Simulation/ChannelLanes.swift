/// A row of complex numbers along channels, eight channels a vector.
///
/// Rows begin at a channel that is a multiple of `block` whatever the cut, so each channel always meets the same arithmetic.
struct ChannelLanes {
    /// Channels between two exact phases.
    static let block = 64
    /// Channels in a vector.
    static let width = 8

    /// First channel of the row, a multiple of `block`.
    let first: Int
    /// Real parts.
    var real: [SIMD8<Float>]
    /// Imaginary parts.
    var imaginary: [SIMD8<Float>]

    /// Zeros over whole blocks that cover the channels.
    init(covering channels: Range<Int>) {
        first = channels.lowerBound / Self.block * Self.block
        let blocks = (channels.upperBound - first + Self.block - 1) / Self.block
        real = [SIMD8<Float>](repeating: SIMD8(), count: blocks * Self.block / Self.width)
        imaginary = real
    }

    /// Whole vectors that hold so many channels from 0, in whole blocks.
    static func vectors(for channels: Int) -> Int { (channels + block - 1) / block * block / width }

    /// Sets every number, or those of some vectors.
    mutating func fill(_ value: Float, vectors: Range<Int>? = nil) {
        for index in vectors ?? real.indices {
            real[index] = SIMD8(repeating: value)
            imaginary[index] = SIMD8()
        }
    }

    /// Takes over the numbers of a row of the same channels.
    mutating func copy(_ other: ChannelLanes) {
        for index in real.indices {
            real[index] = other.real[index]
            imaginary[index] = other.imaginary[index]
        }
    }

    /// Adds a multiple of a row of the same channels.
    mutating func add(_ other: ChannelLanes, times factor: Float, vectors: Range<Int>) {
        for index in vectors {
            real[index] += other.real[index] * factor
            imaginary[index] += other.imaginary[index] * factor
        }
    }

    /// Conjugates every number.
    mutating func conjugate() {
        for index in imaginary.indices { imaginary[index] = -imaginary[index] }
    }

    /// Makes every number real and adds a power.
    mutating func makePower(adding power: Float) {
        for index in real.indices {
            real[index] += power
            imaginary[index] = SIMD8()
        }
    }
}
