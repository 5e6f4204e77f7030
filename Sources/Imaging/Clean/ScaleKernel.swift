#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The shape of a component of some size: a paraboloid tapered by a Hann window, (1 - ρ²) (1 + cos πρ) / 2 up to
/// ρ = 1, of unit sum (Cornwell 2008, eq. 7 with the window of Offringa & Smirnov 2017, sect. 2.2).
struct ScaleKernel: Sendable {
    /// Full width in pixels; 0: a point.
    let width: Double
    /// Pixels to either side of the centre.
    let reach: Int
    /// (2 reach + 1)² values, [row][column].
    let values: [Float]

    init(width: Double) {
        self.width = width
        let radius = width / 2
        let reach = max(Int(radius.rounded(.up)) - 1, 0)
        self.reach = reach
        var shape = [Double]()
        for row in -reach...reach {
            for column in -reach...reach {
                let q = radius > 0 ? Double(row * row + column * column) / (radius * radius) : 0
                shape.append(q < 1 ? (1 - q) * (1 + cos(.pi * q.squareRoot())) / 2 : 0)
            }
        }
        let sum = shape.reduce(0, +)
        values = shape.map { Float($0 / sum) }
    }

    /// Edge of the square.
    var edge: Int { 2 * reach + 1 }

    /// Adds components of this shape to an image; what lies outside is left out.
    func paint(
        _ components: some Sequence<(place: Int, flux: Float)>, on image: inout [Float], width: Int,
        height: Int
    ) {
        image.withUnsafeMutableBufferPointer { image in
            values.withUnsafeBufferPointer { values in
                for (pixel, flux) in components {
                    let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
                    let columns = max(column - reach, 0)...min(column + reach, width - 1)
                    for y in max(row - reach, 0)...min(row + reach, height - 1) {
                        let source = (y - row + reach) * edge + reach - column
                        for x in columns { image[y &* width &+ x] += flux * values[source &+ x] }
                    }
                }
            }
        }
    }
}

extension CleanSettings.Scales {
    /// Full widths in pixels, ascending, each once.
    ///
    /// - Parameters:
    ///   - beam: full width at half maximum of the main lobe, pixels.
    ///   - extent: the shorter side of the image.
    func widths(beam: Double, extent: Int) -> [Double] {
        switch self {
        case .points: [0]
        case .pixels(let widths): Set(widths.map { $0 < 2 ? 0 : $0 }).sorted()
        case .automatic:
            [0] + sequence(first: 3 * beam) { 2 * $0 }.prefix { $0 <= Double(extent) / 2 }
        }
    }
}

/// Full width at half maximum of a main lobe, pixels: the diameter of a disc of as many pixels as lie above one half
/// along rows and columns from the peak.
func lobeWidth(psf: [Float], width: Int, height: Int) -> Double {
    let (row, column) = (height / 2, width / 2)
    let half = psf[row * width + column] / 2
    var area = 0
    for direction in [-1, 1] {
        var y = direction > 0 ? row : row - 1
        while y >= 0, y < height, psf[y * width + column] > half {
            for side in [-1, 1] {
                var x = side > 0 ? column : column - 1
                while x >= 0, x < width, psf[y * width + x] > half {
                    area += 1
                    x += side
                }
            }
            y += direction
        }
    }
    return max(2 * (Double(area) / .pi).squareRoot(), 1)
}
