// An island of unsafe code: planes to image. Threads write disjoint strips; one plane at a time.

import Tiles
import Visibilities

/// Turns the planes of a grid into an image: pruned transforms, w screens, correction of the kernels' taper.
struct FinalTransform: Sendable {
    let plan: GridPlan
    let blocks: BlockMap
    private let alongU: LaneFFT
    private let alongV: LaneFFT
    private let corrections: Corrections
    /// Accumulated image, [strip][row] of eight columns.
    private let accumulated: LaneBuffer
    private let half: HalfPlane
    private let scratch: ScratchPool

    init(_ plan: GridPlan, _ blocks: BlockMap) {
        self.plan = plan
        self.blocks = blocks
        alongU = LaneFFT(plan.scheme.cellsU)
        alongV = LaneFFT(plan.scheme.cellsV)
        corrections = Corrections(plan.scheme, plan.settings.geometry)
        let image = plan.settings.geometry
        accumulated = LaneBuffer((image.width + 7) / 8 * image.height)
        let rows = (0..<blocks.planes).map { blocks.occupiedRows($0).count }.max() ?? 0
        half = HalfPlane(width: image.width, rows: rows)
        scratch = ScratchPool(
            lines: max(alongU.scratchLines + (image.width + 7) / 8 * 8, alongV.scratchLines + image.height))
    }

    /// The image of a grid divided by a sum of weights, [row][column].
    func image(of storage: BlockStorage, divideBy weight: Double) async throws -> [Float] {
        accumulated.clear()
        let occupied = (0..<blocks.planes).map { blocks.occupiedRows($0) }
        for (plane, rows) in occupied.enumerated() where !rows.isEmpty {
            try await inTiles(rows.count) {
                transformRow(rows[$0], slot: $0, plane: plane, of: storage)
            }
            try await inTiles(half.strips) { addStrip($0, rows: rows, plane: plane) }
        }
        return corrected(scale: 1 / weight)
    }

    /// Transforms a tile row of a plane along u.
    private func transformRow(_ tileV: Int, slot: Int, plane: Int, of storage: BlockStorage) {
        let columns = plan.settings.geometry.width
        let scratch = scratch.take()
        defer { self.scratch.give(scratch) }
        let output = scratch.lines + alongU.scratchLines
        for part in 0..<2 {
            let tiles = (0..<blocks.tilesU).map { tileU in
                blocks.block(tileU, tileV, plane).map { UnsafePointer(storage.lines($0) + 16 * part) }
            }
            alongU.transform(tiles, half: columns / 2, into: output, scratch: scratch.lines)
            for strip in 0..<half.strips {
                (output + 8 * strip).transpose(into: half.lines(strip: strip, slot: slot) + 8 * part)
            }
        }
    }

    /// Transforms a strip along v, multiplies it by the plane's w screen and adds it to the image.
    private func addStrip(_ strip: Int, rows: [Int], plane: Int) {
        let image = plan.settings.geometry
        let scratch = scratch.take()
        defer { self.scratch.give(scratch) }
        let output = scratch.lines + alongV.scratchLines
        var tiles = [UnsafePointer<ComplexLanes>?](repeating: nil, count: blocks.tilesV)
        for (slot, row) in rows.enumerated() {
            tiles[row] = UnsafePointer(half.lines(strip: strip, slot: slot))
        }
        alongV.transform(tiles, half: image.height / 2, into: output, scratch: scratch.lines)
        let target = accumulated.lanes + strip * image.height
        let w = plan.scheme.w(ofPlane: plane)
        let l2 = corrections.squaredL[strip]
        // Rows north and south of the centre have one screen.
        let middle = image.height / 2
        for offset in 0...middle {
            let (cosine, sine) = phasor(turns: corrections.depth(l2, middle - offset) * w)
            let (south, north) = (middle - offset, middle + offset)
            target[south] += output[south].real * cosine + output[south].imaginary * sine
            if offset > 0, offset < middle {
                target[north] += output[north].real * cosine + output[north].imaginary * sine
            }
        }
    }

