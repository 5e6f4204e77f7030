// An island of unsafe code: kernels of sorted samples, and the sums of each cell's samples in registers.

/// Spreads sorted samples over the cells of a sub-grid.
///
/// The samples that begin in one cell are a product of matrices: (kernel along u x kernel along w) by (kernel along v x
/// visibility), summed over the samples. The second factor is a vector with the cells v in its lanes; the sums of all u of
/// one plane stay in registers until the cell's samples end.
struct CellSums {
    /// Samples whose kernels are evaluated together.
    private static let batch = 32
    private static let mostCells = 8

    private let kernel: MirroredPolynomials
    private let planeKernel: MirroredPolynomials
    private let powers: UnsafeMutablePointer<Float>
    private let planePowers: UnsafeMutablePointer<Float>
    /// Kernels of eight samples along u, v, w: [cell].
    private let alongU: UnsafeMutablePointer<Lanes>
    private let alongV: UnsafeMutablePointer<Lanes>
    private let alongW: UnsafeMutablePointer<Lanes>
    /// Kernel along u times kernel along w, [plane][u][sample].
    private let factors: UnsafeMutablePointer<Lanes>
    /// Visibility times kernel along v, and the same of a visibility of 1, [sample].
    private let values: UnsafeMutablePointer<ComplexLanes>
    private let units: UnsafeMutablePointer<ComplexLanes>
    /// First cells of the samples, [u], v as bits.
    private let begun: UnsafeMutablePointer<UInt16>

    static let byteCount =
        2 * 4 * 64 + 3 * 32 * mostCells + mostCells * mostCells * 4 * batch + 2 * 64 * batch + 64

    init(_ scratch: inout Scratch, _ scheme: GriddingScheme) {
        kernel = MirroredPolynomials(scheme.kernel)
        planeKernel = MirroredPolynomials(scheme.planeKernel)
        powers = scratch.take(64)
        planePowers = scratch.take(64)
        for (index, power) in kernel.coefficients.enumerated() { powers[index] = power }
        for (index, power) in planeKernel.coefficients.enumerated() { planePowers[index] = power }
        alongU = scratch.take(Self.mostCells)
        alongV = scratch.take(Self.mostCells)
        alongW = scratch.take(Self.mostCells)
        alongV.update(repeating: .zero, count: Self.mostCells)
        factors = scratch.take(Self.mostCells * Self.mostCells * Self.batch / 8)
        values = scratch.take(Self.batch)
        units = scratch.take(Self.batch)
        begun = scratch.take(32)
    }

    /// Adds the first samples of a sorter's order to sub-grids of visibilities and, if there is one, of ones.
    func spread<let support: Int>(
        _ count: Int, of samples: SampleSorter, to dirty: SubGrid, _ psf: SubGrid?, _: Support<support>
    ) {
        begun.update(repeating: 0, count: 16)
        var start = 0
        while start < count {
            let end = min(start &+ Self.batch, count)
            evaluate(samples, start..<end, units: psf != nil, Support<support>())
            var sample = start
            while sample < end {
                let cell = Int(samples.cells[Int(samples.order[sample])])
                let stop = min(Int(samples.ends[cell]), end)
                let (u, v) = (cell & 15, cell >> 4)
                begun[u] |= 1 << UInt16(truncatingIfNeeded: v)
                let range = (sample &- start)..<(stop &- start)
                add(range, values, to: dirty, u &* SubGrid.pitch &+ v, Support<support>())
                if let psf { add(range, units, to: psf, u &* SubGrid.pitch &+ v, Support<support>()) }
                sample = stop
            }
            start = end
        }
        dirty.note(begun)
        psf?.note(begun)
    }

    /// Evaluates the kernels of some samples of the order.
    private func evaluate<let support: Int>(
        _ samples: SampleSorter, _ range: Range<Int>, units needed: Bool, _: Support<support>
    ) {
        for first in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            let slot = first &- range.lowerBound
            let octet = SampleOctet(samples, first)
            kernel.evaluate(powers, octet.u, into: alongU, Support<support>())
            kernel.evaluate(powers, octet.v, into: alongV, Support<support>())
            planeKernel.evaluate(planePowers, octet.w, into: alongW)
            for plane in 0..<planeKernel.support {
                let target = factors + (plane &* support &* (Self.batch / 8) &+ slot / 8)
                for u in 0..<support { target[u &* (Self.batch / 8)] = alongW[plane] * alongU[u] }
            }
            let rows = Octet(
                alongV[0], alongV[1], alongV[2], alongV[3], alongV[4], alongV[5], alongV[6], alongV[7]
            ).transposed
            rows.times(octet.real, octet.imaginary, into: values + slot)
            if needed { rows.times(octet.unitReal, octet.unitImaginary, into: units + slot) }
        }
    }

    /// Adds samples of one cell to all planes.
    @inline(__always) private func add<let support: Int>(
        _ range: Range<Int>, _ values: UnsafeMutablePointer<ComplexLanes>, to grid: SubGrid, _ cell: Int,
        _: Support<support>
    ) {
        let factors = UnsafeMutableRawPointer(factors).assumingMemoryBound(to: Float.self) + range.lowerBound
        for plane in 0..<grid.planes {
            let target = grid.corner(plane) + cell
            let factors = factors + plane &* support &* Self.batch
            let sum = { (first: Int) in
                CellSum(
                    values + range.lowerBound, factors + first &* Self.batch, range.count,
                    target + first &* SubGrid.pitch, pitch: Self.batch)
            }
            switch support {
            case 7:
                sum(0).add(Support<4>())
                sum(4).add(Support<3>())
            case 8:
                sum(0).add(Support<4>())
                sum(4).add(Support<4>())
            default: sum(0).add(Support<support>())
            }
        }
    }
}

