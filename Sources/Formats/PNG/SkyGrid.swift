import Foundation
import Visibilities

/// Lines of equal right ascension and declination over an image of the sky, and where their labels go.
struct SkyGrid {
    /// A place where a grid line leaves the frame.
    struct Tick {
        /// In pixels along the edge, from the canvas's corner.
        let position: Double
        let label: String
    }

    /// The lines, in canvas pixels.
    private(set) var lines: [[Point]] = []
    /// Right ascensions along the bottom; none if they spread much wider along the top, as near a pole.
    private(set) var bottom: [Tick] = []
    /// Right ascensions along the top, else.
    private(set) var top: [Tick] = []
    /// Declinations along the left.
    private(set) var left: [Tick] = []
    /// Labels inside the image, where too few lines reach its frame, as of the whole sky, or all meet at a pole.
    private(set) var inside: [(at: Point, label: String)] = []

    private let header: ImageHeader
    /// The image's part of the canvas.
    let area: Rectangle
    private let projection: SkyProjection

    /// The grid of an image that is painted over an area of a canvas.
    init(_ header: ImageHeader, area: Rectangle) {
        self.header = header
        self.area = area
        projection = SkyProjection(centre: header.phaseCentre)
        let (ra, dec) = ranges()
        let perPixel = header.cell * Double(header.width) / Double(area.width)
        // Away from the equator an angle of right ascension spans fewer pixels; near a pole, all of them.
        let shrink = max(cos(max(abs(dec.lowerBound), abs(dec.upperBound)).clamped(to: 0...1.56)), 0.01)
        let middle = max(cos(header.phaseCentre.declination), shrink)
        let raTicks = SexagesimalTicks(.hours, apart: 150 * perPixel / middle)
        let decTicks = SexagesimalTicks(.degrees, apart: 95 * perPixel)
        let centre = header.phaseCentre.rightAscension
        let margin = (dec.upperBound - dec.lowerBound) * 0.05
        let declinations = max(dec.lowerBound - margin, -.pi / 2)...min(dec.upperBound + margin, .pi / 2)
        var (along, across): ([(at: Point, label: String)], [(at: Point, label: String)]) = ([], [])
        for value in raTicks.values(ra.lowerBound + centre...ra.upperBound + centre) {
            let (path, label) = (trace(declinations) { (value - centre, $0) }, raTicks.label(value))
            lines += path
            bottom += crossings(path, row: Double(area.bottom)).map { Tick(position: $0, label: label) }
            top += crossings(path, row: Double(area.y)).map { Tick(position: $0, label: label) }
            // Below its line, where no declination's label stands.
            along +=
                place(value - centre, header.phaseCentre.declination).map {
                    [(Point($0.x, $0.y + 20), label)]
                } ?? []
        }
        for value in decTicks.values(dec) where abs(value) < .pi / 2 {
            let (path, label) = (trace(ra) { ($0, value) }, decTicks.label(value))
            lines += path
            left += crossings(path, column: Double(area.x)).map { Tick(position: $0, label: label) }
            across += place(0, value).map { [($0, label)] } ?? []
        }
        if Self.spread(top) > 1.5 * Self.spread(bottom) { bottom = [] } else { top = [] }
        let poleInside = dec.lowerBound == -.pi / 2 || dec.upperBound == .pi / 2
        if poleInside || bottom.count + top.count < 2 {
            (bottom, top) = ([], [])
            inside += along
        }
        if left.count < 2 { inside += across }
    }

    private static func spread(_ ticks: [Tick]) -> Double {
        (ticks.map(\.position).max() ?? 0) - (ticks.map(\.position).min() ?? 0)
    }

    /// The canvas pixel of a place on the sky, nil outside the image.
    private func place(_ offset: Double, _ declination: Double) -> Point? {
        guard let (l, m) = projection.cosines(rightAscensionOffset: offset, declination: declination) else {
            return nil
        }
        let at = point(l: l, m: m)
        let within =
            at.x > Double(area.x) && at.x < Double(area.right) && at.y > Double(area.y)
            && at.y < Double(area.bottom)
        return within ? at : nil
    }

