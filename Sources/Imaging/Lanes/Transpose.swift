/// Eight vectors of eight lanes.
struct Octet<Scalar: ImagingScalar> {
    typealias Lanes = SIMD8<Scalar>

    var a, b, c, d, e, f, g, h: Lanes

    @inline(__always) init(
        _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ e: Lanes, _ f: Lanes, _ g: Lanes, _ h: Lanes
    ) {
        (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h) = (a, b, c, d, e, f, g, h)
    }

    @inline(__always) init(_ vectors: UnsafePointer<Lanes>) {
        self.init(
            vectors[0], vectors[1], vectors[2], vectors[3], vectors[4], vectors[5], vectors[6], vectors[7])
    }

    @inline(__always) func store(to vectors: UnsafeMutablePointer<Lanes>) {
        (vectors[0], vectors[1], vectors[2], vectors[3]) = (a, b, c, d)
        (vectors[4], vectors[5], vectors[6], vectors[7]) = (e, f, g, h)
    }

    /// Lanes and vectors exchanged: fours of lanes, then halves.
    @inline(__always) var transposed: Octet {
        let (low, high) = (Scalar.fours(a, b, c, d), Scalar.fours(e, f, g, h))
        return Octet(
            Scalar.lowHalves(low.0, high.0), Scalar.lowHalves(low.1, high.1),
            Scalar.lowHalves(low.2, high.2), Scalar.lowHalves(low.3, high.3),
            Scalar.highHalves(low.0, high.0), Scalar.highHalves(low.1, high.1),
            Scalar.highHalves(low.2, high.2), Scalar.highHalves(low.3, high.3))
    }
}

extension UnsafePointer {
    /// Exchanges lanes and lines of eight lines.
    @inline(__always) func transpose<Scalar>(into output: UnsafeMutablePointer<Pointee>)
    where Pointee == ComplexLanes<Scalar> {
        let real = Octet(
            self[0].real, self[1].real, self[2].real, self[3].real, self[4].real, self[5].real,
            self[6].real, self[7].real
        ).transposed
        let imaginary = Octet(
            self[0].imaginary, self[1].imaginary, self[2].imaginary, self[3].imaginary,
            self[4].imaginary, self[5].imaginary, self[6].imaginary, self[7].imaginary
        ).transposed
        output[0] = ComplexLanes(real.a, imaginary.a)
        output[1] = ComplexLanes(real.b, imaginary.b)
        output[2] = ComplexLanes(real.c, imaginary.c)
        output[3] = ComplexLanes(real.d, imaginary.d)
        output[4] = ComplexLanes(real.e, imaginary.e)
        output[5] = ComplexLanes(real.f, imaginary.f)
        output[6] = ComplexLanes(real.g, imaginary.g)
        output[7] = ComplexLanes(real.h, imaginary.h)
    }
}

extension UnsafeMutablePointer {
    /// Exchanges lanes and lines of eight lines.
    @inline(__always) func transpose<Scalar>(into output: UnsafeMutablePointer<Pointee>)
    where Pointee == ComplexLanes<Scalar> {
        UnsafePointer(self).transpose(into: output)
    }
}