    /// Divides by the kernels' transforms and the weight, and puts the strips side by side.
    private func corrected(scale: Double) -> [Float] {
        let image = plan.settings.geometry
        return [Float](unsafeUninitializedCapacity: image.width * image.height) { pixels, count in
            for row in 0..<image.height {
                let factor = corrections.rows[row] * Float(scale)
                for strip in 0..<half.strips {
                    let taper = corrections.plane(corrections.depth(corrections.squaredL[strip], row))
                    let value =
                        accumulated.lanes[strip * image.height + row] * corrections.columns[strip] * taper
                    for lane in 0..<min(8, image.width - 8 * strip) {
                        pixels[row * image.width + 8 * strip + lane] = value[lane] * factor
                    }
                }
            }
            count = image.width * image.height
        }
    }
}

/// What undoes the kernels' taper: one factor per column and row, and a polynomial of n - 1.
struct Corrections: Sendable {
    /// 1 / φ̂ of the columns, eight to a strip.
    let columns: [Lanes]
    let rows: [Float]
    /// l² of the columns.
    let squaredL: [SIMD8<Double>]
    private let squaredM: [Double]
    private let centre: Double
    /// 1 / (1 + n) as a polynomial of l² + m² scaled to -1 ... 1, highest power first: no square root per pixel.
    private let depthPowers: [Double]
    private let depthScale: Double
    /// 1 / φ̂ along w as a polynomial in the square of (n - 1 + n0) scaled to 1, highest power first.
    private let planePowers: [Float]
    private let planeScale: Double

    init(_ scheme: GriddingScheme, _ image: ImageGeometry) {
        let strips = (image.width + 7) / 8
        var columns = [Lanes](repeating: .zero, count: strips)
        var squaredL = [SIMD8<Double>](repeating: .zero, count: strips)
        for column in 0..<image.width {
            let x = Double(column - image.width / 2) / Double(scheme.cellsU)
            columns[column / 8][column % 8] = Float(1 / scheme.kernel.transform(x))
            squaredL[column / 8][column % 8] = image.l(column) * image.l(column)
        }
        self.columns = columns
        self.squaredL = squaredL
        rows = (0..<image.height).map {
            Float(1 / scheme.kernel.transform(Double($0 - image.height / 2) / Double(scheme.cellsV)))
        }
        squaredM = (0..<image.height).map { image.m($0) * image.m($0) }
        centre = scheme.centre
        let edge = image.l(0) * image.l(0) + image.m(0) * image.m(0)
        depthScale = 2 / edge
        depthPowers = Self.inverseDepth(to: edge).reversed()
        let reach = -image.deepest / 2
        planeScale = scheme.planeStep > 0 ? 1 / reach : 0
        planePowers = chebyshevFit(degree: 13) { t in
            1 / scheme.planeKernel.transform(((t + 1) / 2).squareRoot() * reach * scheme.planeStep)
        }.reversed().map { Float($0) }
    }

    /// 1 / (1 + √(1 - q)) for q up to an edge, as a polynomial of the least degree that is good to 1e-15 of n - 1.
    private static func inverseDepth(to edge: Double) -> [Double] {
        var powers = [Double]()
        for degree in 1...40 {
            powers = chebyshevFit(degree: degree) { t in 1 / (1 + (1 - edge * (t + 1) / 2).squareRoot()) }
            if abs(powers[degree]) * edge < 1e-15 * Double(1 << min(degree, 40)) { break }
        }
        return powers
    }

    /// n - 1 + n0 of eight columns in a row.
    @inline(__always) func depth(_ l2: SIMD8<Double>, _ row: Int) -> SIMD8<Double> {
        let q = l2 + squaredM[row]
        let t = q * depthScale - 1
        var inverse = SIMD8<Double>(repeating: depthPowers[0])
        for power in depthPowers.dropFirst() { inverse = inverse * t + power }
        return centre - q * inverse
    }

    /// 1 / φ̂ along w at some depths.
    @inline(__always) func plane(_ depth: SIMD8<Double>) -> Lanes {
        let q = Lanes(depth * planeScale)
        let t = q * q * 2 - 1
        var value = Lanes(repeating: planePowers[0])
        for power in planePowers.dropFirst() { value = value * t + power }
        return value
    }
}
