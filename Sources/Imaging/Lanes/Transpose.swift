import CPlatform

/// Eight vectors of eight lanes.
struct Octet {
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

    /// Lanes and vectors exchanged: pairs of vectors, then fours, then halves.
    @inline(__always) var transposed: Octet {
        let (ab, cd) = (sluice_lanes_low_singles(a, b), sluice_lanes_low_singles(c, d))
        let (ef, gh) = (sluice_lanes_low_singles(e, f), sluice_lanes_low_singles(g, h))
        let (abHigh, cdHigh) = (sluice_lanes_high_singles(a, b), sluice_lanes_high_singles(c, d))
        let (efHigh, ghHigh) = (sluice_lanes_high_singles(e, f), sluice_lanes_high_singles(g, h))
        let low = (
            sluice_lanes_low_pairs(ab, cd), sluice_lanes_high_pairs(ab, cd),
            sluice_lanes_low_pairs(abHigh, cdHigh), sluice_lanes_high_pairs(abHigh, cdHigh)
        )
        let high = (
            sluice_lanes_low_pairs(ef, gh), sluice_lanes_high_pairs(ef, gh),
            sluice_lanes_low_pairs(efHigh, ghHigh), sluice_lanes_high_pairs(efHigh, ghHigh)
        )
        return Octet(
            sluice_lanes_low_halves(low.0, high.0), sluice_lanes_low_halves(low.1, high.1),
            sluice_lanes_low_halves(low.2, high.2), sluice_lanes_low_halves(low.3, high.3),
            sluice_lanes_high_halves(low.0, high.0), sluice_lanes_high_halves(low.1, high.1),
            sluice_lanes_high_halves(low.2, high.2), sluice_lanes_high_halves(low.3, high.3))
    }
}

extension UnsafePointer<ComplexLanes> {
    /// Exchanges lanes and lines of eight lines.
    @inline(__always) func transpose(into output: UnsafeMutablePointer<ComplexLanes>) {
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

extension UnsafeMutablePointer<ComplexLanes> {
    /// Exchanges lanes and lines of eight lines.
    @inline(__always) func transpose(into output: UnsafeMutablePointer<ComplexLanes>) {
        UnsafePointer(self).transpose(into: output)
    }
}
