/// What the weights of a stream count in where they are relative: a sample of this length and width, of one correlator
/// sample, has weight 1.
public struct WeightUnit: Sendable, Hashable {
    /// Length of a dump, seconds.
    public let time: Double
    /// Width of a channel, Hz.
    public let width: Double

    /// A unit of time and width.
    public init(time: Double, width: Double) {
        self.time = time
        self.width = width
    }
}
