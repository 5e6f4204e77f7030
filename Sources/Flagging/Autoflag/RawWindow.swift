import Visibilities

/// The dumps of one baseline whose statistic is still to be made, with the halo before them; parts split into planes.
///
/// A marked island: a row of the caller's spans is read within its length, rows of its own within `capacity`.
final class RawWindow {
    /// Power up to which a sample counts as zero: ten orders of magnitude below what is above it are still normal numbers.
    private static let leastPower: Float = 0x1p-88

    private let polarisations: Int
    /// Channels of a row.
    let channels: Int
    private let stride: Int
    private let capacity: Int
    /// Of all planes, one after the other.
    private let samples: HeldMemory<Float>
    private let marks: HeldMemory<Int32>
    /// The dump of the first row.
    private var start = 0
    /// Delays that tracking has taken off, of each row, seconds.
    private var delays: [Double] = []
    /// The first one of the scan.
    private var firstDelay: Double?
    /// The dump after the last row.
    private(set) var end = 0

    /// A window for at most so many rows at once.
    ///
    /// - Parameter isLasting: whether it is kept from call to call.
    init(polarisations: Int, channels: Int, capacity: Int, isLasting: Bool) {
        self.polarisations = polarisations
        self.channels = channels
        self.capacity = capacity
        stride = Plane.stride(channels: channels)
        samples = HeldMemory(2 * polarisations * capacity * stride, isLasting: isLasting)
        marks = HeldMemory(capacity * stride, isLasting: isLasting)
    }

    /// The real or imaginary plane of [2 polarisation + part], [row][padded channel].
    private func part(_ index: Int) -> UnsafeMutablePointer<Float> {
        samples.start + index * capacity * stride
    }

    /// Bit p: polarisation p has a sample, [row][padded channel].
    private var present: UnsafeMutablePointer<Int32> { marks.start }

    /// Forgets the scan.
    func reset() {
        delays.removeAll(keepingCapacity: true)
        firstDelay = nil
        start = 0
        end = 0
    }

    /// Forgets the dumps before one.
    func drop(before dump: Int) {
        guard dump > start else { return }
        let (from, count) = ((dump - start) * stride, (end - dump) * stride)
        for index in 0..<2 * polarisations { part(index).update(from: part(index) + from, count: count) }
        present.update(from: present + from, count: count)
        delays.removeFirst(dump - start)
        start = dump
    }

    /// Begins the next dump; all of its channels are to be filled.
    ///
    /// - Parameter delay: what tracking has taken off, seconds.
    func startRow(delay: Double) {
        if firstDelay == nil, delay.isFinite { firstDelay = delay }
        delays.append(delay - (firstDelay ?? 0))
        precondition(end - start < capacity, "rows are dropped as their statistic is made")
        let row = (end - start) * stride
        (present + row).update(repeating: 0, count: stride)
        for index in 0..<2 * polarisations {
            (part(index) + row + channels).update(repeating: 0, count: stride - channels)
        }
        end += 1
    }

    /// Fills some channels of the last row with a dump of all polarisations; zeros, not finite and flagged samples are absent.
    func fill(_ piece: SamplePiece, channels: Range<Int>, dump: Int, of dumps: Int) {
        guard !channels.isEmpty else { return }
        let row = (end - 1 - start) * stride + channels.lowerBound
        piece.visibilities.withUnsafeBufferPointer { samples in
            piece.flags.withUnsafeBufferPointer { bits in
                guard let samples = samples.baseAddress, let bits = bits.baseAddress else { return }
                for pol in 0..<polarisations {
                    let source = (pol * dumps + dump) * channels.count
                    split(samples + source, bits + source, channels: channels.count, pol: pol, row: row)
                }
            }
        }
    }

    private func split(
        _ samples: UnsafePointer<Complex64>, _ flags: UnsafePointer<UInt8>, channels: Int, pol: Int, row: Int
    ) {
        let (reals, imaginaries) = (part(2 * pol) + row, part(2 * pol + 1) + row)
        let marks = present + row
        let bit = Int32(1) << Int32(pol)
        let zero = Plane.Lanes(repeating: 0)
        let least = Plane.Lanes(repeating: Self.leastPower)
        let infinity = Plane.Lanes(repeating: .infinity)
        let one = SIMD16<Int32>(repeating: 1)
        let whole = channels / Plane.lanes * Plane.lanes
        for channel in Swift.stride(from: 0, to: whole, by: Plane.lanes) {
            let (real, imaginary) = UnsafeRawPointer(samples + channel).evenAndOdd
            let power = real * real + imaginary * imaginary
            let old = UnsafeRawPointer(flags + channel).loadUnaligned(as: SIMD16<UInt8>.self)
            let good =
                (SIMD16<Int32>(truncatingIfNeeded: old) .< one) .& (power .> least) .& (power .< infinity)
            reals.setLanes(channel, zero.replacing(with: real, where: good))
            imaginaries.setLanes(channel, zero.replacing(with: imaginary, where: good))
            let mark = marks.lanes(channel)
            marks.setLanes(channel, mark.replacing(with: mark | bit, where: good))
        }
        for channel in whole..<channels {
            let sample = samples[channel]
            let power = sample.real * sample.real + sample.imaginary * sample.imaginary
            let good = flags[channel] == 0 && power > Self.leastPower && power < .infinity
            reals[channel] = good ? sample.real : 0
            imaginaries[channel] = good ? sample.imaginary : 0
            if good { marks[channel] |= bit }
        }
    }

