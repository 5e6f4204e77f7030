// An island of unsafe code: kernels of sorted samples, and the sums of each cell's samples.

/// Spreads sorted samples over the cells of a sub-grid.
///
/// The samples that begin in one cell are a product of matrices: (kernel along u x kernel along w) by (kernel along v x
/// visibility), summed over the samples. The second factor is vectors with the cells v in their lanes, one of eight or,
/// for wide kernels, two; the sums of some u of one plane stay in registers until the cell's samples end.
struct CellSums<Scalar: ImagingScalar> {
    typealias Lanes = SIMD8<Scalar>
    /// Samples whose kernels are evaluated together.
    private static var batch: Int { 32 }

    private let kernel: MirroredPolynomials
    private let planeKernel: MirroredPolynomials
    private let powers: UnsafeMutablePointer<Scalar>
    private let planePowers: UnsafeMutablePointer<Scalar>
    /// Kernels along u and w of eight samples, and along v of all samples of a batch: [octet][cell], lane = sample.
    private let alongU: UnsafeMutablePointer<Lanes>
    private let alongV: UnsafeMutablePointer<Lanes>
    private let alongW: UnsafeMutablePointer<Lanes>
    /// Kernel along u times kernel along w, [plane][u][sample].
    private let factors: UnsafeMutablePointer<Lanes>
    /// The records of a batch, [octet][quantity], lane = sample; and its kernels along v, [vector][sample], lane = cell.
    private let lines: UnsafeMutablePointer<Lanes>
    private let rows: UnsafeMutablePointer<Lanes>
    /// Visibility times kernel along v, and the same of a visibility of 1, [vector][sample].
    private let values: UnsafeMutablePointer<ComplexLanes<Scalar>>
    private let units: UnsafeMutablePointer<ComplexLanes<Scalar>>
    /// First cells of the samples, [u], v as bits.
    private let begun: UnsafeMutablePointer<UInt16>

    static func byteCount(_ scheme: GriddingScheme) -> Int {
        let (cells, planes) = (scheme.support, scheme.planeSupport)
        let vectors = (cells + 7) / 8
        let lanes =
            cells + planes + (cells + 5) * (cells + 7) / 16 + (planes + 5) * (planes + 7) / 16
            + cells * planes * batch / 8 + batch + 6 * vectors * batch
        return MemoryLayout<Lanes>.stride * (lanes + 4) + 64
    }

    init(_ scratch: inout ScratchArena, _ scheme: GriddingScheme) {
        kernel = scheme.kernel.mirrored
        planeKernel = scheme.planeKernel.mirrored
        let vectors = (kernel.support + 7) / 8
        powers = scratch.take(kernel.coefficients.count)
        planePowers = scratch.take(planeKernel.coefficients.count)
        for (index, power) in kernel.coefficients.enumerated() { powers[index] = Scalar(power) }
        for (index, power) in planeKernel.coefficients.enumerated() { planePowers[index] = Scalar(power) }
        alongU = scratch.take(kernel.support)
        alongW = scratch.take(planeKernel.support)
        factors = scratch.take(kernel.support * planeKernel.support * Self.batch / 8)
        lines = scratch.take(Self.batch)
        alongV = scratch.take(vectors * Self.batch)
        alongV.update(repeating: .zero, count: vectors * Self.batch)
        rows = scratch.take(vectors * Self.batch)
        values = scratch.take(vectors * Self.batch)
        units = scratch.take(vectors * Self.batch)
        begun = scratch.take(32)
    }

    /// Adds the first samples of a sorter's order to sub-grids of visibilities and, if there is one, of ones.
    func spread<let support: Int>(
        _ count: Int, of samples: SampleSorter<Scalar>, to dirty: SubGrid<Scalar>, _ psf: SubGrid<Scalar>?,
        _: Support<support>
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
                let place = u &* Support<support>.pitch &+ v
                add(range, values, to: dirty, place, Support<support>())
                if let psf { add(range, units, to: psf, place, Support<support>()) }
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
        _ samples: SampleSorter<Scalar>, _ range: Range<Int>, units needed: Bool, _: Support<support>
    ) {
        let octets = (range.count &+ 7) / 8
        for octet in 0..<octets {
            samples.octet(range.lowerBound &+ 8 &* octet).transposed.store(to: lines + 8 &* octet)
        }
        let vectors = Support<support>.vectors
        for octet in 0..<octets {
            let line = lines + 8 &* octet
            kernel.evaluate(powers, line[SampleSorter<Scalar>.u], into: alongU, Support<support>())
            kernel.evaluate(
                powers, line[SampleSorter<Scalar>.v], into: alongV + 8 &* vectors &* octet, Support<support>()
            )
            planeKernel.evaluate(planePowers, line[SampleSorter<Scalar>.w], into: alongW)
            for plane in 0..<planeKernel.support {
                let target = factors + (plane &* support &* (Self.batch / 8) &+ octet)
                for u in 0..<support { target[u &* (Self.batch / 8)] = alongW[plane] * alongU[u] }
            }
        }
        for octet in 0..<octets {
            for vector in 0..<vectors {
                Octet(UnsafePointer(alongV + 8 &* (vectors &* octet &+ vector))).transposed
                    .store(to: rows + (vector &* Self.batch &+ 8 &* octet))
            }
        }
        for vector in 0..<vectors {
            let first = vector &* Self.batch
            multiply(rows + first, octets, by: SampleSorter<Scalar>.visibility, into: values + first)
            if needed { multiply(rows + first, octets, by: SampleSorter<Scalar>.unit, into: units + first) }
        }
    }

    /// Multiplies the kernels along v by a complex quantity of each sample.
    @inline(__always) private func multiply(
        _ rows: UnsafeMutablePointer<Lanes>, _ octets: Int, by quantity: Int,
        into output: UnsafeMutablePointer<ComplexLanes<Scalar>>
    ) {
        for octet in 0..<octets {
            let parts = UnsafeRawPointer(lines + (8 &* octet &+ quantity)).assumingMemoryBound(
                to: Scalar.self)
            for sample in 0..<8 {
                let row = rows[8 &* octet &+ sample]
                output[8 &* octet &+ sample] = ComplexLanes(row * parts[sample], row * parts[8 &+ sample])
            }
        }
    }

    /// Adds samples of one cell to all planes.
    @inline(__always) private func add<let support: Int>(
        _ range: Range<Int>, _ values: UnsafeMutablePointer<ComplexLanes<Scalar>>, to grid: SubGrid<Scalar>,
        _ cell: Int, _: Support<support>
    ) {
        let factors = UnsafeMutableRawPointer(factors).assumingMemoryBound(to: Scalar.self) + range.lowerBound
        let parts = (support &+ Scalar.rowsInRegisters &- 1) / Scalar.rowsInRegisters
        for plane in 0..<grid.planes {
            let target = grid.corner(plane) + cell
            let factors = factors + plane &* support &* Self.batch
            for vector in 0..<Support<support>.vectors {
                for part in 0..<parts {
                    let (first, end) = (part &* support / parts, (part &+ 1) &* support / parts)
                    CellSum(
                        values + (vector &* Self.batch &+ range.lowerBound), factors + first &* Self.batch,
                        range.count, target + (first &* Support<support>.pitch &+ 8 &* vector),
                        pitch: Self.batch
                    ).add(rows: end &- first, Support<support>())
                }
            }
        }
    }
}
