// An island of unsafe code: windows that start at a multiple of their length, within the lines of the image.

extension ThresholdImage {
    /// How far windows without gaps lie from zero: their sums over the root of their number of live samples.
    ///
    /// The windows are spread over the image in a fixed pattern; those with no more than half of their samples live are left out.
    ///
    /// - Parameters:
    ///   - count: windows looked at, for which `deviations` has room.
    ///   - length: samples of a window, a power of two that the axis holds.
    /// - Returns: how many deviations there are; what lies behind them may be anything.
    func writeDeviations(
        of count: Int, length: Int, alongTime: Bool, to deviations: UnsafeMutablePointer<Float>
    ) -> Int {
        let pattern = WindowPattern(self, length: length, alongTime: alongTime)
        // The lengths that are measured most have loops over their samples that the compiler can unroll.
        return switch length {
        case 2: pattern.write(count, to: deviations) { pattern.content($0, length: 2) }
        case 8: pattern.write(count, to: deviations) { pattern.content($0, length: 8) }
        case ..<Self.lanes: pattern.write(count, to: deviations) { pattern.content($0, length: length) }
        default: pattern.write(count, to: deviations) { pattern.content($0, vectors: length / Self.lanes) }
        }
    }
}

/// Where windows of one length along one axis of an image are looked at.
private struct WindowPattern {
    /// The layout in which the samples of a window lie side by side, in vectors: the one whose own windows run along the other axis.
    private let lines: ThresholdLines
    private let length: Int
    /// Windows of a line, and lines; and the steps through both.
    private let (windows, others): (UInt64, UInt64)
    private let (step, otherStep): (UInt32, UInt32)

    // Fractions of the two-dimensional golden ratio fall evenly over rows and columns (Roberts 2018).
    private static let rowStep: UInt32 = 0xC13F_A9A9
    private static let columnStep: UInt32 = 0x91E1_0DA5

    init(_ image: ThresholdImage, length: Int, alongTime: Bool) {
        self.length = length
        lines = alongTime ? image.inFrequency : image.inTime
        windows = UInt64(lines.lines / length)
        others = UInt64(lines.length)
        (step, otherStep) =
            alongTime ? (Self.rowStep, Self.columnStep) : (Self.columnStep, Self.rowStep)
    }

    @inline(__always)
    func write(
        _ count: Int, to deviations: UnsafeMutablePointer<Float>,
        _ content: (UnsafeMutablePointer<Int32>) -> (packed: Int32, live: Int32)
    ) -> Int {
        var kept = 0
        for number in 0..<UInt32(truncatingIfNeeded: count) {
            let line = Int(truncatingIfNeeded: Self.place(number, step, windows)) * length
            let row = Int(truncatingIfNeeded: Self.place(number, otherStep, others))
            let lane = line % ThresholdImage.lanes
            let (packed, live) = content(lines.top(line - lane) + (row * ThresholdImage.lanes + lane))
            // Without a branch: what is not kept is written over by the next.
            (deviations + kept).initialize(to: Float((packed &- live) >> 1) / Float(live).squareRoot())
            kept += 2 * Int(live) > length ? 1 : 0
        }
        return kept
    }

    /// A fraction of so many places, rounded down.
    @inline(__always)
    private static func place(_ number: UInt32, _ step: UInt32, _ places: UInt64) -> UInt64 {
        (UInt64(number &* step &+ 0x8000_0000) &* places) >> 32
    }

    /// The packed sum of a window shorter than a vector, and its number of live samples.
    @inline(__always)
    func content(_ first: UnsafeMutablePointer<Int32>, length: Int) -> (packed: Int32, live: Int32) {
        var (packed, live): (Int32, Int32) = (0, 0)
        for place in 0..<length {
            packed &+= first[place]
            live &+= first[place] & 1
        }
        return (packed, live)
    }

    /// Those of a window of whole vectors.
    @inline(__always)
    func content(_ first: UnsafeMutablePointer<Int32>, vectors: Int) -> (packed: Int32, live: Int32) {
        let next = lines.top(ThresholdImage.lanes) - lines.top(0)
        var (sums, counts) = (ThresholdImage.Lanes(repeating: 0), ThresholdImage.Lanes(repeating: 0))
        for number in 0..<vectors {
            let lanes = first.lanes(number * next)
            sums &+= lanes
            counts &+= lanes & ThresholdImage.Lanes(repeating: 1)
        }
        return (sums.wrappedSum(), counts.wrappedSum())
    }
}
