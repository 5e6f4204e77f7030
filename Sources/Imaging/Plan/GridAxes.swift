import Visibilities

/// Maps uvw in metres and a frequency to places on the grid, the same for index, plan and gridding.
///
/// A row's place is rate x frequency + origin along (u, v, w) in cells; the first cell of the kernel's support is that
/// place rounded. Rates are monotone in frequency, so cells are too.
struct GridAxes: Sendable {
    /// Cells per (metre hertz); u is mirrored because columns run towards the west.
    let scale: SIMD4<Double>
    let origin: SIMD4<Double>
    /// Largest distance from the middle that is gridded, cells.
    let limit: SIMD4<Double>
    /// Turns per (metre hertz) along (u, v, w) that move the image's centre to the middle of the grid's transform, and
    /// the middle of its range of n - 1 to 0.
    private let shift: SIMD3<Double>
    /// The same for visibilities of 1 that stand for a source at the image's centre.
    private let sourceShift: SIMD3<Double>
    /// Whether both are the same.
    var isCentred: Bool { shift == sourceShift }
    let tilesU: Int32
    let tilesV: Int32

    init(_ scheme: GriddingScheme, _ image: ImageGeometry) {
        let uv = image.cell / Conventions.speedOfLight
        let w = scheme.planeStep > 0 ? 1 / (scheme.planeStep * Conventions.speedOfLight) : 0
        scale = SIMD4(-uv * Double(scheme.cellsU), uv * Double(scheme.cellsV), w, 0)
        let middle = Double(scheme.support - 1) / 2
        origin = SIMD4(
            Double(scheme.cellsU) - middle, Double(scheme.cellsV) - middle,
            scheme.planeOrigin - Double(scheme.planeSupport - 1) / 2, 0)
        limit = SIMD4(
            Double(scheme.cellsU) / 2, Double(scheme.cellsV) / 2,
            Double(scheme.planes - 2 * scheme.planeSupport - 1), 1)
        let depth = ImageGeometry.depth((image.centre * image.centre).sum())
        shift = SIMD3(-image.centre.x, -image.centre.y, scheme.centre) / Conventions.speedOfLight
        sourceShift = SIMD3(0, 0, scheme.centre + depth) / Conventions.speedOfLight
        tilesU = Int32(scheme.cellsU / 16)
        tilesV = Int32(scheme.cellsV / 16)
    }

    /// Cells per hertz of a row, brought to w ≥ 0; `sign` is -1 when that conjugates its visibilities.
    @inline(__always) func rate(_ uvw: UVW) -> (rate: SIMD4<Double>, sign: Float) {
        let metres = SIMD4(uvw.u, uvw.v, uvw.w, 0)
        return uvw.w < 0 ? (-metres * scale, -1) : (metres * scale, 1)
    }

    /// Turns per hertz by which a row's visibilities, brought to w ≥ 0, are turned before they are gridded; with
    /// `source`, visibilities of 1 for the point spread function.
    @inline(__always) func turns(_ uvw: UVW, source: Bool) -> Double {
        let turns = ((source ? sourceShift : shift) * SIMD3(uvw.u, uvw.v, uvw.w)).sum()
        return uvw.w < 0 ? -turns : turns
    }

    /// The first cell along (u, v, w) under the kernel; at most 2³¹ in size.
    @inline(__always) func cell(_ rate: SIMD4<Double>, _ frequency: Double) -> SIMD4<Int32> {
        let rounded = (rate * frequency + origin) + roundingMagic
        return SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(rounded, to: SIMD4<Int64>.self))
    }

    /// How many of the first channels lie on the grid.
    @inline(__always) func channelsOnGrid(
        _ rate: SIMD4<Double>, _ frequencies: UnsafeBufferPointer<Double>
    ) -> Int {
        let size = rate.replacing(with: -rate, where: rate .< 0)
        func fits(_ channel: Int) -> Bool { all(size * frequencies[channel] .<= limit) }
        return partition(0, frequencies.count, fits)
    }

    /// The tile that a first cell lies in, and whether the support reaches the next tiles.
    @inline(__always) func place(_ cell: SIMD4<Int32>, support: Int32) -> GridPlace {
        var tileU = cell.x >> 4
        var tileV = cell.y >> 4
        if tileU >= tilesU { tileU -= tilesU }
        if tileV >= tilesV { tileV -= tilesV }
        var reach = Reach()
        if cell.x & 15 > 16 - support { reach.insert(.nextU) }
        if cell.y & 15 > 16 - support { reach.insert(reach.isEmpty ? .nextV : [.nextV, .corner]) }
        return GridPlace(tileU: tileU, tileV: tileV, plane: cell.z, reach: reach)
    }
}

/// Which of the next tiles a support reaches into, besides the one that it begins in.
struct Reach: OptionSet, Sendable, Hashable {
    let rawValue: UInt8
    static let nextU = Reach(rawValue: 1)
    static let nextV = Reach(rawValue: 2)
    /// The tile next along both.
    static let corner = Reach(rawValue: 4)
}

/// Where the support of a sample begins.
struct GridPlace: Sendable, Hashable {
    var tileU: Int32
    var tileV: Int32
    var plane: Int32
    var reach: Reach
}

/// The first index in a range from which a condition no longer holds; it must hold up to there.
@inline(__always) func partition(_ start: Int, _ end: Int, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (start, end)
    if low < high, holds(high - 1) { return high }
    while low < high {
        let middle = (low + high) / 2
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    return low
}
