import Visibilities

/// Sums over the baselines of a picture for each sample of a window of a sub-band, [time][channel].
struct WaterfallWindow: Sendable {
    /// Sums of the unflagged: amplitude, real and imaginary part.
    private var after: [Float] = []
    private var real: [Float] = []
    private var imaginary: [Float] = []
    /// Sums of the amplitudes of the flagged that are not lost.
    private var flagged: [Float] = []
    private var flaggedCounts: [UInt32] = []
    private var reasons: [SIMD8<UInt32>] = []
    private var planes: UInt32 = 0

    /// Bytes of a sample.
    static let sampleBytes =
        4 * MemoryLayout<Float>.stride + MemoryLayout<UInt32>.stride + MemoryLayout<SIMD8<UInt32>>.stride

    /// Starts a window of so many samples.
    mutating func start(samples: Int) {
        after = [Float](repeating: 0, count: samples)
        (real, imaginary, flagged) = (after, after, after)
        flaggedCounts = [UInt32](repeating: 0, count: samples)
        reasons = [SIMD8](repeating: SIMD8(repeating: 0), count: samples)
        planes = 0
    }

    /// Adds a plane; a value that is not finite, or beyond single precision, is lost.
    ///
    /// - Precondition: the plane has the window's samples.
    mutating func add(_ visibilities: Span<Complex64>, flags: Span<UInt8>) {
        let count = after.count
        precondition(visibilities.count == count && flags.count == count, "a plane of another shape")
        planes += 1
        let whole = count & ~7
        for sample in stride(from: 0, to: whole, by: 8)
        where !addUnflagged(visibilities, flags, at: sample) {
            for lane in sample..<sample + 8 { add(visibilities[lane], flags[lane], at: lane) }
        }
        for sample in whole..<count { add(visibilities[sample], flags[sample], at: sample) }
    }

    /// Moves the sums of a sample to a cell.
    func move(_ sample: Int, to cell: Int, of cells: inout WaterfallCells) {
        cells.sums[cell] += SIMD4(
            Double(after[sample]), Double(flagged[sample]), Double(real[sample]), Double(imaginary[sample]))
        cells.reasons[cell] &+= reasons[sample]
        cells.counts[cell] &+= SIMD2(planes, flaggedCounts[sample])
    }

    /// Adds eight samples if all are unflagged and finite, else none: an island of vector loads and stores within arrays
    /// whose sizes the caller has checked.
    private mutating func addUnflagged(
        _ visibilities: Span<Complex64>, _ flags: Span<UInt8>, at sample: Int
    ) -> Bool {
        let isClean = flags.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: sample, as: UInt64.self) == 0 }
        guard isClean else { return false }
        let pairs = visibilities.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: 8 * sample, as: SIMD16<Float>.self)
        }
        let (re, im) = (pairs.evenHalf, pairs.oddHalf)
        let amplitudes = (re * re + im * im).squareRoot()
        guard amplitudes.sum().isFinite else { return false }
        Self.add(amplitudes, to: &after, at: sample)
        Self.add(re, to: &real, at: sample)
        Self.add(im, to: &imaginary, at: sample)
        return true
    }

    @inline(__always)
    private static func add(_ terms: SIMD8<Float>, to sums: inout [Float], at sample: Int) {
        sums.withUnsafeMutableBytes { bytes in
            let old = bytes.loadUnaligned(fromByteOffset: 4 * sample, as: SIMD8<Float>.self)
            bytes.storeBytes(of: old + terms, toByteOffset: 4 * sample, as: SIMD8<Float>.self)
        }
    }

    private mutating func add(_ value: Complex64, _ flags: UInt8, at sample: Int) {
        let amplitude = (value.real * value.real + value.imaginary * value.imaginary).squareRoot()
        guard amplitude.isFinite, flags & FlagReasons.dataLost.rawValue == 0 else {
            reasons[sample][FlagCounts.lostBit] += 1
            return
        }
        guard flags != 0 else {
            after[sample] += amplitude
            real[sample] += value.real
            imaginary[sample] += value.imaginary
            return
        }
        flagged[sample] += amplitude
        flaggedCounts[sample] += 1
        let bits = SIMD8<UInt32>(repeating: UInt32(flags)) &>> SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
        reasons[sample] &+= bits & 1
    }
}
