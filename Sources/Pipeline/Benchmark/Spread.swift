/// The middle of a set of values and the range that holds half of them.
public struct Spread: Sendable, Hashable, Codable {
    /// Half are below.
    public let median: Double
    /// A quarter is below.
    public let low: Double
    /// A quarter is above.
    public let high: Double

    /// The spread of values; 0 of none.
    public init(_ values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            guard let last = sorted.last else { return 0 }
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            guard below + 1 < sorted.count else { return last }
            return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - Double(below))
        }
        median = quantile(0.5)
        low = quantile(0.25)
        high = quantile(0.75)
    }
}
