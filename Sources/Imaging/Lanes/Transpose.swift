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
    ///
    /// - Parameter streaming: whether the output goes past the caches; a fence must come before another thread reads it.
    @inline(__always) func transpose<Scalar>(
        into output: UnsafeMutablePointer<Pointee>, streaming: Bool = false
    ) where Pointee == ComplexLanes<Scalar> {
        let real = Octet(
            self[0].real, self[1].real, self[2].real, self[3].real, self[4].real, self[5].real,
            self[6].real, self[7].real
        ).transposed
        let imaginary = Octet(
            self[0].imaginary, self[1].imaginary, self[2].imaginary, self[3].imaginary,
            self[4].imaginary, self[5].imaginary, self[6].imaginary, self[7].imaginary
        ).transposed
        (output + 0).put(real.a, imaginary.a, streaming)
        (output + 1).put(real.b, imaginary.b, streaming)
        (output + 2).put(real.c, imaginary.c, streaming)
        (output + 3).put(real.d, imaginary.d, streaming)
        (output + 4).put(real.e, imaginary.e, streaming)
        (output + 5).put(real.f, imaginary.f, streaming)
        (output + 6).put(real.g, imaginary.g, streaming)
        (output + 7).put(real.h, imaginary.h, streaming)
    }
}

extension UnsafeMutablePointer {
    /// Exchanges lanes and lines of eight lines.
    ///
    /// - Parameter streaming: whether the output goes past the caches; a fence must come before another thread reads it.
    @inline(__always) func transpose<Scalar>(
        into output: UnsafeMutablePointer<Pointee>, streaming: Bool = false
    ) where Pointee == ComplexLanes<Scalar> {
        UnsafePointer(self).transpose(into: output, streaming: streaming)
    }

    /// Stores a line, past the caches if wanted.
    @inline(__always) fileprivate func put<Scalar>(
        _ real: SIMD8<Scalar>, _ imaginary: SIMD8<Scalar>, _ streaming: Bool
    ) where Pointee == ComplexLanes<Scalar> {
        if streaming {
            let address = UnsafeMutableRawPointer(self)
            Scalar.stream(real, to: address)
            Scalar.stream(imaginary, to: address + MemoryLayout<SIMD8<Scalar>>.stride)
        } else {
            pointee = ComplexLanes(real, imaginary)
        }
    }
}
