// An island of unsafe code: samples of a tile weighted, turned by their w phase, and sorted by cell.

import CPlatform
import Visibilities

/// Samples whose supports begin in one tile and plane, ready to be spread in the order of their cells.
///
/// Samples are taken one by one, whatever row they are of, and prepared eight at once, so that short runs of channels
/// fill the vectors too. Sorting them by cell lets the sums of a cell's neighbourhood stay in registers (`CellSums`).
struct SampleSorter<Scalar: ImagingScalar> {
    typealias Lanes = SIMD8<Scalar>
    /// Samples that are sorted together: their records stay in the second-level cache.
    private static var capacity: Int { 4096 }
    private static var staged: Int { 64 }
    /// The number of a cell in its tile for samples that are left out.
    private static var noCell: Int32 { 256 }
    private static var bins: Int { 257 }
    static var byteCount: Int {
        let vector = MemoryLayout<Lanes>.stride
        return capacity * vector + staged * (vector + vector / 4 + 32 + 4 + 8 + 8) + 2 * (capacity + 8) * 2
            + (bins * 4 + 60) / 64 * 64
    }

    /// Lanes of a record: the weighted visibility and that of 1 (real, imaginary), and twice the offsets from the middle of the
    /// support.
    static var visibility: Int { 0 }
    static var u: Int { 2 }
    static var v: Int { 3 }
    static var w: Int { 4 }
    static var unit: Int { 5 }
    /// What is needed of each sample.
    let records: UnsafeMutablePointer<Lanes>
    /// Cell of each record within the tile, 16 v + u.
    let cells: UnsafeMutablePointer<UInt16>
    /// Records by cell; those of one cell in the order of their coming.
    let order: UnsafeMutablePointer<UInt16>
    /// Where the samples of each cell end in the order, once sorted.
    let ends: UnsafeMutablePointer<Int32>
    /// Staged samples prepared, [octet][quantity], lane = sample.
    private let lines: UnsafeMutablePointer<Lanes>
    private let places: UnsafeMutablePointer<SIMD4<Double>>
    private let values: UnsafeMutablePointer<SIMD2<Scalar>>
    private let weights: UnsafeMutablePointer<Float>
    private let origin: SIMD4<Double>
    private let unitTurns: UnsafeMutablePointer<Double>
    private let frequencies: UnsafeMutablePointer<Double>
    /// Whether visibilities of 1 are turned by angles of their own.
    private let ownUnits: Bool
    private var waiting = 0
    private var prepared = 0
    private var taken = 0

    init(_ scratch: inout ScratchArena, _ axes: GridAxes) {
        records = scratch.take(Self.capacity)
        places = scratch.take(Self.staged)
        values = scratch.take(Self.staged)
        lines = scratch.take(Self.staged)
        weights = scratch.take(Self.staged)
        unitTurns = scratch.take(Self.staged)
        frequencies = scratch.take(Self.staged)
        unitTurns.update(repeating: 0, count: Self.staged)
        cells = scratch.take(Self.capacity + 8)
        order = scratch.take(Self.capacity + 8)
        ends = scratch.take(Self.bins)
        ends.update(repeating: 0, count: Self.bins)
        origin = axes.origin
        ownUnits = !axes.isCentred
    }

    /// Eight records of the order.
    @inline(__always) func octet(_ first: Int) -> Octet<Scalar> {
        let order = order + first
        return Octet(
            records[Int(order[0])], records[Int(order[1])], records[Int(order[2])], records[Int(order[3])],
            records[Int(order[4])], records[Int(order[5])], records[Int(order[6])], records[Int(order[7])])
    }

    /// Samples that may still come before they must be spread.
    var room: Int { Self.capacity - prepared - waiting }
    var isEmpty: Bool { taken == 0 }

    /// Takes the samples of some channels of a row, at most `room`.
    ///
    /// - Parameters:
    ///   - rate: cells per hertz of the row along u, v, w, and turns of its phase per hertz.
    ///   - sign: -1 to conjugate its visibilities.
    ///   - unitTurns: turns per hertz of a visibility of 1, where they differ.
    @inline(__always) mutating func take(
        _ batch: BatchPointers, row: Int, channels: Range<Int>, rate: SIMD4<Double>, sign: Float,
        unitTurns: Double, _ sums: inout LaneSums
    ) {
        let sample = row &* batch.channels
        let conjugation = Scalar(sign)
        var channel = channels.lowerBound
        while channel < channels.upperBound {
            let count = min(Self.staged &- waiting, channels.upperBound &- channel)
            for i in 0..<count {
                let frequency = batch.frequencies[channel &+ i]
                places[waiting &+ i] = rate * frequency + origin
                frequencies[waiting &+ i] = frequency
                weights[waiting &+ i] = batch.weights[sample &+ channel &+ i]
            }
            batch.visibilities.forEach(from: sample &+ channel, count: count) { i, value in
                values[waiting &+ i] = SIMD2(value.x, value.y * conjugation)
            }
            if ownUnits {
                for i in 0..<count {
                    self.unitTurns[waiting &+ i] = unitTurns * batch.frequencies[channel &+ i]
                }
            }
            waiting &+= count
            taken &+= count
            channel &+= count
            if waiting == Self.staged { prepare(&sums) }
        }
    }

