// An island of unsafe code: memory of one tile's degridding.

import Visibilities

/// The scratch of a tile: cells, kernels' polynomials, and the sums of eight channels.
struct DegriddingScratch {
    static let mostPowers = 12
    private static let lanes = 4 + 2 * mostPowers

    private let bytes: UnsafeMutableRawPointer
    let cells: UnsafeMutablePointer<Float>
    let places: UnsafeMutablePointer<UnsafePointer<Float>>
    /// The kernels along u and w of one sample, in memory so that their cells can be read one by one.
    let kernelU: UnsafeMutablePointer<Lanes>
    let kernelW: UnsafeMutablePointer<Lanes>
    private let sums: UnsafeMutablePointer<Lanes>
    /// Coefficients of the kernel along u and v, highest power first.
    let powers: UnsafePointer<Lanes>
    /// Coefficients of the kernel along w; leading zeros make it one length for any support.
    let planePowers: UnsafePointer<Lanes>

    init(_ scheme: GriddingScheme) {
        let cellBytes = scheme.planeSupport * ModelCells.floatsPerPlane * 4
        bytes = .allocate(byteCount: cellBytes + 32 * Self.lanes + 64, alignment: 64)
        cells = bytes.bindMemory(to: Float.self, capacity: cellBytes / 4)
        let lanes = (bytes + cellBytes).bindMemory(to: Lanes.self, capacity: Self.lanes)
        places = (bytes + cellBytes + 32 * Self.lanes).bindMemory(to: UnsafePointer<Float>.self, capacity: 8)
        lanes.update(repeating: .zero, count: Self.lanes)
        kernelU = lanes
        kernelW = lanes + 1
        sums = lanes + 2
        let powers = lanes + 4
        for (power, value) in scheme.kernel.coefficients.enumerated() { powers[power] = value }
        self.powers = UnsafePointer(powers)
        let planePowers = powers + Self.mostPowers
        let coefficients = scheme.planeKernel.coefficients
        for (power, value) in coefficients.enumerated() {
            planePowers[Self.mostPowers - coefficients.count + power] = value
        }
        self.planePowers = UnsafePointer(planePowers)
    }

    func deallocate() { bytes.deallocate() }

    var factorsU: UnsafePointer<Float> { UnsafeRawPointer(kernelU).assumingMemoryBound(to: Float.self) }
    var factorsW: UnsafePointer<Float> { UnsafeRawPointer(kernelW).assumingMemoryBound(to: Float.self) }
    /// Sums of eight channels.
    var real: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Float.self)
    }
    var imaginary: UnsafeMutablePointer<Float> { real + 8 }

    /// Turns the sums of some channels (at most eight) back by their w phase, and writes them.
    @inline(__always) func turn(
        _ frequencies: UnsafeBufferPointer<Double>, from start: Int, count: Int, turnsPerHertz: Double,
        sign: Float, into target: UnsafeMutablePointer<Complex64>
    ) {
        var frequency = SIMD8<Double>.zero
        if count == 8 {
            frequency = UnsafeRawPointer(frequencies.baseAddress.unsafelyUnwrapped + start)
                .loadUnaligned(as: SIMD8<Double>.self)
        } else {
            for lane in 0..<count { frequency[lane] = frequencies[start + lane] }
        }
        let (cosine, sine) = phasor(turns: frequency * turnsPerHertz)
        let (x, y) = (sums[0], sums[1])
        let real = x * cosine + y * sine
        let imaginary = (y * cosine - x * sine) * sign
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
