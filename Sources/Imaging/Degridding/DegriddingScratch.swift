// An island of unsafe code: memory of one tile's degridding.

import Visibilities

/// The scratch of a tile: cells, and the kernels and sums of eight channels of a row.
struct DegriddingScratch {
    private let bytes: UnsafeMutableRawPointer
    let cells: UnsafeMutablePointer<Float>
    let places: UnsafeMutablePointer<UnsafePointer<Float>>
    /// Kernels of eight channels, by cell: along v (real) and u (imaginary); lane = channel.
    private let byCell: UnsafeMutablePointer<ComplexLanes>
    /// The same by channel; lane = cell.
    let kernels: UnsafeMutablePointer<ComplexLanes>
    /// Partial sums of eight channels.
    let sums: UnsafeMutablePointer<ComplexLanes>
    private let kernelW: UnsafeMutablePointer<Lanes>
    private let offsetLanes: UnsafeMutablePointer<SIMD8<Int32>>
    private let uv: KernelPowers
    private let w: KernelPowers

    init(_ scheme: GriddingScheme) {
        let cellBytes = scheme.planeSupport * ModelCells.floatsPerPlane * 4
        bytes = .allocate(byteCount: cellBytes + 64 * 32, alignment: 64)
        cells = bytes.bindMemory(to: Float.self, capacity: cellBytes / 4)
        byCell = (bytes + cellBytes).bindMemory(to: ComplexLanes.self, capacity: 24)
        byCell.update(repeating: .zero, count: 24)
        kernels = byCell + 8
        sums = byCell + 16
        let rest = bytes + cellBytes + 64 * 24
        kernelW = rest.bindMemory(to: Lanes.self, capacity: 8)
        kernelW.update(repeating: .zero, count: 8)
        offsetLanes = (rest + 32 * 8).bindMemory(to: SIMD8<Int32>.self, capacity: 1)
        places = (rest + 32 * 9).bindMemory(to: UnsafePointer<Float>.self, capacity: 8)
        uv = KernelPowers(scheme.kernel)
        w = KernelPowers(scheme.planeKernel)
    }

    func deallocate() {
        uv.deallocate()
        w.deallocate()
        bytes.deallocate()
    }

    /// Kernels along w, [plane][channel].
    var factorsW: UnsafePointer<Float> { UnsafeRawPointer(kernelW).assumingMemoryBound(to: Float.self) }
    /// First cell of each channel's support in the tile's cells.
    var offsets: UnsafePointer<Int32> { UnsafeRawPointer(offsetLanes).assumingMemoryBound(to: Int32.self) }

    /// Evaluates the kernels of eight channels and notes where their supports begin.
    @inline(__always) func place<let support: Int>(
        _ frequency: SIMD8<Double>, _ rate: SIMD4<Double>, _ origin: SIMD4<Double>, _: Support<support>
    ) {
        let (cellU, u) = Self.cell(frequency * rate.x + origin.x)
        let (cellV, v) = Self.cell(frequency * rate.y + origin.y)
        let (_, w) = Self.cell(frequency * rate.z + origin.z)
        offsetLanes.pointee = (cellU & 15) &* Int32(ModelCells.pitch) &+ (cellV & 15)
        let (squareU, squareV, squareW) = (u * u, v * v, w * w)
        for cell in 0..<(support + 1) / 2 {
            let (evenU, oddU) = uv.parts(cell, squareU, pairs: (support + 5) / 2)
            let (evenV, oddV) = uv.parts(cell, squareV, pairs: (support + 5) / 2)
            // The kernel is symmetric: the mirrored cell has the odd part's sign changed.
            byCell[support - 1 - cell] = ComplexLanes(evenV - v * oddV, evenU - u * oddU)
            byCell[cell] = ComplexLanes(evenV + v * oddV, evenU + u * oddU)
        }
        byCell.transpose(into: kernels)
        for plane in 0..<(self.w.support + 1) / 2 {
            let (even, odd) = self.w.parts(plane, squareW, pairs: self.w.pairs)
            kernelW[self.w.support - 1 - plane] = even - w * odd
            kernelW[plane] = even + w * odd
        }
    }

    /// The first cell under a kernel, and twice the offset from the support's middle.
    @inline(__always) private static func cell(_ place: SIMD8<Double>) -> (SIMD8<Int32>, Lanes) {
        let shifted = place + roundingMagic
        let cell = SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<Int64>.self))
        return (cell, Lanes(2 * (place - (shifted - roundingMagic))))
    }

    /// Reduces the partial sums of some channels (at most eight), turns them back by their phase, and writes them.
    @inline(__always) func finish(
        _ frequency: SIMD8<Double>, count: Int, turnsPerHertz: Double, sign: Float,
        into target: UnsafeMutablePointer<Complex64>
    ) {
        sums.transpose(into: byCell)
        let sum =
            ((byCell[0] + byCell[1]) + (byCell[2] + byCell[3]))
            + ((byCell[4] + byCell[5]) + (byCell[6] + byCell[7]))
        // The cells beyond the support are zeros for the next eight channels.
        for cell in uv.support..<8 { byCell[cell] = .zero }
        let (cosine, sine) = phasor(turns: frequency * turnsPerHertz)
        let real = sum.real * cosine + sum.imaginary * sine
        let imaginary = (sum.imaginary * cosine - sum.real * sine) * sign
        if count == 8 {
            var pairs = SIMD16<Float>()
            pairs.evenHalf = real
            pairs.oddHalf = imaginary
            UnsafeMutableRawPointer(target).storeBytes(of: pairs, as: SIMD16<Float>.self)
        } else {
            for lane in 0..<count { target[lane] = Complex64(real[lane], imaginary[lane]) }
        }
    }
}

/// A kernel's polynomials, for evaluation at eight places at once.
private struct KernelPowers {
    let support: Int
    /// Pairs of an odd and an even power.
    let pairs: Int
    /// Coefficients by power, highest (an odd one) first, and cell.
    private let powers: UnsafeMutablePointer<Float>

    init(_ kernel: GriddingKernel) {
        support = kernel.support
        let count = kernel.powers[0].count
        let padding = count & 1
        pairs = (count + padding) / 2
        powers = .allocate(capacity: 16 * pairs)
        powers.update(repeating: 0, count: 16 * pairs)
        for (cell, lowestFirst) in kernel.powers.enumerated() {
            for (power, value) in lowestFirst.enumerated() {
                powers[8 * (2 * pairs - 1 - power) + cell] = Float(value)
            }
        }
    }

    func deallocate() { powers.deallocate() }

    /// The even powers of a cell's polynomial, and the odd ones divided by their argument.
    @inline(__always) func parts(_ cell: Int, _ square: Lanes, pairs: Int) -> (even: Lanes, odd: Lanes) {
        var odd = Lanes(repeating: powers[cell])
        var even = Lanes(repeating: powers[8 + cell])
        for pair in 1..<pairs {
            odd = odd * square + powers[16 * pair + cell]
            even = even * square + powers[16 * pair + 8 + cell]
        }
        return (even, odd)
    }
}
