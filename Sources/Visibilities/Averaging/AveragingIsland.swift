// An island of unsafe code: each pointer stays within the spans and the scratch row of its caller's counts.

/// Averages all planes in place: an output row is written after its input rows are read, at or below the first of them.
func averageSamples(
    _ visibilities: inout MutableSpan<Complex64>, _ weights: inout MutableSpan<Float>,
    _ flags: inout MutableSpan<UInt8>, before: BlockShape, after: BlockShape, bins: AveragingBins
) {
    precondition(
        visibilities.count >= before.samples && weights.count >= before.samples
            && flags.count >= before.samples)
    let width = min(bins.channels, max(before.channels, 1))
    visibilities.withUnsafeMutableBufferPointer { visibilities in
        weights.withUnsafeMutableBufferPointer { weights in
            flags.withUnsafeMutableBufferPointer { flags in
                guard let v = visibilities.baseAddress, let w = weights.baseAddress, let f = flags.baseAddress
                else { return }
                withScratchRow(channels: after.channels * width) { scratch in
                    var (input, output) = (0, 0)
                    for _ in 0..<before.planes {
                        for first in stride(from: 0, to: before.times, by: bins.times) {
                            let dumps = min(bins.times, before.times - first)
                            let row = InputRows(
                                visibilities: v + input, weights: w + input, flags: f + input,
                                channels: before.channels, dumps: dumps)
                            scratch.sum(row)
                            scratch.fold(bins: after.channels, width: width)
                            scratch.write(
                                row, bins: after.channels, width: width, v + output, w + output, f + output)
                            input += dumps * before.channels
                            output += after.channels
                        }
                    }
                }
            }
        }
    }
}

/// The dumps of one time bin of one plane, [dump][channel].
private struct InputRows {
    let visibilities: UnsafePointer<Complex64>
    let weights: UnsafePointer<Float>
    let flags: UnsafePointer<UInt8>
    let channels: Int
    let dumps: Int

    /// The plain mean of a bin's finite samples; only those without flags unless all are flagged.
    func plainMean(_ bin: Range<Int>, flagged: Bool) -> Complex64 {
        var (real, imaginary, count) = (Float(0), Float(0), Float(0))
        for dump in 0..<dumps {
            for index in dump * channels + bin.lowerBound..<dump * channels + bin.upperBound {
                let value = visibilities[index]
                guard flagged || flags[index] == 0, value.real.isFinite, value.imaginary.isFinite else {
                    continue
                }
                real += value.real
                imaginary += value.imaginary
                count += 1
            }
        }
        return count > 0 ? Complex64(real / count, imaginary / count) : Complex64(0, 0)
    }
}

/// Sums over the dumps of a time bin, per channel: Σ w Re V, Σ w Im V, Σ w of the unflagged; whether any is unflagged
/// (bit 7, 0 if none); OR of the flags.
private struct ScratchRow {
    let real, imaginary, weight: UnsafeMutablePointer<Float>
    let unflagged, reasons: UnsafeMutablePointer<UInt8>
    /// Channels, padded to whole bins and then to whole vectors.
    let count: Int

