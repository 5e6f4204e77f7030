import Visibilities

/// Projected uv distances that an image is made of; what lies outside has no weight and counts in no density.
public struct UVRange: Sendable, Hashable {
    /// What a distance is measured in.
    public enum Unit: Sendable, Hashable {
        /// √(u² + v²) as the baseline is seen from the source.
        case metres
        /// The same in wavelengths of each channel.
        case wavelengths
    }

    /// The least distance, in.
    public let least: Double
    /// The greatest distance, in; infinite without a limit.
    public let most: Double
    /// What both are measured in.
    public let unit: Unit

    /// No limits.
    public static var all: UVRange { UVRange() }

    private init() { (least, most, unit) = (0, .infinity, .wavelengths) }

    /// Distances from least to most.
    ///
    /// - Throws: `ImagingError.setting` when that is no range.
    public init(_ least: Double, _ most: Double, in unit: Unit) throws(ImagingError) {
        guard least >= 0, least < most else {
            throw .setting("uv-range", reason: "\(least) to \(most) is no range of distances")
        }
        (self.least, self.most, self.unit) = (least, most, unit)
    }

    /// The channels of a row that lie in the range: frequencies ascend, and so do distances in wavelengths.
    func channels(_ uvw: UVW, _ frequencies: [Double]) -> Range<Int> {
        guard least > 0 || most < .infinity else { return 0..<frequencies.count }
        let distance = (uvw.u * uvw.u + uvw.v * uvw.v).squareRoot()
        guard unit == .wavelengths else {
            return distance >= least && distance <= most ? 0..<frequencies.count : 0..<0
        }
        let perHertz = distance / Conventions.speedOfLight
        let first = partition(0, frequencies.count) { perHertz * frequencies[$0] < least }
        return first..<partition(first, frequencies.count) { perHertz * frequencies[$0] <= most }
    }
}

extension UVCoverage {
    /// The least and the greatest projected distance of the scheduled samples.
    public func distances(in unit: UVRange.Unit) -> ClosedRange<Double> {
        var (least, most) = (Double.infinity, 0.0)
        for part in parts {
            guard let lowest = part.frequencies.first, let highest = part.frequencies.last else { continue }
            let perHertz = 1 / Conventions.speedOfLight
            let (low, high) = unit == .metres ? (1, 1) : (lowest * perHertz, highest * perHertz)
            part.forEachRow { uvw in
                let distance = (uvw.u * uvw.u + uvw.v * uvw.v).squareRoot()
                least = min(least, distance * low)
                most = max(most, distance * high)
            }
        }
        return min(least, most)...most
    }
}
