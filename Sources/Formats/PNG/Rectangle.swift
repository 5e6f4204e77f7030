/// A rectangle of whole pixels.
public struct Rectangle: Sendable, Hashable {
    /// Left edge.
    public var x: Int
    /// Upper edge.
    public var y: Int
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// A rectangle from its upper left corner.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The column right of it.
    public var right: Int { x + width }
    /// The row below it.
    public var bottom: Int { y + height }
}
