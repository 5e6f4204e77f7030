import CERFA

/// One instant in the time scales that astrometry needs, from UTC as Modified Julian Date in seconds.
///
/// UTC seconds count from 0 h of their day, so the day of a leap second is 86 400 s long here and the leap second
/// itself shares the first second of the next day, as in Unix time.
struct TimeScales {
    /// Zero point of `day`: Julian Date of MJD 0.
    static let epoch = 2_400_000.5
    /// Terrestrial Time as MJD day and fraction.
    let terrestrial: (day: Double, fraction: Double)
    /// UT1 as MJD day and fraction.
    let universal: (day: Double, fraction: Double)

    /// The scales at a UTC time; nil for one that is not finite or lies outside 1960 to 2200.
    init?(utc time: Double, ut1MinusUTC: Double) {
        guard UTC.covered.contains(time) else { return nil }
        let day = (time / 86400).rounded(.down)
        let seconds = time - day * 86400
        guard let taiMinusUTC = Self.taiMinusUTC(day: day) else { return nil }
        terrestrial = (day, (seconds + taiMinusUTC + 32.184) / 86400)
        universal = (day, (seconds + ut1MinusUTC) / 86400)
    }

    /// TAI − UTC at 0 h of a day, seconds.
    static func taiMinusUTC(day: Double) -> Double? {
        var (year, month, dayOfMonth, fraction) = (Int32(0), Int32(0), Int32(0), 0.0)
        guard eraJd2cal(epoch, day, &year, &month, &dayOfMonth, &fraction) == 0 else { return nil }
        var difference = 0.0
        // +1 warns of a date beyond the last announced leap second; the value is the last known one.
        guard eraDat(year, month, dayOfMonth, 0, &difference) >= 0 else { return nil }
        return difference
    }
}
