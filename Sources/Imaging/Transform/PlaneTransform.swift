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

    init(_ plan: GridPlan, _ blocks: BlockMap) {
        self.plan = plan
        self.blocks = blocks
        alongU = LaneFFT(plan.scheme.cellsU)
        alongV = LaneFFT(plan.scheme.cellsV)
        let image = plan.settings.geometry
        corrections = Corrections(plan.scheme, image)
        occupied = (0..<blocks.planes).map { blocks.occupiedRows($0) }
        half = HalfPlane(width: image.width, rows: occupied.map(\.count).max() ?? 0)
        pixels = LaneBuffer(half.strips * image.height)
        scratch = ScratchPool(
            lines: max(alongU.scratchLines + 8 * half.strips, alongV.scratchLines + image.height))
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

    /// Calls a body with each row of a strip and exp(2πi w (n - 1 + n0)) of a plane there: cosines and sines.
    ///
    /// Rows as far south as north of the phase centre share a screen.
    @inline(__always) func forEachScreen(
        strip: Int, plane: Int, _ body: (_ row: Int, _ cosine: Lanes, _ sine: Lanes) -> Void
    ) {
        let w = plan.scheme.w(ofPlane: plane)
        let l2 = corrections.squaredL[strip]
        let height = geometry.height
        let symmetric = geometry.centre.y == 0
        for row in 0..<(symmetric ? height / 2 + 1 : height) {
            let (cosine, sine) = Scalar.phasor(turns: corrections.depth(l2, row) * w)
            body(row, cosine, sine)
            let mirrored = height / 2 * 2 - row
            if symmetric, mirrored > row, mirrored < height { body(mirrored, cosine, sine) }
        }
    }

    /// What undoes the taper of the kernels along u and w in a row of a strip; the factor of the row is apart.
    @inline(__always) func taper(strip: Int, row: Int) -> Lanes {
        corrections.columns[strip]
            * corrections.plane(corrections.depth(corrections.squaredL[strip], row))
    }
}
