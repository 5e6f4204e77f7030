// An island of unsafe code: buffers of pixels and lines that threads write in disjoint strips.

import Visibilities

/// What the transforms from planes to image and from image to planes share: lengths, tables and buffers.
struct PlaneTransform<Scalar: ImagingScalar>: Sendable {
    typealias Lanes = SIMD8<Scalar>

    let plan: GridPlan
    let blocks: BlockMap
    let alongU: LaneFFT<Scalar>
    let alongV: LaneFFT<Scalar>
    let corrections: Corrections<Scalar>
    /// One plane between its two transforms.
    let half: HalfPlane<Scalar>
    /// Pixels, [strip][row] of eight columns.
    let pixels: LaneBuffer<Scalar>
    let scratch: ScratchPool<Scalar>
    /// Tile rows with a block, of each plane.
    let occupied: [[Int]]

    init(_ plan: GridPlan, _ blocks: BlockMap, cacheBytes: Int = HalfPlane<Scalar>.cacheBytes) {
        self.plan = plan
        self.blocks = blocks
        alongU = LaneFFT(plan.scheme.cellsU)
        alongV = LaneFFT(plan.scheme.cellsV)
        let image = plan.settings.geometry
        corrections = Corrections(plan.scheme, image)
        occupied = (0..<blocks.planes).map { blocks.occupiedRows($0) }
        half = HalfPlane(
            width: image.width, rows: occupied.map(\.count).max() ?? 0, cacheBytes: cacheBytes)
        pixels = LaneBuffer(half.strips * image.height)
        scratch = ScratchPool(
            lines: max(alongU.scratchLines + 8 * half.strips, alongV.scratchLines + 2 * alongV.teeth))
    }

    var geometry: ImageGeometry { plan.settings.geometry }
    /// Columns from the image's middle.
    var columns: Range<Int> { -(geometry.width / 2)..<geometry.width - geometry.width / 2 }
    /// Rows from the image's middle.
    var rows: Range<Int> { -(geometry.height / 2)..<geometry.height - geometry.height / 2 }

    /// The pixels of a strip, by row.
    @inline(__always) func pixels(strip: Int) -> UnsafeMutablePointer<Lanes> {
        pixels.lanes + strip * geometry.height
    }

    /// The screen of a plane in a strip.
    func screen(strip: Int, plane: Int) -> PlaneScreen<Scalar> {
        PlaneScreen(
            corrections: corrections, l2: corrections.squaredL[strip], w: plan.scheme.w(ofPlane: plane))
    }

    /// Calls a body with all combs of rows, two by two if their rows share screens.
    @inline(__always) func forEachCombs(_ body: (MirroredCombs) -> Void) {
        let symmetric = geometry.centre.y == 0
        for k in 0..<(symmetric ? alongV.combs / 2 + 1 : alongV.combs) {
            body(MirroredCombs(k, of: alongV, rows, symmetric: symmetric))
        }
    }

    /// What undoes the taper of the kernels along u and w in a row of a strip; the factor of the row is apart.
    @inline(__always) func taper(strip: Int, row: Int) -> Lanes {
        corrections.columns[strip]
            * corrections.plane(corrections.depth(corrections.squaredL[strip], row))
    }
}

/// exp(2πi w (n - 1 + n0)) of a plane in a strip of eight columns.
struct PlaneScreen<Scalar: ImagingScalar> {
    let corrections: Corrections<Scalar>
    let l2: SIMD8<Double>
    let w: Double

    @inline(__always) func phasor(_ row: Int) -> (cosine: SIMD8<Scalar>, sine: SIMD8<Scalar>) {
        Scalar.phasor(turns: corrections.depth(l2, row) * w)
    }
}
