/// A UTC date and time of the Gregorian calendar, as FITS spells it.
struct CalendarDate: CustomStringConvertible {
    /// `2017-06-15T05:13:20.000000`.
    let description: String

    /// The date of a Modified Julian Date in seconds, rounded to microseconds; nil outside the years 1 to 9999.
    init?(mjdSeconds: Double) {
        // 1858-11-17 is day 0; -678575 is 0001-01-01, 2973483 is 9999-12-31.
        let seconds = mjdSeconds.rounded(.down)
        guard seconds.isFinite, seconds >= -678_575 * 86400, seconds < 2_973_484 * 86400 - 1 else {
            return nil
        }
        let micro = Int(((mjdSeconds - seconds) * 1e6).rounded())
        let whole = Int(seconds) + micro / 1_000_000
        let day = (whole >= 0 ? whole : whole - 86399) / 86400
        let (year, month, date) = Self.civil(day + 678_881)
        let time = whole - day * 86400
        func digits(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        description =
            "\(digits(year, 4))-\(digits(month, 2))-\(digits(date, 2))"
            + "T\(digits(time / 3600, 2)):\(digits(time / 60 % 60, 2)):\(digits(time % 60, 2))."
            + digits(micro % 1_000_000, 6)
    }

    /// Year, month, day from days since 0000-03-01: eras of 400 years have 146097 days, years start in March.
    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let era = days / 146097
        let ofEra = days % 146097
        let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let date = ofYear - (153 * month + 2) / 5 + 1
        return (era * 400 + year + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, date)
    }
}