    /// The canvas pixel of direction cosines: the phase centre is the centre of column and row N/2, counted from 0.
    func point(l: Double, m: Double) -> Point {
        let column = header.reference.x - l / header.cell + 0.5
        let row = header.reference.y + m / header.cell + 0.5
        return Point(
            Double(area.x) + column * Double(area.width) / Double(header.width),
            Double(area.bottom) - row * Double(area.height) / Double(header.height))
    }

    /// The direction cosines of a canvas pixel.
    private func cosines(_ point: Point) -> (l: Double, m: Double) {
        let column = (point.x - Double(area.x)) * Double(header.width) / Double(area.width) - 0.5
        let row = (Double(area.bottom) - point.y) * Double(header.height) / Double(area.height) - 0.5
        return (
            (header.reference.x - column) * header.cell, (row - header.reference.y) * header.cell
        )
    }

    /// Right ascensions (relative to the centre's) and declinations that the image shows, in radians.
    private func ranges() -> (ra: ClosedRange<Double>, dec: ClosedRange<Double>) {
        let steps = 40
        var (ra, dec) = (0.0...0.0, header.phaseCentre.declination...header.phaseCentre.declination)
        for y in 0...steps {
            for x in 0...steps {
                let point = Point(
                    Double(area.x) + Double(area.width * x) / Double(steps),
                    Double(area.y) + Double(area.height * y) / Double(steps))
                let (l, m) = cosines(point)
                guard let (offset, declination) = projection.direction(l: l, m: m) else { continue }
                ra = min(ra.lowerBound, offset)...max(ra.upperBound, offset)
                dec = min(dec.lowerBound, declination)...max(dec.upperBound, declination)
            }
        }
        for pole in [-Double.pi / 2, .pi / 2] {
            guard place(0, pole) != nil else { continue }
            dec = min(dec.lowerBound, pole)...max(dec.upperBound, pole)
            ra = -.pi...(.pi * 0.999_999)
        }
        return (ra, dec)
    }

    /// The canvas points of a line over the sky, in pieces where it passes behind.
    private func trace(
        _ range: ClosedRange<Double>, _ sky: (Double) -> (offset: Double, declination: Double)
    ) -> [[Point]] {
        let steps = 96
        var pieces: [[Point]] = [[]]
        for step in 0...steps {
            let value =
                range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / Double(steps)
            let (offset, declination) = sky(value)
            if let (l, m) = projection.cosines(rightAscensionOffset: offset, declination: declination) {
                pieces[pieces.count - 1].append(point(l: l, m: m))
            } else if pieces.last?.isEmpty == false {
                pieces.append([])
            }
        }
        return pieces.filter { $0.count > 1 }
    }

    /// The columns where lines cross a row of the canvas, inside the image.
    private func crossings(_ pieces: [[Point]], row y: Double) -> [Double] {
        pieces.flatMap { zip($0, $0.dropFirst()) }.compactMap { start, end in
            guard (start.y - y) * (end.y - y) <= 0, start.y != end.y else { return nil }
            let x = start.x + (end.x - start.x) * (y - start.y) / (end.y - start.y)
            return x >= Double(area.x) && x <= Double(area.right) ? x : nil
        }
    }

    /// The rows where lines cross a column of the canvas, inside the image.
    private func crossings(_ pieces: [[Point]], column x: Double) -> [Double] {
        pieces.flatMap { zip($0, $0.dropFirst()) }.compactMap { start, end in
            guard (start.x - x) * (end.x - x) <= 0, start.x != end.x else { return nil }
            let y = start.y + (end.y - start.y) * (x - start.x) / (end.x - start.x)
            return y >= Double(area.y) && y <= Double(area.bottom) ? y : nil
        }
    }
}

extension Comparable {
    /// The nearest value within a range.
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
