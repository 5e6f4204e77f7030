import Visibilities

/// Amplitudes of the dumps of one baseline that hops still look at, 0 where a sample is missing.
///
/// A marked island: rows of the caller's spans are read within their length, rows of its own within `capacity`.
final class AmplitudeWindow {
    private let polarisations: Int
    private let channels: Int
    private let capacity: Int
    private let stride: Int
    /// [polarisation], each [row][padded channel].
    private let planes: [Plane]
    /// The dump of the first row.
    private var start = 0
    /// The dump after the last row.
    private(set) var end = 0

    /// A window for at most so many rows at once.
    init(polarisations: Int, channels: Int, capacity: Int) {
        self.polarisations = polarisations
        self.channels = channels
        self.capacity = capacity
        stride = Plane.stride(channels: channels)
        let stride = stride
        planes = (0..<polarisations).map { _ in Plane(rows: capacity, stride: stride) }
    }

    /// Forgets the scan.
    func reset() {
        start = 0
        end = 0
    }

    /// Forgets the dumps before one.
    func drop(before dump: Int) {
        guard dump > start else { return }
        let (from, count) = ((dump - start) * stride, (end - dump) * stride)
        for plane in planes { plane.samples.update(from: plane.samples + from, count: count) }
        start = dump
    }

    /// Begins the row of the next dump.
    func startRow() {
        precondition(end - start < capacity, "rows are dropped as their hops are decided")
        end += 1
    }

    /// Fills some channels of the last row from one dump of a piece; zeros, not finite and flagged samples are missing.
    func fill(_ piece: SamplePiece, channels: Range<Int>, dump: Int, of dumps: Int) {
        let row = (end - 1 - start) * stride + channels.lowerBound
        piece.visibilities.withUnsafeBufferPointer { samples in
            piece.flags.withUnsafeBufferPointer { flags in
                guard let samples = samples.baseAddress, let flags = flags.baseAddress else { return }
                for pol in 0..<polarisations {
                    let source = (pol * dumps + dump) * channels.count
                    Self.amplitudes(
                        samples + source, flags + source, count: channels.count, to: planes[pol].samples + row
                    )
                }
            }
        }
    }

    /// Amplitudes of some dumps, a plane of [time][padded channel] for each polarisation.
    func amplitudes(of dumps: Range<Int>) -> [UnsafeMutablePointer<Float>] {
        planes.map { $0.samples + (dumps.lowerBound - start) * stride }
    }

    private static func amplitudes(
        _ samples: UnsafePointer<Complex64>, _ flags: UnsafePointer<UInt8>, count: Int,
        to target: UnsafeMutablePointer<Float>
    ) {
        let whole = count / Plane.lanes * Plane.lanes
        let exponent = SIMD16<Int32>(repeating: 0x7F80_0000)
        for channel in Swift.stride(from: 0, to: whole, by: Plane.lanes) {
            let (real, imaginary) = UnsafeRawPointer(samples + channel).evenAndOdd
            let amplitude = (real * real + imaginary * imaginary).squareRoot()
            let bits = unsafeBitCast(amplitude, to: SIMD16<Int32>.self)
            let old = UnsafeRawPointer(flags + channel).loadUnaligned(as: SIMD16<UInt8>.self)
            let isUnflagged = (SIMD16<Int32>(truncatingIfNeeded: old) &- 1) &>> 31
            let isFinite = ((bits & exponent) &- exponent) &>> 31
            target.setLanes(channel, unsafeBitCast(bits & isUnflagged & isFinite, to: Plane.Lanes.self))
        }
        for channel in whole..<count {
            let sample = samples[channel]
            let amplitude = (sample.real * sample.real + sample.imaginary * sample.imaginary).squareRoot()
            target[channel] = flags[channel] == 0 && amplitude.isFinite ? amplitude : 0
        }
    }
}
