/// Baseline or antenna coordinates in metres: u east, v north, w towards what the field tracks.
public struct UVW: Sendable, Hashable, BitwiseCopyable {
    // Metres along the three axes.
    /// East, metres.
    public var u: Double
    /// North, metres.
    public var v: Double
    /// Towards the phase centre, or up where nothing is tracked, metres.
    public var w: Double

    /// Coordinates in metres.
    @inlinable public init(_ u: Double, _ v: Double, _ w: Double) {
        self.u = u
        self.v = v
        self.w = w
    }

    /// Difference, component by component.
    @inlinable public static func - (a: UVW, b: UVW) -> UVW { UVW(a.u - b.u, a.v - b.v, a.w - b.w) }
}