    /// Sorts what was taken, and begins anew once that has been spread.
    ///
    /// - Returns: how many samples have a weight; they are the first in the order.
    mutating func sort(_ sums: inout LaneSums) -> Int {
        if waiting > 0 {
            let padded = (waiting + 7) & ~7
            for slot in waiting..<padded {
                places[slot] = .zero
                values[slot] = .zero
                weights[slot] = 0
                frequencies[slot] = 0
            }
            waiting = padded
            prepare(&sums)
        }
        var start: Int32 = 0
        for cell in 0..<Self.bins { (ends[cell], start) = (start, start &+ ends[cell]) }
        for record in 0..<prepared {
            let cell = Int(cells[record])
            order[Int(ends[cell])] = UInt16(truncatingIfNeeded: record)
            ends[cell] &+= 1
        }
        // Groups of eight may reach beyond the last one.
        for slot in prepared..<prepared + 8 { order[slot] = 0 }
        let used = Int(ends[Self.bins - 2])
        sums.used += used
        sums.flagged += taken - used
        (prepared, taken) = (0, 0)
        return used
    }

    /// Forgets the counts of the samples that were sorted last.
    func clear() { ends.update(repeating: 0, count: Self.bins) }

    /// Weights and turns the staged samples and finds their cells; those that are flagged or no numbers get none.
    private mutating func prepare(_ sums: inout LaneSums) {
        for first in stride(from: 0, to: waiting, by: 8) {
            let place = UnsafeRawPointer(places + first).assumingMemoryBound(to: Double.self)
            let u = Cells<Scalar>(sluice_coordinate(place, 0))
            let v = Cells<Scalar>(sluice_coordinate(place, 1))
            let w = Cells<Scalar>(sluice_coordinate(place, 2))
            let pairs = UnsafeMutableRawPointer(values + first).assumingMemoryBound(to: Lanes.self)
            let given = UnsafeRawPointer(weights + first).loadUnaligned(as: SIMD8<Float>.self)
            let real = Scalar.even(pairs[0], pairs[1])
            let imaginary = Scalar.odd(pairs[0], pairs[1])
            let size = Scalar.singles(real * real + imaginary * imaginary)
            let good = (given .> 0) .& (given .< .infinity) .& (given * size .< .infinity)
            let kept = SIMD8<Float>.zero.replacing(with: given, where: good)
            let weight = Scalar.lanes(kept)
            let (cosine, sine) = Scalar.phasor(turns: sluice_coordinate(place, 3))
            let (turnedReal, turnedImaginary) = (weight * cosine, weight * sine)
            let target = lines + first
            target[0] = real * turnedReal - imaginary * turnedImaginary
            target[1] = real * turnedImaginary + imaginary * turnedReal
            (target[2], target[3], target[4]) = (u.t, v.t, w.t)
            (target[5], target[6], target[7]) = (turnedReal, turnedImaginary, .zero)
            let cell = ((v.cell & 15) &<< 4 | (u.cell & 15)).replacing(with: Self.noCell, where: .!good)
            UnsafeMutableRawPointer(cells + (prepared &+ first)).storeBytes(
                of: SIMD8<UInt16>(truncatingIfNeeded: cell), as: SIMD8<UInt16>.self)
            let exact = sluice_doubles_of_lanes(kept)
            sums.weight += exact
            sums.weightedFrequency += exact * Self.eight(frequencies + first)
            sums.squaredWeight += exact * exact
        }
        if ownUnits { turnUnits() }
        // A loop of its own: next to the arithmetic the compiler would take vectors apart to transpose them earlier.
        for first in stride(from: 0, to: waiting, by: 8) {
            Octet(UnsafePointer(lines + first)).transposed.store(to: records + (prepared &+ first))
        }
        for record in prepared..<prepared &+ waiting { ends[Int(cells[record])] &+= 1 }
        prepared &+= waiting
        waiting = 0
    }

    /// Turns the visibilities of 1 of the staged samples by angles of their own.
    private func turnUnits() {
        for first in stride(from: 0, to: waiting, by: 8) {
            let (cosine, sine) = Scalar.phasor(turns: Self.eight(unitTurns + first))
            // Flagged samples have no cell, so that their weight does not matter.
            let weight = Scalar.lanes(UnsafeMutableRawPointer(weights + first).load(as: SIMD8<Float>.self))
            lines[first &+ 5] = weight * cosine
            lines[first &+ 6] = weight * sine
        }
    }

    @inline(__always) private static func eight(_ values: UnsafeMutablePointer<Double>) -> SIMD8<Double> {
        UnsafeRawPointer(values).load(as: SIMD8<Double>.self)
    }
}

/// Places of eight samples along an axis: the first cell of the support, and twice the offset of its middle.
private struct Cells<Scalar: ImagingScalar> {
    let cell: SIMD8<Int32>
    let t: SIMD8<Scalar>

    @inline(__always) init(_ place: SIMD8<Double>) {
        let shifted = place + roundingMagic
        cell = sluice_low_bits(shifted)
        t = Scalar.rounded(place - (shifted - roundingMagic)) * 2
    }
}
