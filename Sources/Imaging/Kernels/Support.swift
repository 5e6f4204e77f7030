/// A kernel's support as a constant of the type, so that loops over its cells are unrolled.
struct Support<let cells: Int> {
    /// Vectors of eight cells that hold the support.
    @inline(__always) static var vectors: Int { (cells &+ 7) / 8 }
    /// Cells along u or v of a tile and what supports reach beyond it.
    @inline(__always) static var edge: Int { tileEdge(support: cells) }
    /// Numbers from one u to the next in such cells: real and imaginary parts.
    @inline(__always) static var pitch: Int { 2 &* edge }
}

/// Cells along u or v of a tile of 16 and what supports reach beyond it, in whole vectors.
@inline(__always) func tileEdge(support: Int) -> Int { support > 8 ? 32 : 24 }

/// What is done for a kernel, with code of its own for each support.
protocol SupportedWork {
    associatedtype Result
    func run<let cells: Int>(_ support: Support<cells>) -> Result
}

extension SupportedWork {
    /// Does the work for a support of 3 ... 16 cells; without `wide` none above 8 is compiled.
    @inline(__always) func run(support: Int, wide: Bool) -> Result {
        switch support {
        case 3: run(Support<3>())
        case 4: run(Support<4>())
        case 5: run(Support<5>())
        case 6: run(Support<6>())
        case 7: run(Support<7>())
        default: support > 8 && wide ? runWide(support) : run(Support<8>())
        }
    }

    private func runWide(_ support: Int) -> Result {
        switch support {
        case 9: run(Support<9>())
        case 10: run(Support<10>())
        case 11: run(Support<11>())
        case 12: run(Support<12>())
        case 13: run(Support<13>())
        case 14: run(Support<14>())
        case 15: run(Support<15>())
        default: run(Support<16>())
        }
    }
}
