import Foundation

/// Round angles in hours or degrees, minutes and seconds, and how they are written.
struct SexagesimalTicks {
    /// What the angle counts in.
    enum Unit: Sendable {
        /// Right ascension, `19h39m25s`.
        case hours
        /// Declination, `−63°42′45″`.
        case degrees
        /// Time of day, `19:39:25`, of which 2π is a day.
        case clock

        /// Radians in a second.
        var second: Double { self == .degrees ? .pi / (180 * 3600) : .pi / (12 * 3600) }

        fileprivate var wholes: [Double] {
            self == .degrees ? [1, 2, 5, 10, 15, 30] : [1, 2, 3, 4, 6, 12, 24]
        }
    }

    private let unit: Unit
    /// Seconds between ticks.
    let step: Double
    private let decimals: Int

    /// Ticks at least so many radians apart.
    init(_ unit: Unit, apart: Double) {
        self.unit = unit
        let seconds = max(apart / unit.second, 0.0001)
        let small = [-3, -2, -1].flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
        let sixtieths: [Double] = [1, 2, 5, 10, 15, 20, 30]
        let steps = small + sixtieths + sixtieths.map { $0 * 60 } + unit.wholes.map { $0 * 3600 }
        let step = steps.first { $0 >= seconds * 0.999 } ?? steps[steps.count - 1]
        self.step = step
        decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
    }

    /// The ticks within a range of radians, at most a hundred.
    func values(_ range: ClosedRange<Double>) -> [Double] {
        let (first, last) = (range.lowerBound / unit.second / step, range.upperBound / unit.second / step)
        guard first.isFinite, last.isFinite, last - first < 100, abs(first) < 1e12 else { return [] }
        return stride(from: first.rounded(.up), through: last, by: 1).map { $0 * step * unit.second }
    }

    /// A tick in words: seconds only where the step needs them.
    func label(_ value: Double) -> String {
        let parts = pow(10, Double(decimals))
        var count = Int((value / unit.second * parts).rounded())
        if unit != .degrees {
            let turn = 86400 * Int(parts)
            count = (count % turn + turn) % turn
        }
        let sign = unit != .degrees ? "" : count < 0 ? "\u{2212}" : "+"
        count = abs(count)
        let seconds = count / Int(parts)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let marks =
            switch unit {
            case .hours: ["h", "m", "s"]
            case .degrees: ["°", "\u{2032}", "\u{2033}"]
            case .clock: [":", step < 60 ? ":" : "", ""]
            }
        var text = sign + two(seconds / 3600) + marks[0]
        guard step < 3600 || unit == .clock else { return text }
        text += two(seconds / 60 % 60) + marks[1]
        guard step < 60 else { return text }
        text += two(seconds % 60)
        if decimals > 0 {
            let fraction = String(count % Int(parts))
            text += "." + String(repeating: "0", count: decimals - fraction.count) + fraction
        }
        return text + marks[2]
    }
}
