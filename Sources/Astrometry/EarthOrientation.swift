/// The Earth's rotation and polar motion day by day, as the IERS publishes them.
///
/// Values between the days are interpolated linearly, across a leap second on the continuous UT1 − TAI. Outside the
/// table all three are 0 and marked, so that a caller can warn: up to 0.9 s of UT1, or 13″ of sky rotation.
public struct EarthOrientation: Sendable, Hashable {
    /// One day as it is tabulated, at 0 h UTC.
    struct Day: Sendable, Hashable {
        /// UT1 − UTC, 1e-7 s.
        var ut1: Int32
        /// Polar motion, 1e-6 arcsec.
        var x, y: Int32
    }

    /// The orientation at one time.
    public struct Sample: Sendable, Hashable {
        /// UT1 − UTC, seconds.
        public var ut1MinusUTC: Double
        /// Polar motion along the Greenwich meridian, radians.
        public var x: Double
        /// Polar motion along 90° west, radians.
        public var y: Double
        /// Whether the time lies inside the table; if not, the three values are 0.
        public var isTabulated: Bool
    }

    /// Where the table comes from.
    public let source: String
    /// Modified Julian Date of the first day.
    public let firstDay: Int
    /// Last day that was measured; later ones are predictions.
    public let lastMeasuredDay: Int
    let days: [Day]

    /// Modified Julian Date of the last day; `firstDay - 1` if there is none.
    public var lastDay: Int { firstDay + days.count - 1 }

    /// No table: the Earth turns by UTC about its figure axis, and nothing is tabulated.
    public static let none = EarthOrientation(source: "none", firstDay: 0, lastMeasuredDay: -1, days: [])

    init(source: String, firstDay: Int, lastMeasuredDay: Int, days: [Day]) {
        self.source = source
        self.firstDay = firstDay
        self.lastMeasuredDay = lastMeasuredDay
        self.days = days
    }

    /// Whether a time (UTC, MJD seconds) lies inside the table.
    public func covers(_ time: Double) -> Bool {
        time >= Double(firstDay) * 86400 && time <= Double(lastDay) * 86400
    }

    /// The orientation at a time (UTC, MJD seconds); 0 and not tabulated outside the table or for a time that is not finite.
    public func sample(at time: Double) -> Sample {
        guard !days.isEmpty, covers(time) else {
            return Sample(ut1MinusUTC: 0, x: 0, y: 0, isTabulated: false)
        }
        let position = time / 86400 - Double(firstDay)
        let index = min(Int(position), max(days.count - 2, 0))
        let fraction = position - Double(index)
        let a = days[index]
        let b = days[min(index + 1, days.count - 1)]
        var step = (Double(b.ut1) - Double(a.ut1)) * 1e-7
        step -= step.rounded()
        let micro = 1e-6 * Angle.arcsecond
        return Sample(
            ut1MinusUTC: Double(a.ut1) * 1e-7 + fraction * step,
            x: (Double(a.x) + fraction * (Double(b.x) - Double(a.x))) * micro,
            y: (Double(a.y) + fraction * (Double(b.y) - Double(a.y))) * micro, isTabulated: true)
    }
}
