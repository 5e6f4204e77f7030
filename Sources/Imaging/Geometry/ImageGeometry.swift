/// The pixels of an image, as FITS has them: columns towards the west, rows towards the north, the phase centre at
/// column width / 2, row height / 2 (from 0).
public struct ImageGeometry: Sendable, Hashable {
    /// Columns, even.
    public let width: Int
    /// Rows, even.
    public let height: Int
    /// Edge of a pixel at the phase centre (direction cosine), radians.
    public let cell: Double

    /// An orthographic (SIN) image around the phase centre.
    ///
    /// - Throws: `ImagingError.setting` for odd, empty or huge sizes, or corners at or beyond the horizon.
    public init(width: Int, height: Int, cell: Double) throws(ImagingError) {
        for (name, size) in [("width", width), ("height", height)] {
            guard size >= 2, size % 2 == 0, size <= 1 << 16 else {
                throw .setting(name, reason: "\(size) pixels; must be even, from 2 to 65536")
            }
        }
        guard cell > 0, cell.isFinite else {
            throw .setting("cell", reason: "\(cell) rad; must be above 0")
        }
        let corner = cell * cell * Double(width * width + height * height) / 4
        guard corner < 0.98 else {
            throw .setting("cell", reason: "the corners lie beyond the horizon")
        }
        self.width = width
        self.height = height
        self.cell = cell
    }

    /// Direction cosine towards the east of a column.
    public func l(_ column: Int) -> Double { Double(width / 2 - column) * cell }
    /// Direction cosine towards the north of a row.
    public func m(_ row: Int) -> Double { Double(row - height / 2) * cell }

    /// The least n - 1 in the image, at a corner (negative).
    var deepest: Double {
        let q = cell * cell * Double(width * width + height * height) / 4
        return -q / (1 + (1 - q).squareRoot())
    }
}
