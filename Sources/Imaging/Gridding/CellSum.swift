// An island of unsafe code: the samples of a cell, summed in registers; `CellSums` checks the ranges.

/// The sum of the samples of a cell over some rows u of one plane.
struct CellSum<Scalar: ImagingScalar> {
    typealias Line = ComplexLanes<Scalar>

    let values: UnsafeMutablePointer<Line>
    let factors: UnsafeMutablePointer<Scalar>
    let count: Int
    let target: UnsafeMutablePointer<Scalar>
    let pitch: Int

    @inline(__always) init(
        _ values: UnsafeMutablePointer<Line>, _ factors: UnsafeMutablePointer<Scalar>, _ count: Int,
        _ target: UnsafeMutablePointer<Scalar>, pitch: Int
    ) {
        (self.values, self.factors, self.count, self.target, self.pitch) = (
            values, factors, count, target, pitch
        )
    }

    /// Sums as many rows as registers hold.
    @inline(__always) func add<let support: Int>(rows: Int, _ support: Support<support>) {
        let most = Scalar.rowsInRegisters
        switch rows {
        case 2: add(support, Support<2>())
        case 3: add(support, Support<3>())
        case 4 where most > 3: add(support, Support<4>())
        case 5 where most > 3: add(support, Support<5>())
        default: if most > 3 { add(support, Support<6>()) }
        }
    }

    /// Sums up to six rows in named registers.
    @inline(__always) private func add<let support: Int, let rows: Int>(
        _ support: Support<support>, _: Support<rows>
    ) {
        var (a, b, c) = (Line.zero, Line.zero, Line.zero)
        var (d, e, f) = (Line.zero, Line.zero, Line.zero)
        for sample in 0..<count {
            let value = values[sample]
            a.add(value, times: factors[sample])
            b.add(value, times: factors[sample &+ pitch])
            if rows > 2 { c.add(value, times: factors[sample &+ 2 &* pitch]) }
            if rows > 3 { d.add(value, times: factors[sample &+ 3 &* pitch]) }
            if rows > 4 { e.add(value, times: factors[sample &+ 4 &* pitch]) }
            if rows > 5 { f.add(value, times: factors[sample &+ 5 &* pitch]) }
        }
        write(a, 0, support)
        write(b, 1, support)
        if rows > 2 { write(c, 2, support) }
        if rows > 3 { write(d, 3, support) }
        if rows > 4 { write(e, 4, support) }
        if rows > 5 { write(f, 5, support) }
    }

    @inline(__always) private func write<let support: Int>(_ sum: Line, _ row: Int, _: Support<support>) {
        let real = UnsafeMutableRawPointer(target + row &* Support<support>.pitch)
        let imaginary = real + MemoryLayout<Scalar>.stride &* Support<support>.edge
        real.storeBytes(of: real.loadUnaligned(as: Line.Lanes.self) + sum.real, as: Line.Lanes.self)
        imaginary.storeBytes(
            of: imaginary.loadUnaligned(as: Line.Lanes.self) + sum.imaginary, as: Line.Lanes.self)
    }
}
