import Foundation

/// UTC as Modified Julian Date in seconds, and as ISO 8601 text.
public enum UTC {
    /// Modified Julian Date of the Unix epoch, seconds.
    private static let unixEpoch = 40587.0 * 86400

    /// The times that directions can be computed for: from 1960, when UTC began, to 2200 (MJD seconds).
    public static let covered = 36934.0 * 86400...124_594.0 * 86400

    /// The time as `2019-06-15T12:00:00.000`; `unknown` if it is not finite or outside the years 1 to 9999.
    ///
    /// - Parameters:
    ///   - time: UTC, MJD seconds.
    ///   - decimals: digits of the seconds' fraction, 0 to 6, rounded to the nearest.
    public static func text(_ time: Double, decimals: Int = 3) -> String {
        let digits = min(max(decimals, 0), 6)
        let scale = pow(10, Double(digits))
        guard time.isFinite, abs(time) < 1e12 else { return "unknown" }
        let ticks = Int((time * scale).rounded())
        let perDay = 86400 * Int(scale)
        let day = ticks >= 0 ? ticks / perDay : -((perDay - 1 - ticks) / perDay)
        let (year, month, dayOfMonth) = calendar(day: day)
        guard (1...9999).contains(year) else { return "unknown" }
        let rest = ticks - day * perDay
        let seconds = rest / Int(scale)
        var text = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfMonth, 2)
        text +=
            "T" + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
            + padded(seconds % 60, 2)
        return digits == 0 ? text : text + "." + padded(rest % Int(scale), digits)
    }

    /// The time (MJD seconds) of a text such as `2019-06-15`, `2019-06-15T12:00:00.5`, `2019/06/15/12:00` or one with a final Z.
    ///
    /// - Returns: nil for anything else, days that do not exist and times over 24 h among it.
    public static func time(of text: String) -> Double? {
        var body = Substring(text.trimmingCharacters(in: .whitespaces))
        if body.hasSuffix("Z") { body.removeLast() }
        let parts = body.split(whereSeparator: { "-/T :".contains($0) })
        guard (3...6).contains(parts.count), parts.count != 4, parts[0].count == 4, let year = Int(parts[0]),
            let month = Int(parts[1]), let dayOfMonth = Int(parts[2]), (1...9999).contains(year)
        else { return nil }
        let day = modifiedJulianDay(year: year, month: month, day: dayOfMonth)
        guard let day, body.first?.isNumber == true else { return nil }
        guard parts.count > 4 else { return Double(day) * 86400 }
        guard let hour = Int(parts[3]), (0..<24).contains(hour), let minute = Int(parts[4]),
            (0..<60).contains(minute), let second = parts.count == 6 ? Double(parts[5]) : 0, second >= 0,
            second < 61
        else { return nil }
        return Double(day) * 86400 + Double(hour * 3600 + minute * 60) + second
    }

    /// UTC as seconds since 1970, as MJD seconds.
    public static func time(unix: Double) -> Double { unix + unixEpoch }

    /// MJD seconds as seconds since 1970.
    public static func unix(_ time: Double) -> Double { time - unixEpoch }

    /// Modified Julian Date of a Gregorian calendar day; nil if there is no such day.
    public static func modifiedJulianDay(year: Int, month: Int, day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Years begin in March, so that the leap day is a year's last.
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let mjd =
            365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * monthFromMarch + 2) / 5 + day
            - 678_882
        return calendar(day: mjd) == (year, month, day) ? mjd : nil
    }

    /// The Gregorian calendar day of a Modified Julian Date.
    private static func calendar(day: Int) -> (year: Int, month: Int, day: Int) {
        let fromMarchOfYear0 = day + 678_881
        let era = fromMarchOfYear0 >= 0 ? fromMarchOfYear0 / 146_097 : (fromMarchOfYear0 - 146_096) / 146_097
        let dayOfEra = fromMarchOfYear0 - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// A whole number with leading zeros.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
}
