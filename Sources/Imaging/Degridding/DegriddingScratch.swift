// An island of unsafe code: memory of one tile's degridding.

import Visibilities

/// The scratch of a tile: the kernels and sums of eight channels of a row.
struct DegriddingScratch<Scalar: ImagingScalar> {
    typealias Lanes = SIMD8<Scalar>

    /// Kernels of eight channels along v and u, by cell (lane = channel), and by channel, [vector][channel] (lane = cell).
    private let alongV: UnsafeMutablePointer<Lanes>
    private let alongU: UnsafeMutablePointer<Lanes>
    private let rowsV: UnsafeMutablePointer<Lanes>
    private let rowsU: UnsafeMutablePointer<Lanes>
    private let alongW: UnsafeMutablePointer<Lanes>
    /// Partial sums of eight channels, and the same by partial sum.
    let sums: UnsafeMutablePointer<ComplexLanes<Scalar>>
    private let turned: UnsafeMutablePointer<ComplexLanes<Scalar>>
    private let offsetLanes: UnsafeMutablePointer<SIMD8<Int32>>
    private let powers: UnsafeMutablePointer<Scalar>
    private let planePowers: UnsafeMutablePointer<Scalar>
    private let kernel: MirroredPolynomials
    private let planeKernel: MirroredPolynomials

    /// Lines for the scratch of a tile and its cells.
    static func lineCount(_ scheme: GriddingScheme) -> Int {
        let (cells, planes) = (scheme.support, scheme.planeSupport)
        let edge = tileEdge(support: cells)
        let vectors = (cells + 7) / 8
        let lanes =
            32 * vectors + planes + 32 + (cells + 5) * (cells + 7) / 16 + (planes + 5) * (planes + 7) / 16
            + planes * edge * edge / 4
        return lanes / 2 + planes + 8
    }

    init(_ memory: inout ScratchArena, _ scheme: GriddingScheme) {
        kernel = scheme.kernel.mirrored
        planeKernel = scheme.planeKernel.mirrored
        let vectors = (kernel.support + 7) / 8
        alongV = memory.take(8 * vectors)
        alongU = memory.take(8 * vectors)
        alongV.update(repeating: .zero, count: 8 * vectors)
        alongU.update(repeating: .zero, count: 8 * vectors)
        rowsV = memory.take(8 * vectors)
        rowsU = memory.take(8 * vectors)
        alongW = memory.take(planeKernel.support)
        sums = memory.take(8)
        sums.update(repeating: .zero, count: 8)
        turned = memory.take(8)
        offsetLanes = memory.take(1)
        powers = memory.take(kernel.coefficients.count)
        planePowers = memory.take(planeKernel.coefficients.count)
        for (index, power) in kernel.coefficients.enumerated() { powers[index] = Scalar(power) }
        for (index, power) in planeKernel.coefficients.enumerated() { planePowers[index] = Scalar(power) }
    }

    /// First cell of each channel's support in the tile's cells.
    var offsets: UnsafePointer<Int32> { UnsafeRawPointer(offsetLanes).assumingMemoryBound(to: Int32.self) }

    /// The kernels of a channel.
    @inline(__always) func kernels(_ channel: Int) -> ChannelKernels<Scalar> {
        ChannelKernels(
            alongV: rowsV + channel,
            alongU: UnsafeRawPointer(rowsU + channel).assumingMemoryBound(to: Scalar.self),
            alongW: UnsafeRawPointer(alongW).assumingMemoryBound(to: Scalar.self) + channel)
    }

    /// Evaluates the kernels of eight channels and notes where their supports begin.
    @inline(__always) func place<let support: Int>(
        _ frequency: SIMD8<Double>, _ rate: SIMD4<Double>, _ origin: SIMD4<Double>, _: Support<support>
    ) {
        let (cellU, u) = Self.cell(frequency * rate.x + origin.x)
        let (cellV, v) = Self.cell(frequency * rate.y + origin.y)
        let (_, w) = Self.cell(frequency * rate.z + origin.z)
        offsetLanes.pointee = (cellU & 15) &* Int32(Support<support>.pitch) &+ (cellV & 15)
        kernel.evaluate(powers, v, into: alongV, Support<support>())
        kernel.evaluate(powers, u, into: alongU, Support<support>())
        planeKernel.evaluate(planePowers, w, into: alongW)
        for vector in 0..<Support<support>.vectors {
            Octet(UnsafePointer(alongV + 8 * vector)).transposed.store(to: rowsV + 8 * vector)
            Octet(UnsafePointer(alongU + 8 * vector)).transposed.store(to: rowsU + 8 * vector)
        }
    }

    /// The first cell under a kernel, and twice the offset from the support's middle.
    @inline(__always) private static func cell(_ place: SIMD8<Double>) -> (SIMD8<Int32>, Lanes) {
        let shifted = place + roundingMagic
        let cell = SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<Int64>.self))
        return (cell, Scalar.rounded(2 * (place - (shifted - roundingMagic))))
    }

    /// Reduces the partial sums of some channels (at most eight), turns them back by their phase, and writes them.
    @inline(__always) func finish(
        _ frequency: SIMD8<Double>, count: Int, turnsPerHertz: Double, sign: Float,
        into target: UnsafeMutablePointer<SIMD2<Scalar>>
    ) {
        sums.transpose(into: turned)
        let sum =
            ((turned[0] + turned[1]) + (turned[2] + turned[3]))
            + ((turned[4] + turned[5]) + (turned[6] + turned[7]))
        let (cosine, sine) = Scalar.phasor(turns: frequency * turnsPerHertz)
        let real = sum.real * cosine + sum.imaginary * sine
        let imaginary = (sum.imaginary * cosine - sum.real * sine) * Scalar(sign)
        if count == 8 {
            var pairs = SIMD16<Scalar>()
            pairs.evenHalf = real
            pairs.oddHalf = imaginary
            UnsafeMutableRawPointer(target).storeBytes(of: pairs, as: SIMD16<Scalar>.self)
        } else {
            for lane in 0..<count { target[lane] = SIMD2(real[lane], imaginary[lane]) }
        }
    }
}

/// The kernels of a sample.
struct ChannelKernels<Scalar: ImagingScalar> {
    /// Vectors of eight cells v, every eighth.
    let alongV: UnsafePointer<SIMD8<Scalar>>
    /// Cells u, eight together, then those of the vector eight further on.
    let alongU: UnsafePointer<Scalar>
    /// Planes, every eighth number.
    let alongW: UnsafePointer<Scalar>

    @inline(__always) init(
        alongV: UnsafeMutablePointer<SIMD8<Scalar>>, alongU: UnsafePointer<Scalar>,
        alongW: UnsafePointer<Scalar>
    ) { (self.alongV, self.alongU, self.alongW) = (UnsafePointer(alongV), alongU, alongW) }

    /// The kernel at a cell u.
    @inline(__always) func u(_ cell: Int) -> Scalar { alongU[(cell >> 3) &* 64 &+ cell & 7] }
}
