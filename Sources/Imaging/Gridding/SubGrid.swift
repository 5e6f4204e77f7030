// An island of unsafe code: the cells that a tile and its halo hold in the first-level cache.

/// The cells of a tile and its halo in the planes under a kernel: the supports of all samples that begin in one tile
/// and plane.
///
/// A line is a cell, its lanes are the planes (Ye et al.'s kernel along w is one vector), so that every access is one
/// aligned line whatever the place of a sample: [u][v] of 24 x 24, rows padded to an odd number of lines.
struct SubGrid {
    static let edge = 24
    static let pitch = edge + 1

    let lines: UnsafeMutablePointer<ComplexLanes>
    /// Cells of a side that supports can reach, 16 + support - 1.
    let reached: Int

    static let byteCount = edge * pitch * 64

    func clear() {
        for u in 0..<reached { (lines + u * Self.pitch).update(repeating: .zero, count: reached) }
    }

    /// Adds one sample: a value per plane, times the kernel along u and v.
    @inline(__always) func add<let support: Int>(
        _ value: ComplexLanes, _ kernelU: UnsafePointer<Float>, _ kernelV: Lanes, cellU: Int, cellV: Int,
        _: Support<support>
    ) {
        let corner = lines + cellU * Self.pitch + cellV
        for i in 0..<support {
            let weighted = kernelV * kernelU[i]
            for j in 0..<support {
                let cell = corner + (i * Self.pitch + j)
                cell.pointee = cell.pointee + value * weighted[j]
            }
        }
    }

    /// Adds cells u `rows` and v 8 `lane` ... 8 `lane` + 7 to the 16 lines of half a block in each of some planes.
    func flush(rows: Range<Int>, lane: Int, to planes: [UnsafeMutablePointer<ComplexLanes>]) {
        withUnsafeTemporaryAllocation(of: ComplexLanes.self, capacity: 8) { turned in
            guard let turned = turned.baseAddress else { return }
            for u in rows {
                (lines + u * Self.pitch + 8 * lane).transpose(into: turned)
                for (plane, target) in planes.enumerated() {
                    target[u & 15] = target[u & 15] + turned[plane]
                }
            }
        }
    }
}

/// A kernel's support as a constant of the type, so that loops over its cells and powers are unrolled.
struct Support<let cells: Int> {
    /// The kernel at all cells of its support, from cells + 4 powers.
    @inline(__always) static func kernel(_ powers: UnsafePointer<Lanes>, _ t: Float) -> Lanes {
        horner(powers, count: cells + 4, t)
    }
}

/// A polynomial in each lane from its coefficients, highest power first, as two interleaved chains of Horner's rule for
/// the even and the odd powers: half the waiting of one.
@inline(__always) func horner(_ powers: UnsafePointer<Lanes>, count: Int, _ t: Float) -> Lanes {
    let square = Lanes(repeating: t * t)
    var last = powers[0]
    var other = powers[1]
    for power in 2..<count { (last, other) = (other, last * square + powers[power]) }
    return last * t + other
}
