import Visibilities

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The mean power with which an array's antennas see an image.
///
/// Each feed's voltage follows a cosine taper, cos(1.18896478 π r) / (1 - 4 (1.18896478 r)²), of the radius r in half-power
/// widths, which are elliptical, and turn with the parallactic angle. Squints (1.5' at most) are left out.
public struct PrimaryBeam: Sendable {
    private let table: PrimaryBeamTable

    /// The beam of a telescope's receiver at a frequency, Hz; nil for a telescope or frequency that is not known.
    public init?(telescope: String, frequency: Double) {
        let tables = PrimaryBeamTable.meerkat
        guard telescope.lowercased() == "meerkat", frequency > 0.5e9, frequency < 3.6e9 else { return nil }
        // The mid frequency of UHF is 0.82 GHz, that of L 1.28, those of S lie above 2.
        table = tables[frequency < 1.0e9 ? 0 : frequency < 1.72e9 ? 1 : 2]
    }

    /// Power at an offset towards azimuth and elevation, radians, of a product; of Stokes parameters, the mean of both hands.
    public func power(_ x: Double, _ y: Double, frequency: Double, of polarisation: Polarisation = .i)
        -> Double
    {
        let widths = table.widths(frequency) * (.pi / 10_800)
        func power(_ across: Double, _ along: Double) -> Double {
            let r = 1.18896478 * ((x / across) * (x / across) + (y / along) * (y / along)).squareRoot()
            let divisor = 1 - 4 * r * r
            // The limit of 0 / 0 at r = 1/2.
            let voltage = abs(divisor) < 1e-6 ? .pi / 4 : cos(.pi * r) / divisor
            return voltage * voltage
        }
        switch polarisation {
        case .xx: return power(widths.x, widths.y)
        case .yy: return power(widths.z, widths.w)
        default: return (power(widths.x, widths.y) + power(widths.z, widths.w)) / 2
        }
    }

    /// The mean power over an image, [row][column].
    ///
    /// The beam is smooth: it is computed on points a few hundredths of its width apart, between which cubic
    /// polynomials go.
    ///
    /// - Parameters:
    ///   - geometry: the image's.
    ///   - frequencies: Hz, with their share of the weight.
    ///   - angles: parallactic angles of the observation, radians; none for antennas that follow the sky.
    ///   - polarisation: the product that is imaged.
    public func image(
        _ geometry: ImageGeometry, frequencies: [(frequency: Double, share: Double)], angles: [Double],
        of polarisation: Polarisation
    ) -> [Float] {
        let top = frequencies.map(\.frequency).max() ?? 1e9
        let step = max(table.widths(top).min() * (.pi / 10_800) / 48, geometry.cell)
        let turns = (angles.isEmpty ? [0] : angles).map { SIMD2(cos($0), sin($0)) }
        let whole = frequencies.reduce(0) { $0 + $1.share }
        func mean(_ l: Double, _ m: Double) -> Double {
            var sum = 0.0
            for turn in turns {
                let (x, y) = (l * turn.x - m * turn.y, m * turn.x + l * turn.y)
                for (frequency, share) in frequencies {
                    sum += share * power(x, y, frequency: frequency, of: polarisation)
                }
            }
            return sum / (whole * Double(turns.count))
        }
        let nodes = BeamNodes(geometry, step: step, mean)
        return nodes.image(geometry)
    }
}

/// Values on a coarse grid over an image, and what lies between them.
private struct BeamNodes {
    private let columns: Int
    private let rows: Int
    private let step: Double
    private var values: [Double]
    private let west: Double
    private let south: Double

    init(_ geometry: ImageGeometry, step: Double, _ value: (Double, Double) -> Double) {
        self.step = step
        west = geometry.l(geometry.width - 1) - 1.5 * step
        south = geometry.m(0) - 1.5 * step
        columns = Int((geometry.l(0) - west) / step) + 4
        rows = Int((geometry.m(geometry.height - 1) - south) / step) + 4
        values = []
        values.reserveCapacity(columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                values.append(value(west + Double(column) * step, south + Double(row) * step))
            }
        }
    }

    /// Catmull-Rom polynomials along both axes.
    func image(_ geometry: ImageGeometry) -> [Float] {
        let across = (0..<geometry.width).map { Tap((geometry.l($0) - west) / step) }
        var image = [Float](repeating: 0, count: geometry.width * geometry.height)
        var line = [Double](repeating: 0, count: columns)
        for row in 0..<geometry.height {
            let tap = Tap((geometry.m(row) - south) / step)
            for column in 0..<columns {
                line[column] = tap.value { values[$0 * columns + column] }
            }
            for (column, tap) in across.enumerated() {
                image[row * geometry.width + column] = Float(tap.value { line[$0] })
            }
        }
        return image
    }

    /// Four neighbours and their weights.
    private struct Tap {
        let first: Int
        let weights: SIMD4<Double>

        init(_ position: Double) {
            let whole = position.rounded(.down)
            let t = position - whole
            first = Int(whole) - 1
            weights = SIMD4(
                -0.5 * t + t * t - 0.5 * t * t * t, 1 - 2.5 * t * t + 1.5 * t * t * t,
                0.5 * t + 2 * t * t - 1.5 * t * t * t, -0.5 * t * t + 0.5 * t * t * t)
        }

        func value(_ at: (Int) -> Double) -> Double {
            weights.x * at(first) + weights.y * at(first + 1) + weights.z * at(first + 2)
                + weights.w * at(first + 3)
        }
    }
}
