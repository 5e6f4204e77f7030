/// Numbers with units: `2arcsec`, `1.2GHz`, `8s`, `0.5%`.
public enum Quantity {
    /// Reads a number with a unit of `dimension`; returns the SI value and the unit it was written in.
    /// Throws on a missing or foreign unit and on what is not finite.
    public static func parse(
        _ text: some StringProtocol, _ dimension: Dimension
    ) throws(ValueError) -> (si: Double, unit: Unit) {
        let text = Substring(text)
        let length = Number.prefix(text.utf8)
        let split = text.utf8.index(text.utf8.startIndex, offsetBy: length)
        let number = text[..<split]
        let symbol = String(text[split...].drop { $0 == " " })
        guard length > 0 else {
            throw ValueError(
                "\(quoted(String(text))) is not \(dimension.article)",
                mend: "write a number with a unit, such as \(example(dimension))")
        }
        let value = try Number.double(number)
        guard !symbol.isEmpty else {
            throw ValueError(
                "\(quoted(String(text))) has no unit",
                mend: "write \(proposed(number, value, dimension)) (units: \(dimension.unitList))")
        }
        guard let unit = dimension.units.first(where: { $0.symbol == symbol }) else {
            throw ValueError(
                "\(quoted(String(text))) is not \(dimension.article): no unit is called \(quoted(symbol))",
                mend: foreign(symbol, of: number, dimension))
        }
        let si = unit.si(value)
        guard si.isFinite, si != 0 || value == 0 else {
            throw ValueError("\(quoted(String(text))) is too \(si == 0 ? "small" : "large") for a number")
        }
        return (si, unit)
    }

    /// The shortest text, with a unit, that reads back as this SI value: `2arcsec`, `1.39GHz`.
    public static func text(_ si: Double, _ dimension: Dimension) -> String {
        var best: (text: String, exact: Bool)?
        for unit in dimension.units where unit.symbol != "asec" && unit.symbol != "amin" {
            let near = unit.number(si)
            for number in [near, near.nextUp, near.nextDown] {
                let candidate = (text: Number.text(number) + unit.symbol, exact: unit.si(number) == si)
                guard let held = best else {
                    best = candidate
                    continue
                }
                if candidate.exact != held.exact
                    ? candidate.exact : candidate.text.utf8.count < held.text.utf8.count
                {
                    best = candidate
                }
            }
        }
        return best?.text ?? Number.text(si)
    }

    /// An example of a quantity, as written.
    static func example(_ dimension: Dimension) -> String {
        switch dimension {
        case .angle: "2arcsec"
        case .frequency: "1.2GHz"
        case .time: "8s"
        case .length: "100m"
        case .wavelengths: "2klambda"
        case .uvDistance: "100m or 2klambda"
        case .bytes: "2GiB"
        case .fraction: "0.5%"
        }
    }

    /// A number with the unit that is likely meant; both of two where either may be.
    private static func proposed(_ number: Substring, _ value: Double, _ dimension: Dimension) -> String {
        guard dimension == .frequency else { return "\(number)\(dimension.units[0].symbol)" }
        switch abs(value) {
        case ..<30: return "\(number)GHz or \(number)MHz"
        case 1e6...: return "\(number)Hz"
        default: return "\(number)MHz"
        }
    }

    /// How to mend a unit that is not one of the dimension's.
    private static func foreign(_ symbol: String, of number: Substring, _ dimension: Dimension) -> String {
        // Amounts of memory are in powers of 1024, whatever they are called.
        let binary = symbol.replacing(#/^([kKMGT])[bB]?$/#) { "\($0.1.uppercased())iB" }
        if dimension == .bytes, binary != symbol { return "write \(number)\(binary)" }
        if let same = dimension.units.first(where: { $0.symbol.lowercased() == symbol.lowercased() }) {
            return "did you mean '\(same.symbol)'?"
        }
        return "units are \(dimension.unitList)"
    }
}

extension Double {
    /// So many arcseconds, in radians.
    public static func arcseconds(_ number: Double) -> Double { number * (.pi / 648_000) }
    /// So many arcminutes, in radians.
    public static func arcminutes(_ number: Double) -> Double { number * (.pi / 10_800) }
    /// So many degrees, in radians.
    public static func degrees(_ number: Double) -> Double { number * (.pi / 180) }
    /// So many kilohertz, in hertz.
    public static func kilohertz(_ number: Double) -> Double { number * 1e3 }
    /// So many megahertz, in hertz.
    public static func megahertz(_ number: Double) -> Double { number * 1e6 }
    /// So many gigahertz, in hertz.
    public static func gigahertz(_ number: Double) -> Double { number * 1e9 }
    /// So many minutes, in seconds.
    public static func minutes(_ number: Double) -> Double { number * 60 }
    /// So many hours, in seconds.
    public static func hours(_ number: Double) -> Double { number * 3600 }
    /// So many percent, as a fraction.
    public static func percent(_ number: Double) -> Double { number / 100 }
}
