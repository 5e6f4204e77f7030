import Foundation

/// Round numbers for the ticks of an axis, and how they are written.
public enum Axis {
    /// Multiples of a step of 1, 2 or 5 times a power of ten within a range, about so many of them.
    public static func ticks(_ range: ClosedRange<Double>, about count: Int) -> (
        values: [Double], step: Double
    ) {
        let span = range.upperBound - range.lowerBound
        guard span.isFinite, span > 0, count > 0 else { return ([], 0) }
        let raw = span / Double(count)
        let power = pow(10, log10(raw).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
        let (first, last) = ((range.lowerBound / step).rounded(.up), (range.upperBound / step).rounded(.down))
        guard step > 0, last >= first, last - first < 1000, abs(first) < 1e15 else { return ([], 0) }
        return ((0...Int(last - first)).map { (first + Double($0)) * step }, step)
    }

    /// A number with as many decimals as a step needs and a true minus sign.
    public static func label(_ value: Double, step: Double) -> String {
        let decimals = step > 0 && step.isFinite ? min(max(Int((-log10(step) - 1e-9).rounded(.up)), 0), 9) : 3
        let text = String(format: "%.\(decimals)f", value)
        let zero = !text.contains { $0.isNumber && $0 != "0" }
        return zero ? text.replacing("-", with: "") : text.replacing("-", with: "\u{2212}")
    }

    /// A unit with the prefix or power of ten that brings a magnitude to 1 ... 1000, and the factor it stands for.
    ///
    /// Jansky get a prefix (`mJy/beam`), other units a power (`10⁶ counts/beam`).
    public static func scaled(_ unit: String, magnitude: Double) -> (unit: String, factor: Double) {
        guard magnitude.isFinite, magnitude > 0 else { return (unit, 1) }
        let thousands = Int((log10(magnitude * 1.0001) / 3).rounded(.down))
        let prefixes = [-3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M"]
        if unit.hasPrefix("Jy"), let prefix = prefixes[thousands] {
            return (prefix + unit, pow(1000, Double(thousands)))
        }
        guard thousands < 0 || thousands > 1 else { return (unit, 1) }
        let digits = String(3 * thousands).map { character -> Character in
            character == "-" ? "⁻" : Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[character.wholeNumberValue ?? 0]
        }
        return ("10" + String(digits) + " " + unit, pow(1000, Double(thousands)))
    }
}
