/// The pixels of an orthographic (SIN) image, as FITS has them: columns towards the west, rows towards the north.
///
/// The centre pixel, column width / 2 and row height / 2 (from 0, rounded down), lies at the phase centre or anywhere
/// else in the sky above it; the projection's tangent point is the phase centre always.
public struct ImageGeometry: Sendable, Hashable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Edge of a pixel at the phase centre (direction cosine), radians.
    public let cell: Double
    /// Direction cosines (l, m) of the centre pixel relative to the phase centre.
    public let centre: SIMD2<Double>

    /// An image around a direction.
    ///
    /// - Parameters:
    ///   - width: columns, 1 ... 65536.
    ///   - height: rows, 1 ... 65536.
    ///   - cell: edge of a pixel, radians.
    ///   - centre: direction cosines of the centre pixel, east and north of the phase centre.
    /// - Throws: `ImagingError.setting` for empty or huge sizes, or corners at or beyond the horizon.
    public init(
        width: Int, height: Int, cell: Double, centre: SIMD2<Double> = .zero
    ) throws(ImagingError) {
        for (name, size) in [("width", width), ("height", height)] {
            guard size >= 1, size <= 1 << 16 else {
                throw .setting(name, reason: "\(size) pixels; must be from 1 to 65536")
            }
        }
        guard cell > 0, cell.isFinite else {
            throw .setting("cell", reason: "\(cell) rad; must be above 0")
        }
        guard abs(centre.x) < 1, abs(centre.y) < 1 else {
            throw .setting(
                "centre", reason: "\(centre.x), \(centre.y): direction cosines lie between -1 and 1")
        }
        self.width = width
        self.height = height
        self.cell = cell
        self.centre = centre
        guard squaredRadii.upperBound < 0.98 else {
            throw .setting("cell", reason: "the corners lie beyond the horizon")
        }
    }

    /// Direction cosine towards the east of a column.
    public func l(_ column: Int) -> Double { centre.x + Double(width / 2 - column) * cell }
    /// Direction cosine towards the north of a row.
    public func m(_ row: Int) -> Double { centre.y + Double(row - height / 2) * cell }

    /// Column of the phase centre, from 0; outside the image or between two columns when it is off centre.
    public var referenceColumn: Double { Double(width / 2) + centre.x / cell }
    /// Row of the phase centre, from 0; outside the image or between two rows when it is off centre.
    public var referenceRow: Double { Double(height / 2) - centre.y / cell }

    /// Least and greatest l² + m²: the greatest is at a corner, the least where the image comes next to the phase centre.
    var squaredRadii: ClosedRange<Double> {
        let (east, west) = (l(0), l(width - 1))
        let (south, north) = (m(0), m(height - 1))
        let near = SIMD2(max(west, min(0, east)), max(south, min(0, north)))
        let far = SIMD2(max(abs(east), abs(west)), max(abs(south), abs(north)))
        return (near * near).sum()...(far * far).sum()
    }

    /// Least and greatest n - 1 in the image.
    var depths: ClosedRange<Double> {
        let radii = squaredRadii
        return Self.depth(radii.upperBound)...Self.depth(radii.lowerBound)
    }

    /// n - 1 at l² + m², without the cancellation of the difference.
    static func depth(_ squaredRadius: Double) -> Double {
        -squaredRadius / (1 + (1 - squaredRadius).squareRoot())
    }
}
