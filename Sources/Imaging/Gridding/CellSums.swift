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
    /// Kernels along u and w of eight samples, and along v of all samples of a batch: [octet][cell], lane = sample.
    private let alongU: UnsafeMutablePointer<Lanes>
    private let alongV: UnsafeMutablePointer<Lanes>
    private let alongW: UnsafeMutablePointer<Lanes>
    /// Kernel along u times kernel along w, [plane][u][sample].
    private let factors: UnsafeMutablePointer<Lanes>
    /// The records of a batch, [octet][quantity], lane = sample; and its kernels along v, [sample], lane = cell.
    private let lines: UnsafeMutablePointer<Lanes>
    private let rows: UnsafeMutablePointer<Lanes>
    /// Visibility times kernel along v, and the same of a visibility of 1, [sample].
    private let values: UnsafeMutablePointer<ComplexLanes>
    private let units: UnsafeMutablePointer<ComplexLanes>
    /// First cells of the samples, [u], v as bits.
    private let begun: UnsafeMutablePointer<UInt16>

    static let byteCount =
        2 * 256 + 32 * (2 * mostCells + 3 * batch) + mostCells * mostCells * 4 * batch + 2 * 64 * batch + 64

    init(_ scratch: inout Scratch, _ scheme: GriddingScheme) {
        kernel = MirroredPolynomials(scheme.kernel)
        planeKernel = MirroredPolynomials(scheme.planeKernel)
        powers = scratch.take(64)
        planePowers = scratch.take(64)
        for (index, power) in kernel.coefficients.enumerated() { powers[index] = Float(power) }
        for (index, power) in planeKernel.coefficients.enumerated() { planePowers[index] = Float(power) }
        alongU = scratch.take(Self.mostCells)
        alongV = scratch.take(Self.batch)
        lines = scratch.take(Self.batch)
        rows = scratch.take(Self.batch)
        alongW = scratch.take(Self.mostCells)
        alongV.update(repeating: .zero, count: Self.batch)
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
    ///
    /// Transpositions have loops of their own: next to arithmetic the compiler would take vectors apart.
    private func evaluate<let support: Int>(
        _ samples: SampleSorter, _ range: Range<Int>, units needed: Bool, _: Support<support>
    ) {
        let octets = (range.count &+ 7) / 8
        for octet in 0..<octets {
            samples.octet(range.lowerBound &+ 8 &* octet).transposed.store(to: lines + 8 &* octet)
        }
        for octet in 0..<octets {
            let line = lines + 8 &* octet
            kernel.evaluate(powers, line[SampleSorter.u], into: alongU, Support<support>())
            kernel.evaluate(powers, line[SampleSorter.v], into: alongV + 8 &* octet, Support<support>())
            planeKernel.evaluate(planePowers, line[SampleSorter.w], into: alongW)
            for plane in 0..<planeKernel.support {
                let target = factors + (plane &* support &* (Self.batch / 8) &+ octet)
                for u in 0..<support { target[u &* (Self.batch / 8)] = alongW[plane] * alongU[u] }
            }
        }
        for octet in 0..<octets {
            Octet(UnsafePointer(alongV + 8 &* octet)).transposed.store(to: rows + 8 &* octet)
        }
        multiply(octets, by: SampleSorter.visibility, into: values)
        if needed { multiply(octets, by: SampleSorter.unit, into: units) }
    }

    /// Multiplies the kernels along v by a complex quantity of each sample.
    @inline(__always) private func multiply(
        _ octets: Int, by quantity: Int, into output: UnsafeMutablePointer<ComplexLanes>
    ) {
        for octet in 0..<octets {
            let parts = UnsafeRawPointer(lines + (8 &* octet &+ quantity)).assumingMemoryBound(to: Float.self)
            for sample in 0..<8 {
                let row = rows[8 &* octet &+ sample]
                output[8 &* octet &+ sample] = ComplexLanes(row * parts[sample], row * parts[8 &+ sample])
            }
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
