/// A distance between antennas, in metres or in wavelengths as it was written: `100m`, `2klambda`.
public struct UVDistance: ParameterValue, Hashable {
    /// The number, metres or wavelengths.
    public var value: Double
    /// Whether it counts wavelengths, not metres.
    public var inWavelengths: Bool
    /// `uv distance`.
    public static var typeName: String { "uv distance" }
    /// A uv distance, said or not.
    public static func accepts(_ dimension: Dimension?) -> Bool {
        dimension == nil || dimension == .uvDistance
    }

    /// So many metres.
    public static func metres(_ value: Double) -> UVDistance {
        UVDistance(value: value, inWavelengths: false)
    }
    /// So many wavelengths.
    public static func wavelengths(_ value: Double) -> UVDistance {
        UVDistance(value: value, inWavelengths: true)
    }

    init(value: Double, inWavelengths: Bool) {
        self.value = value
        self.inWavelengths = inWavelengths
    }

    /// Reads a length with its unit, not negative.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        let (si, unit) = try Quantity.parse(text.text, .uvDistance)
        guard si >= 0 else {
            throw ValueError("\(quoted(text.text)) is negative", mend: "distances count from 0")
        }
        self.init(value: si, inWavelengths: Dimension.wavelengths.units.contains(unit))
    }

    /// The metres of it at a frequency in Hz.
    public func metres(at frequency: Double) -> Double {
        inWavelengths ? value * 299_792_458 / frequency : value
    }

    /// The length with its unit.
    public func text(_ dimension: Dimension?) -> String {
        Quantity.text(value, inWavelengths ? .wavelengths : .length)
    }
}
