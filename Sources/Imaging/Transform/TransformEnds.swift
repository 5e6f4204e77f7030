// An island of unsafe code: lines of cells and pixels where they are, and scratch between the two sweeps of a transform.

/// A line of every nth tile; zeros for absent ones.
struct GivenCells<Scalar: ImagingScalar>: TransformInput {
    let tiles: UnsafeBufferPointer<UnsafePointer<ComplexLanes<Scalar>>?>
    let first: Int
    let step: Int
    let line: Int

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> {
        tiles[first + index * step]?[line] ?? .zero
    }
}

/// Every nth line.
struct Column<Scalar: ImagingScalar>: TransformInput {
    let lines: UnsafePointer<ComplexLanes<Scalar>>
    let pitch: Int

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> { lines[index * pitch] }
}

/// Every nth line, turned by a twiddle of its own.
struct TurnedLines<Scalar: ImagingScalar>: TransformOutput {
    let lines: UnsafeMutablePointer<ComplexLanes<Scalar>>
    let pitch: Int
    let twiddles: UnsafeBufferPointer<SIMD2<Scalar>>
    let first: Int

    @inline(__always) func wants(_ output: Int) -> Bool { true }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) {
        lines[output * pitch] = value.turned(twiddles[first + output])
    }
}

/// Pixels of a window, conjugated by the exchange of their parts, among zeros.
struct GivenPixels<Scalar: ImagingScalar>: TransformInput {
    let lines: UnsafePointer<ComplexLanes<Scalar>>
    let comb: PixelComb

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> {
        comb.contains(index) ? lines[comb.slot(index)].exchanged : .zero
    }
}

/// Pixels of a window; others are not computed.
struct WantedPixels<Scalar: ImagingScalar>: TransformOutput {
    let lines: UnsafeMutablePointer<ComplexLanes<Scalar>>
    let comb: PixelComb

    @inline(__always) func wants(_ output: Int) -> Bool { comb.contains(output) }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) {
        lines[comb.slot(output)] = value
    }
}

/// A line of every nth tile, conjugated back; those of absent tiles are not computed.
struct WantedCells<Scalar: ImagingScalar>: TransformOutput {
    let tiles: UnsafeBufferPointer<UnsafeMutablePointer<ComplexLanes<Scalar>>?>
    let first: Int
    let step: Int
    let line: Int

    @inline(__always) func wants(_ output: Int) -> Bool { tiles[first + output * step] != nil }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) {
        tiles[first + output * step]?[line] = value.exchanged
    }
}

/// Which of the pixels k, k + step, k + 2 step, ... (modulo the length) lie in a window around 0, and where.
struct PixelComb {
    private let step: Int
    private let length: Int
    /// Place of pixel k.
    private let start: Int
    /// Teeth below this, and those from `upper` on, lie in the window.
    private let lower: Int
    private let upper: Int

    init(_ k: Int, step: Int, length: Int, _ window: Range<Int>) {
        self.step = step
        self.length = length
        start = k - window.lowerBound
        lower = max(0, (window.upperBound - k + step - 1) / step)
        upper = max(lower, (length + window.lowerBound - k + step - 1) / step)
    }

    @inline(__always) func contains(_ tooth: Int) -> Bool { tooth < lower || tooth >= upper }

    /// Place in the window of a tooth that it contains.
    @inline(__always) func slot(_ tooth: Int) -> Int {
        start + step * tooth - (tooth < lower ? 0 : length)
    }
}
