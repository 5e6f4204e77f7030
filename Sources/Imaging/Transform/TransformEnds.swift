// An island of unsafe code: lines of cells and pixels where they are, and scratch between the two sweeps of a transform.

import CPlatform

/// Lines one behind the other.
struct Lines<Scalar: ImagingScalar>: TransformInput, TransformOutput {
    let start: UnsafeMutablePointer<ComplexLanes<Scalar>>

    @inline(__always) init(_ start: UnsafeMutablePointer<ComplexLanes<Scalar>>) { self.start = start }

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> { start[index] }
    @inline(__always) func wants(_ output: Int) -> Bool { true }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) { start[output] = value }
}

/// A line of every nth tile. It asks for the line four further, or that of the next tiles, which the processor does not
/// see coming.
struct GivenCells<Scalar: ImagingScalar>: TransformInput {
    private let tiles: UnsafePointer<UnsafePointer<ComplexLanes<Scalar>>>
    private let step: Int
    private let line: Int
    private let tilesAhead: UnsafePointer<UnsafePointer<ComplexLanes<Scalar>>>
    private let lineAhead: Int

    /// - Parameters:
    ///   - tiles: pointers to the lines of all tiles.
    ///   - tile: the first one, below the step.
    init(
        tiles: UnsafePointer<UnsafePointer<ComplexLanes<Scalar>>>, tile: Int, step: Int, line: Int
    ) {
        self.tiles = tiles + tile
        self.step = step
        self.line = line
        tilesAhead = tiles + (line < 12 ? tile : min(tile + 1, step - 1))
        lineAhead = (line + 4) & 15
    }

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> {
        let ahead = UnsafeRawPointer(tilesAhead[index &* step] + lineAhead)
        sluice_prefetch(ahead)
        if MemoryLayout<ComplexLanes<Scalar>>.stride > 64 { sluice_prefetch(ahead + 64) }
        return tiles[index &* step][line]
    }
}

/// Every nth line.
struct Column<Scalar: ImagingScalar>: TransformInput {
    let lines: UnsafePointer<ComplexLanes<Scalar>>
    let pitch: Int

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> { lines[index &* pitch] }
}

/// Every nth line, turned by a twiddle of its own.
struct TurnedLines<Scalar: ImagingScalar>: TransformOutput {
    let lines: UnsafeMutablePointer<ComplexLanes<Scalar>>
    let pitch: Int
    let twiddles: UnsafePointer<SIMD2<Scalar>>

    @inline(__always) func wants(_ output: Int) -> Bool { true }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) {
        lines[output &* pitch] = value.turned(twiddles + output)
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

/// Teeth of a comb that lie in its window, each in its place among all teeth; others are not computed.
struct WantedTeeth<Scalar: ImagingScalar>: TransformOutput {
    let lines: UnsafeMutablePointer<ComplexLanes<Scalar>>
    let comb: PixelComb

    @inline(__always) func wants(_ output: Int) -> Bool { comb.contains(output) }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) { lines[output] = value }
}

/// Teeth of a comb that lie in its window, conjugated by the exchange of their parts, among zeros.
struct GivenTeeth<Scalar: ImagingScalar>: TransformInput {
    let lines: UnsafePointer<ComplexLanes<Scalar>>
    let comb: PixelComb

    @inline(__always) func point(_ index: Int) -> ComplexLanes<Scalar> {
        comb.contains(index) ? lines[index].exchanged : .zero
    }
}

/// A line of every nth tile, conjugated back; those of absent tiles are not computed.
struct WantedCells<Scalar: ImagingScalar>: TransformOutput {
    let tiles: UnsafeBufferPointer<UnsafeMutablePointer<ComplexLanes<Scalar>>?>
    let first: Int
    let step: Int
    let line: Int

    @inline(__always) func wants(_ output: Int) -> Bool { tiles[first &+ output &* step] != nil }
    @inline(__always) func put(_ output: Int, _ value: ComplexLanes<Scalar>) {
        tiles[first &+ output &* step]?[line] = value.exchanged
    }
}

/// Which of the pixels k, k + step, k + 2 step, ... (modulo the length) lie in a window around 0, and where.
struct PixelComb {
    private let step: Int
    private let length: Int
    /// Place of pixel k.
    private let start: Int
    /// Teeth below this, and those from `upper` on, lie in the window.
    let lower: Int
    let upper: Int

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
        start &+ step &* tooth &- (tooth < lower ? 0 : length)
    }
}