    /// Sums the dumps of a bin; flagged values count as 0, whatever they are.
    func sum(_ rows: InputRows) {
        real.update(repeating: 0, count: count)
        imaginary.update(repeating: 0, count: count)
        weight.update(repeating: 0, count: count)
        unflagged.update(repeating: 0, count: count)
        reasons.update(repeating: 0, count: count)
        let whole = rows.channels & ~7
        for dump in 0..<rows.dumps {
            let v = rows.visibilities + dump * rows.channels
            let w = rows.weights + dump * rows.channels
            let f = rows.flags + dump * rows.channels
            for channel in stride(from: 0, to: whole, by: 8) {
                let pairs = UnsafeRawPointer(v + channel).loadUnaligned(as: SIMD16<Float>.self)
                let weights = UnsafeRawPointer(w + channel).loadUnaligned(as: SIMD8<Float>.self)
                let word = UnsafeRawPointer(f + channel).loadUnaligned(as: UInt64.self)
                if word == 0 {
                    add(pairs, weights, at: channel)
                    or(Self.highBits, into: unflagged + channel)
                } else {
                    let kept = Self.kept(word)
                    add(
                        Self.masked(pairs.evenHalf, kept), Self.masked(pairs.oddHalf, kept),
                        Self.masked(weights, kept), at: channel)
                    // Bit 7 of each byte that is 0 (Warren, Hacker's Delight, section 6-1).
                    or(
                        ~((word & ~Self.highBits) &+ ~Self.highBits | word) & Self.highBits,
                        into: unflagged + channel)
                    or(word, into: reasons + channel)
                }
            }
            for channel in whole..<rows.channels {
                if f[channel] == 0 {
                    real[channel] += v[channel].real * w[channel]
                    imaginary[channel] += v[channel].imaginary * w[channel]
                    weight[channel] += w[channel]
                    unflagged[channel] = 0x80
                }
                reasons[channel] |= f[channel]
            }
        }
    }

    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// All bits of the lanes whose byte of a word is 0, in memory order: Swift makes no vectors of SIMD masks.
    @inline(__always)
    private static func kept(_ word: UInt64) -> SIMD8<Int32> {
        let flags = SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(word, to: SIMD8<UInt8>.self))
        return (flags &- SIMD8(repeating: 1)) &>> SIMD8(repeating: 31)
    }

    /// Values where all bits are set, 0 where none is.
    @inline(__always)
    private static func masked(_ values: SIMD8<Float>, _ bits: SIMD8<Int32>) -> SIMD8<Float> {
        unsafeBitCast(unsafeBitCast(values, to: SIMD8<Int32>.self) & bits, to: SIMD8<Float>.self)
    }

    /// Adds up the channels of each bin, by halves while the width is even, so that vectors do it; leaves one sum per bin.
    func fold(bins: Int, width: Int) {
        var width = width
        while width & 1 == 0 {
            width /= 2
            halve(real, bins * width)
            halve(imaginary, bins * width)
            halve(weight, bins * width)
            halve(unflagged, bins * width)
            halve(reasons, bins * width)
        }
        guard width > 1 else { return }
        for bin in 0..<bins {
            var sums = SIMD4<Float>(repeating: 0)
            var (any, bits) = (UInt8(0), UInt8(0))
            for index in bin * width..<(bin + 1) * width {
                sums += SIMD4(real[index], imaginary[index], weight[index], 0)
                any |= unflagged[index]
                bits |= reasons[index]
            }
            (real[bin], imaginary[bin], weight[bin]) = (sums.x, sums.y, sums.z)
            (unflagged[bin], reasons[bin]) = (any, bits)
        }
    }

    /// Divides by the weights and writes the averaged row; bins ascend, so a plain mean still finds its inputs.
    func write(
        _ rows: InputRows, bins: Int, width: Int, _ v: UnsafeMutablePointer<Complex64>,
        _ w: UnsafeMutablePointer<Float>, _ f: UnsafeMutablePointer<UInt8>
    ) {
        for bin in 0..<bins {
            let flagged = unflagged[bin] == 0
            if weight[bin] > 0 {
                let scale = 1 / weight[bin]
                v[bin] = Complex64(real[bin] * scale, imaginary[bin] * scale)
                w[bin] = weight[bin]
            } else {
                v[bin] = rows.plainMean(bin * width..<min((bin + 1) * width, rows.channels), flagged: flagged)
                w[bin] = 0
            }
            f[bin] = flagged ? reasons[bin] : 0
        }
    }

    @inline(__always)
    private func add(_ pairs: SIMD16<Float>, _ weights: SIMD8<Float>, at channel: Int) {
        add(pairs.evenHalf, pairs.oddHalf, weights, at: channel)
    }

    @inline(__always)
    private func add(_ re: SIMD8<Float>, _ im: SIMD8<Float>, _ weights: SIMD8<Float>, at channel: Int) {
        add(re * weights, to: real + channel)
        add(im * weights, to: imaginary + channel)
        add(weights, to: weight + channel)
    }

    @inline(__always)
    private func add(_ terms: SIMD8<Float>, to sums: UnsafeMutablePointer<Float>) {
        let raw = UnsafeMutableRawPointer(sums)
        raw.storeBytes(of: raw.loadUnaligned(as: SIMD8<Float>.self) + terms, as: SIMD8<Float>.self)
    }

    @inline(__always)
    private func or(_ bits: UInt64, into bytes: UnsafeMutablePointer<UInt8>) {
        let raw = UnsafeMutableRawPointer(bytes)
        raw.storeBytes(of: raw.loadUnaligned(as: UInt64.self) | bits, as: UInt64.self)
    }

    /// Joins neighbours: `bits[i] = bits[2 i] | bits[2 i + 1]`.
    @inline(__always)
    private func halve(_ bits: UnsafeMutablePointer<UInt8>, _ count: Int) {
        let raw = UnsafeMutableRawPointer(bits)
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let pairs = raw.loadUnaligned(fromByteOffset: 2 * index, as: SIMD16<UInt8>.self)
            raw.storeBytes(of: pairs.evenHalf | pairs.oddHalf, toByteOffset: index, as: SIMD8<UInt8>.self)
        }
        for index in whole..<count { bits[index] = bits[2 * index] | bits[2 * index + 1] }
    }

    /// Adds neighbours: `values[i] = values[2 i] + values[2 i + 1]`.
    @inline(__always)
    private func halve(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
        let raw = UnsafeMutableRawPointer(values)
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let pairs = raw.loadUnaligned(fromByteOffset: 8 * index, as: SIMD16<Float>.self)
            raw.storeBytes(of: pairs.evenHalf + pairs.oddHalf, toByteOffset: 4 * index, as: SIMD8<Float>.self)
        }
        for index in whole..<count { values[index] = values[2 * index] + values[2 * index + 1] }
    }
}

/// Lends one scratch row; its memory is taken once per block.
private func withScratchRow(channels: Int, _ body: (ScratchRow) -> Void) {
    let count = (channels + 7) & ~7
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * count) { floats in
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * count) { bytes in
            guard let sums = floats.baseAddress, let flags = bytes.baseAddress else { return }
            body(
                ScratchRow(
                    real: sums, imaginary: sums + count, weight: sums + 2 * count, unflagged: flags,
                    reasons: flags + count, count: count))
        }
    }
}