/// The sum of the samples of a cell over some rows u of one plane.
private struct CellSum {
    let values: UnsafeMutablePointer<ComplexLanes>
    let factors: UnsafeMutablePointer<Float>
    let count: Int
    let target: UnsafeMutablePointer<Float>
    let pitch: Int

    @inline(__always) init(
        _ values: UnsafeMutablePointer<ComplexLanes>, _ factors: UnsafeMutablePointer<Float>, _ count: Int,
        _ target: UnsafeMutablePointer<Float>, pitch: Int
    ) {
        (self.values, self.factors, self.count, self.target, self.pitch) = (
            values, factors, count, target, pitch
        )
    }

    /// Sums up to six rows in named registers.
    @inline(__always) func add<let rows: Int>(_: Support<rows>) {
        var (a, b, c) = (ComplexLanes.zero, ComplexLanes.zero, ComplexLanes.zero)
        var (d, e, f) = (ComplexLanes.zero, ComplexLanes.zero, ComplexLanes.zero)
        for sample in 0..<count {
            let value = values[sample]
            a.add(value, times: factors[sample])
            b.add(value, times: factors[sample &+ pitch])
            c.add(value, times: factors[sample &+ 2 &* pitch])
            if rows > 3 { d.add(value, times: factors[sample &+ 3 &* pitch]) }
            if rows > 4 { e.add(value, times: factors[sample &+ 4 &* pitch]) }
            if rows > 5 { f.add(value, times: factors[sample &+ 5 &* pitch]) }
        }
        write(a, 0)
        write(b, 1)
        write(c, 2)
        if rows > 3 { write(d, 3) }
        if rows > 4 { write(e, 4) }
        if rows > 5 { write(f, 5) }
    }

    @inline(__always) private func write(_ sum: ComplexLanes, _ row: Int) {
        let real = UnsafeMutableRawPointer(target + row &* SubGrid.pitch)
        let imaginary = real + 4 * SubGrid.edge
        real.storeBytes(of: real.loadUnaligned(as: Lanes.self) + sum.real, as: Lanes.self)
        imaginary.storeBytes(of: imaginary.loadUnaligned(as: Lanes.self) + sum.imaginary, as: Lanes.self)
    }
}

/// Eight samples of a sorter's order, lane = sample.
private struct SampleOctet {
    let real, imaginary, u, v, w, unitReal, unitImaginary: Lanes

    @inline(__always) init(_ samples: SampleSorter, _ first: Int) {
        let order = samples.order + first
        let lines = Octet(
            samples.records[Int(order[0])], samples.records[Int(order[1])],
            samples.records[Int(order[2])], samples.records[Int(order[3])],
            samples.records[Int(order[4])], samples.records[Int(order[5])],
            samples.records[Int(order[6])], samples.records[Int(order[7])]
        ).transposed
        (real, imaginary, u, v, w) = (lines.a, lines.b, lines.c, lines.d, lines.e)
        (unitReal, unitImaginary) = (lines.f, lines.g)
    }
}

extension Octet {
    /// Each vector times the complex number of its lane.
    @inline(__always) fileprivate func times(
        _ real: Lanes, _ imaginary: Lanes, into output: UnsafeMutablePointer<ComplexLanes>
    ) {
        output[0] = ComplexLanes(a * real[0], a * imaginary[0])
        output[1] = ComplexLanes(b * real[1], b * imaginary[1])
        output[2] = ComplexLanes(c * real[2], c * imaginary[2])
        output[3] = ComplexLanes(d * real[3], d * imaginary[3])
        output[4] = ComplexLanes(e * real[4], e * imaginary[4])
        output[5] = ComplexLanes(f * real[5], f * imaginary[5])
        output[6] = ComplexLanes(g * real[6], g * imaginary[6])
        output[7] = ComplexLanes(h * real[7], h * imaginary[7])
    }
}
