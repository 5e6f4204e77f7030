import Visibilities

/// The dumps of one baseline whose statistic is still to be made, with the halo before them; parts split into planes.
///
/// A marked island: a row of the caller's spans is read within its length, rows of its own within `capacity`.
final class RawWindow {
    private let polarisations: Int
    private let channels: Int
    private let stride: Int
    private let capacity: Int
    /// Real and imaginary planes, [2 polarisation + part], each [row][padded channel].
    private let parts: [Plane]
    /// Bit p: polarisation p has a sample, [row][padded channel].
    private var present: [UInt8]
    /// The dump of the first row.
    private var start = 0
    /// The dump after the last row.
    private(set) var end = 0

    /// A window for at most so many rows at once.
    init(polarisations: Int, channels: Int, capacity: Int) {
        self.polarisations = polarisations
        self.channels = channels
        self.capacity = capacity
        let stride = Plane.stride(channels: channels)
        self.stride = stride
        parts = (0..<2 * polarisations).map { _ in Plane(rows: capacity, stride: stride) }
        present = Array(repeating: 0, count: capacity * stride)
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
        for part in parts { part.samples.update(from: part.samples + from, count: count) }
        present.withUnsafeMutableBufferPointer { bits in
            guard let base = bits.baseAddress else { return }
            base.update(from: base + from, count: count)
        }
        start = dump
    }

    /// Takes one dump of all polarisations; zeros, not finite and flagged samples are absent.
    func append(_ visibilities: Span<Complex64>, _ flags: Span<UInt8>, dump: Int, of dumps: Int) {
        precondition(end - start < capacity, "rows are dropped as their statistic is made")
        let row = (end - start) * stride
        for index in row..<row + stride { present[index] = 0 }
        for pol in 0..<polarisations {
            let source = (pol * dumps + dump) * channels
            visibilities.withUnsafeBufferPointer { samples in
                flags.withUnsafeBufferPointer { bits in
                    present.withUnsafeMutableBufferPointer { marks in
                        guard let samples = samples.baseAddress, let bits = bits.baseAddress,
                            let marks = marks.baseAddress
                        else { return }
                        split(samples + source, bits + source, pol: pol, row: row, marks + row)
                    }
                }
            }
        }
        end += 1
    }

    private func split(
        _ samples: UnsafePointer<Complex64>, _ flags: UnsafePointer<UInt8>, pol: Int, row: Int,
        _ marks: UnsafeMutablePointer<UInt8>
    ) {
        let (reals, imaginaries) = (parts[2 * pol].samples + row, parts[2 * pol + 1].samples + row)
        let bit = UInt8(1) << UInt8(pol)
        let whole = channels / Plane.lanes * Plane.lanes
        for channel in Swift.stride(from: 0, to: whole, by: Plane.lanes) {
            let pairs = UnsafeRawPointer(samples + channel).loadUnaligned(as: SIMD32<Float>.self)
            let (real, imaginary) = (pairs.evenHalf, pairs.oddHalf)
            let power = real * real + imaginary * imaginary
            let old = UnsafeRawPointer(flags + channel).loadUnaligned(as: SIMD16<UInt8>.self)
            let free = SIMD16<Int32>(truncatingIfNeeded: old) .== 0
            let good = free .& (power .> 0) .& (power .< .infinity)
            reals.setLanes(channel, Plane.Lanes(repeating: 0).replacing(with: real, where: good))
            imaginaries.setLanes(channel, Plane.Lanes(repeating: 0).replacing(with: imaginary, where: good))
            let set = SIMD16<Int32>(repeating: 0).replacing(with: Int32(bit), where: good)
            let mark = UnsafeRawPointer(marks + channel).loadUnaligned(as: SIMD16<UInt8>.self)
            UnsafeMutableRawPointer(marks + channel).storeBytes(
                of: mark | SIMD16<UInt8>(truncatingIfNeeded: set), as: SIMD16<UInt8>.self)
        }
        for channel in whole..<channels {
            let sample = samples[channel]
            let power = sample.real * sample.real + sample.imaginary * sample.imaginary
            let good = flags[channel] == 0 && power > 0 && power < .infinity
            reals[channel] = good ? sample.real : 0
            imaginaries[channel] = good ? sample.imaginary : 0
            if good { marks[channel] |= bit }
        }
    }

    /// The statistic of some dumps, seen with all rows at hand.
    func statistic(of dumps: Range<Int>, strategy: Strategy, threshold: Double) -> StatisticRows {
        let used = usedPolarisations()
        guard used != 0 else { return StatisticRows(missingRows: dumps.count, stride: stride) }
        let valid = Plane(rows: end - start, stride: stride)
        for index in 0..<valid.rows * stride { valid.samples[index] = present[index] & used == used ? 1 : 0 }
        let chosen = (0..<polarisations).filter { used >> UInt8($0) & 1 == 1 }.map { pol in
            let imaginary = parts[2 * pol + 1].samples
            let isReal = (0..<valid.rows * stride).allSatisfy { imaginary[$0] == 0 }
            return BlockStatistic.Parts(
                real: parts[2 * pol].samples, imaginary: imaginary, degrees: isReal ? 1 : 2)
        }
        let image = BlockStatistic(strategy: strategy, threshold: threshold)
            .image(of: chosen, valid: valid, channels: channels)
        let kept = (dumps.lowerBound - start) * stride..<(dumps.upperBound - start) * stride
        return StatisticRows(
            values: kept.map { valid.samples[$0] > 0 ? Int16(BlockStatistic.grid(image.samples[$0])) : .min },
            absent: kept.map { present[$0] == 0 ? 1 : 0 })
    }

    /// Bits of the polarisations with at least half as many samples as the best one: a dead feed must not hide the others.
    private func usedPolarisations() -> UInt8 {
        var counts = [Int](repeating: 0, count: polarisations)
        for index in 0..<(end - start) * stride {
            for pol in 0..<polarisations { counts[pol] += Int(present[index] >> UInt8(pol) & 1) }
        }
        let best = counts.max() ?? 0
        guard best > 0 else { return 0 }
        return counts.indices.reduce(0) { 2 * counts[$1] >= best ? $0 | 1 << UInt8($1) : $0 }
    }
}