    /// Appends the statistic of some dumps, seen with all rows at hand, to a ring.
    func makeStatistic(
        of dumps: Range<Int>, into ring: StatisticRing, _ emitters: (ring: EmitterRing, axis: BandAxis)?,
        strategy: Strategy, threshold: Double, history: LevelHistory
    ) {
        ring.extend(to: dumps.upperBound)
        let target = ring.row(of: dumps.lowerBound)
        let used = usedPolarisations()
        guard used != 0 else {
            target.update(repeating: StatisticRing.absent, count: dumps.count * stride)
            return
        }
        let valid = Plane(rows: end - start, stride: stride, cleared: false)
        for index in Swift.stride(from: 0, to: valid.count, by: Plane.lanes) {
            let all = present.lanes(index) & used .> SIMD16<Int32>(repeating: used - 1)
            valid.samples.setLanes(
                index, Plane.Lanes(repeating: 0).replacing(with: Plane.Lanes(repeating: 1), where: all))
        }
        let chosen = (0..<polarisations).filter { used >> Int32($0) & 1 == 1 }.map(parts(ofPolarisation:))
        let isCross = chosen.allSatisfy { $0.degrees > 1 }
        var intake: EmitterIntake?
        if let emitters, isCross {
            intake = EmitterIntake(
                ring: emitters.ring, axis: emitters.axis, dumps: dumps,
                delays: Array(delays[dumps.lowerBound - start..<dumps.upperBound - start]), start: start)
        }
        let image = BlockStatistic(
            strategy: strategy, threshold: threshold, differenceSlot: polarisations,
            isDrifting: isCross && emitters.map { areStill(fringesOver: $0.axis) } ?? false, history: history
        )
        .image(of: chosen, valid: valid, channels: channels, emitters: intake)
        write(image, of: dumps, where: valid, to: target)
    }

    /// Writes what some dumps have in an image: `incomplete` where a polarisation is missing, `absent` where all are.
    private func write(
        _ image: JoinedPowers, of dumps: Range<Int>, where valid: Plane,
        to target: UnsafeMutablePointer<Int32>
    ) {
        for dump in dumps {
            let (row, to) = ((dump - start) * stride, (dump - dumps.lowerBound) * stride)
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                let value = image.grid(row, channel)
                    .replacing(
                        with: SIMD16<Int32>(repeating: StatisticRing.incomplete),
                        where: valid.samples.lanes(row + channel) .< Plane.Lanes(repeating: 0.5))
                target.setLanes(
                    to + channel,
                    value.replacing(
                        with: SIMD16<Int32>(repeating: StatisticRing.absent),
                        where: present.lanes(row + channel) .< SIMD16<Int32>(repeating: 1)))
            }
        }
    }

    /// Whether tracking has hardly turned anything over all rows.
    private func areStill(fringesOver axis: BandAxis) -> Bool {
        let known = delays.filter(\.isFinite)
        guard let least = known.min(), let most = known.max() else { return false }
        let middle = axis.first + Double(channels / 2) * axis.step
        return (most - least) * abs(middle) < EmitterSearch.leastTurns
    }

    private func parts(ofPolarisation pol: Int) -> PolarisationParts {
        let (real, imaginary) = (part(2 * pol), part(2 * pol + 1))
        var largest = Plane.Lanes(repeating: 0)
        for index in Swift.stride(from: 0, to: (end - start) * stride, by: Plane.lanes) {
            let lanes = imaginary.lanes(index)
            largest = greater(largest, lanes * lanes)
        }
        return PolarisationParts(
            real: real, imaginary: imaginary, degrees: largest.max() > 0 ? 2 : 1, slot: pol)
    }

    /// Bits of the polarisations with at least half as many samples as the best one: a dead feed must not hide the others.
    private func usedPolarisations() -> Int32 {
        let counts = (0..<polarisations).map { pol in
            var count = SIMD16<Int32>(repeating: 0)
            for index in Swift.stride(from: 0, to: (end - start) * stride, by: Plane.lanes) {
                count &+= (present.lanes(index) &>> Int32(pol)) & 1
            }
            return Int(count.wrappedSum())
        }
        let best = counts.max() ?? 0
        guard best > 0 else { return 0 }
        return counts.indices.reduce(0) { 2 * counts[$1] >= best ? $0 | 1 << Int32($1) : $0 }
    }
}
