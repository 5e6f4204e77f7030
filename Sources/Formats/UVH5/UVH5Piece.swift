// An island of unsafe code: where samples of rows stand, [row][channel][product].

/// A run of channels of some rows as it stands in memory: [row][channel][product].
struct UVH5Piece {
    /// One of the arrays: its first element, and the bytes from a row to the next.
    struct Part {
        let start: UnsafeRawPointer
        let rowStride: Int
    }

    let rows, channels, products: Int
    /// Pairs of floats.
    let visibilities: Part
    let flags: Part
    let samples: Part
}

/// Where a row's samples stand: [channel][product].
struct UVH5RowStart {
    let visibilities, flags, samples: UnsafeRawPointer

    init(_ piece: UVH5Piece, row: Int) {
        visibilities = piece.visibilities.start + row * piece.visibilities.rowStride
        flags = piece.flags.start + row * piece.flags.rowStride
        samples = piece.samples.start + row * piece.samples.rowStride
    }
}
