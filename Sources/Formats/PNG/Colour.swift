import Foundation

/// An opaque colour, 8 bits a channel (sRGB).
public struct Colour: Sendable, Hashable {
    /// Red.
    public var red: UInt8
    /// Green.
    public var green: UInt8
    /// Blue.
    public var blue: UInt8

    /// A colour from its channels.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// White.
    public static let white = Colour(255, 255, 255)
    /// Black.
    public static let black = Colour(0, 0, 0)
    /// What blank pixels are shown as.
    public static let blank = Colour(150, 150, 155)
    /// Text and frames.
    public static let ink = Colour(34, 36, 42)
    /// Text of less weight.
    public static let faintInk = Colour(104, 108, 118)
    /// What deserves attention.
    public static let warning = Colour(196, 84, 10)
}

extension Colour {
    /// A colour of OKLCH, the hue in turns, from its matrices to linear sRGB.
    fileprivate init(lightness: Double, chroma: Double, turn: Double) {
        let (a, b) = (chroma * cos(2 * .pi * turn), chroma * sin(2 * .pi * turn))
        let cones = [
            lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b,
            lightness - 0.0894841775 * a - 1.2914855480 * b,
        ].map { $0 * $0 * $0 }
        let rows = [
            [4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
        let bytes = rows.map { row -> UInt8 in
            let linear = min(max(zip(row, cones).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1)
            let encoded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
            return UInt8((encoded * 255).rounded())
        }
        self.init(bytes[0], bytes[1], bytes[2])
    }
}

/// 256 colours from low to high, of evenly rising lightness, so that equal steps of a value look equal.
public struct ColourMap: Sendable, Hashable {
    /// The colours, lowest value first.
    public let colours: [Colour]

    /// A map whose channels are polynomials of the value in 0 ... 1, lowest power first.
    init(red: [Double], green: [Double], blue: [Double]) {
        func channel(_ coefficients: [Double], _ value: Double) -> UInt8 {
            let sum = coefficients.reversed().reduce(0) { $0 * value + $1 }
            return UInt8((min(max(sum, 0), 1) * 255).rounded())
        }
        colours = (0..<256).map { index in
            let value = Double(index) / 255
            return Colour(channel(red, value), channel(green, value), channel(blue, value))
        }
    }

    private init(_ colours: [Colour]) { self.colours = colours }

    /// The colour of a value in 0 ... 1; values outside take the ends, NaN is blank.
    public func colour(_ value: Float) -> Colour {
        value.isNaN ? .blank : colours[Int(min(max(value, 0), 1) * 255 + 0.5)]
    }

    /// Black through purple and orange to pale yellow: van der Walt & Smith's *inferno* (CC0), as fitted with polynomials
    /// of degree 6 by M. Zucker (CC0).
    public static let inferno = ColourMap(
        red: [
            0.0002189404, 0.1065134195, 11.6024930825, -41.7039961314, 77.1629356994, -71.3194282450,
            25.1311262248,
        ],
        green: [
            0.0016510046, 0.5639564368, -3.9728539657, 17.4363988821, -33.4023589421, 32.6260642640,
            -12.2426689524,
        ],
        blue: [
            -0.0194808984, 3.9327123889, -15.9423941063, 44.3541451987, -81.8073092574, 73.2095198580,
            -23.0703250029,
        ])

    /// A wheel of hues of one lightness and chroma in the colour space OKLCH (B. Ottosson 2020), for angles: the first colour
    /// follows the last one.
    public static let wheel = ColourMap(
        (0..<256).map { Colour(lightness: 0.72, chroma: 0.115, turn: Double($0) / 256) })

    /// Dark violet through green to yellow: van der Walt & Smith's *viridis* (CC0), fitted likewise.
    public static let viridis = ColourMap(
        red: [
            0.2777273272, 0.1050930431, -0.3308618287, -4.6342304990, 6.2282699363, 4.7763849977,
            -5.4354558559,
        ],
        green: [
            0.0054073445, 1.4046135299, 0.2148475595, -5.7991009734, 14.1799333668, -13.7451453777,
            4.6458526122,
        ],
        blue: [
            0.3340998053, 1.3845901626, 0.0950951630, -19.3324409563, 56.6905526007, -65.3530326334,
            26.3124352496,
        ])
}
