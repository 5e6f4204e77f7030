import Astrometry

/// Times of scans as drift scans are told apart: Julian dates and sidereal times of the array.
struct ScanClock {
    /// A moment both ways.
    struct Moment: Encodable, Equatable {
        /// Julian date, UTC, days.
        let julianDate: Double
        /// Local apparent sidereal time, hours in [0, 24); nil outside 1960 to 2200.
        let siderealTime: Double?

        /// The columns of a table: days to a hundredth of a second's worth, hours to a hundredth of a second.
        var text: String {
            let sidereal = siderealTime.map { Sexagesimal.rightAscension($0 * Angle.hour) } ?? "unknown"
            return Self.days(julianDate) + "  " + sidereal
        }

        private static func days(_ value: Double) -> String {
            let ticks = (value * 1e7).rounded()
            guard let whole = Int(exactly: ticks), whole >= 0 else { return "unknown" }
            let fraction = String(whole % 10_000_000)
            return "\(whole / 10_000_000)." + String(repeating: "0", count: 7 - fraction.count) + fraction
        }
    }

    private let site: ObservingSite

    /// The clock of an array about a geocentric position (ITRF, metres), with the shipped Earth orientation.
    ///
    /// - Throws: `AstrometryError` when the table is not beside the program.
    init(position: SIMD3<Double>) throws(AstrometryError) {
        site = ObservingSite(position: position, earthOrientation: try .shipped())
    }

    /// A time (UTC, MJD seconds) both ways.
    func moment(_ time: Double) -> Moment {
        Moment(
            julianDate: time / 86400 + 2_400_000.5,
            siderealTime: site.siderealTime(time: time).map { $0 / Angle.hour })
    }
}
