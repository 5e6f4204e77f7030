import CPlatform
import Visibilities

/// Who counts: whose cells of the uv plane hold the density that uniform and Briggs' weights divide by.
///
/// Both fold the half plane v < 0 onto the other and round indices down; Briggs' robustness means the same to both. Beams
/// and noise differ by some percent, as the cells do.
public enum DensityRule: String, Sendable, Hashable, CaseIterable {
    /// Cells of the image padded by 1.2, to a multiple of 4: 1 / (1.2 N Δl) wide (Offringa et al. 2014; the grids that
    /// `wsclean -save-weights` writes).
    case wsclean
    /// Cells of the image as it is, 1 / (N Δl) wide (CASA's `tclean`).
    case casa

    /// Cells along an axis of so many pixels, even.
    func cells(_ pixels: Int, factor: Double) -> Int {
        let padded =
            switch self {
            case .wsclean: (pixels * 6 + 19) / 20 * 4
            case .casa: pixels
            }
        let whole = Int((Double(padded) / factor).rounded())
        return max(2, whole + whole % 2)
    }
}

/// How the uv plane is cut into cells.
public struct DensityCells: Sendable, Hashable, CustomStringConvertible {
    /// Whose cells.
    public let rule: DensityRule
    /// How many times larger they are along each axis; above 1 is super-uniform weighting.
    public let factor: Double

    /// wsclean's cells.
    public static var wsclean: DensityCells { DensityCells() }

    private init() { (rule, factor) = (.wsclean, 1) }

    /// Cells of a rule, enlarged.
    ///
    /// - Throws: `ImagingError.setting` for a factor outside 0.1 ... 100.
    public init(_ rule: DensityRule, enlarged factor: Double = 1) throws(ImagingError) {
        guard (0.1...100).contains(factor) else {
            throw .setting("super-weight", reason: "\(factor) is outside 0.1 to 100")
        }
        (self.rule, self.factor) = (rule, factor)
    }

    /// For the history of an image.
    public var description: String {
        let cell =
            switch rule {
            case .wsclean: "1/(1.2 N dl)"
            case .casa: "1/(N dl)"
            }
        let size = factor == 1 ? cell : "\(factor) x \(cell)"
        return "cells of \(size), half plane, rounded down (\(rule.rawValue)'s rule)"
    }
}

/// Maps uvw to the cells of a density grid, which lie in tiles of 8 x 8, [tile v][tile u][v][u]: the cells that a row's channels
/// cross are neighbours in memory whichever way they run.
struct DensityAxes: Sendable {
    /// Cells along u and along the half axis v.
    private let cellsU: Int
    private let cellsV: Int
    private let tilesU: Int
    private let scaleU: Double
    private let scaleV: Double

    init(_ image: ImageGeometry, _ cells: DensityCells) {
        let width = cells.rule.cells(image.width, factor: cells.factor)
        let height = cells.rule.cells(image.height, factor: cells.factor)
        cellsU = width
        cellsV = height / 2 + 1
        tilesU = (cellsU + 7) / 8
        scaleU = image.cell * Double(width) / Conventions.speedOfLight
        scaleV = image.cell * Double(height) / Conventions.speedOfLight
    }

    /// Cells in memory, those that fill the last tiles among them.
    var count: Int { TiledCells<Double>.tile * tilesU * ((cellsV + 7) / 8) }

    /// Fills in the cells of a row's channels, folded to v ≥ 0; -1 outside the grid.
    ///
    /// - Precondition: `cells` has as many places as there are channels.
    func find(_ uvw: UVW, _ frequencies: Span<Double>, _ cells: inout [Int64]) {
        precondition(frequencies.count == cells.count)
        let sign = uvw.v < 0 ? -1.0 : 1.0
        frequencies.withUnsafeBufferPointer { frequencies in
            cells.withUnsafeMutableBufferPointer { cells in
                guard let frequencies = frequencies.baseAddress, let first = cells.baseAddress else { return }
                sluice_tiled_cells(
                    uvw.u * scaleU * sign, uvw.v * scaleV * sign, Double(cellsU / 2), Double(cellsU),
                    Double(cellsV), Int64(tilesU), frequencies, cells.count, first)
            }
        }
    }
}
