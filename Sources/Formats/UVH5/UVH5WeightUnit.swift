import Visibilities

/// How `nsamples` of a UVH5 file give the weights of a stream: weight = nsamples × (integration time × channel width),
/// relative to the most common time and width of the file, where both are the same number.
struct UVH5WeightUnit: Sendable, Hashable {
    /// The most common integration time, seconds.
    let time: Double
    /// The most common channel width, Hz.
    let width: Double

    /// Takes the values that occur most often, the smallest of several.
    init(times: [Double], widths: [Double]) {
        time = Self.mostCommon(times)
        width = Self.mostCommon(widths)
    }

    private static func mostCommon(_ values: [Double]) -> Double {
        let counts = values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 1
    }

    /// Takes the unit of the stream's own source.
    init(_ unit: WeightUnit) { (time, width) = (unit.time, unit.width) }

    /// The unit as streams carry it, so that what is written after averaging counts as what was read.
    var carried: WeightUnit { WeightUnit(time: time, width: width) }

    /// What `nsamples` of a dump and channel are multiplied with, in single precision.
    func factor(time: Double, width: Double) -> Float { Float(time / self.time * (width / self.width)) }

    /// The `nsamples` that give a weight back, the roundest of them; the nearest where none does.
    static func nsamples(weight: Float, factor: Float) -> Float {
        guard factor != 1, factor > 0, factor < .infinity else { return weight }
        let nearest = Float(Double(weight) / Double(factor))
        var best: Float?
        for candidate in [nearest, nearest.nextDown, nearest.nextUp] where candidate * factor == weight {
            let isRounder =
                best.map { candidate.bitPattern.trailingZeroBitCount > $0.bitPattern.trailingZeroBitCount }
                ?? true
            if isRounder { best = candidate }
        }
        return best ?? nearest
    }
}
