/// A point in pixels from a canvas's upper left corner; pixel (x, y) covers x ..< x + 1.
public struct Point: Sendable, Hashable {
    /// Rightwards.
    public var x: Double
    /// Downwards.
    public var y: Double

    /// A point in pixels.
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}
