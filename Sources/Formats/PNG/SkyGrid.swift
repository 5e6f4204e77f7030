import Foundation
import Visibilities

/// Lines of equal right ascension and declination over an image of the sky, and the ticks where they leave its frame.
struct SkyGrid {
    /// A grid line that leaves through the bottom (right ascension) or the left (declination).
    struct Tick {
        /// Where, in pixels along the edge from the canvas's corner.
        let position: Double
        let label: String
    }

    /// The lines, in canvas pixels.
    private(set) var lines: [[Point]] = []
    private(set) var bottom: [Tick] = []
    private(set) var left: [Tick] = []

    private let header: ImageHeader
    private let area: Rectangle
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
        for value in raTicks.values(ra.lowerBound + centre...ra.upperBound + centre) {
            let path = trace(declinations) { (value - centre, $0) }
            add(path, label: raTicks.label(value), to: \.bottom) {
                Self.crossing($0, $1, y: Double(area.bottom))
            }
        }
        for value in decTicks.values(dec) where abs(value) < .pi / 2 {
            let path = trace(ra) { ($0, value) }
            add(path, label: decTicks.label(value), to: \.left) { Self.crossing($0, $1, x: Double(area.x)) }
        }
    }

    /// The canvas pixel of direction cosines: the phase centre is the centre of column and row N/2, counted from 0.
    func point(l: Double, m: Double) -> Point {
        let column = Double(header.width / 2) - l / header.cell + 0.5
        let row = Double(header.height / 2) + m / header.cell + 0.5
        return Point(
            Double(area.x) + column * Double(area.width) / Double(header.width),
            Double(area.bottom) - row * Double(area.height) / Double(header.height))
    }

    /// The direction cosines of a canvas pixel.
    private func cosines(_ point: Point) -> (l: Double, m: Double) {
        let column = (point.x - Double(area.x)) * Double(header.width) / Double(area.width) - 0.5
        let row = (Double(area.bottom) - point.y) * Double(header.height) / Double(area.height) - 0.5
        return (
            (Double(header.width / 2) - column) * header.cell, (row - Double(header.height / 2)) * header.cell
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
            guard let (l, m) = projection.cosines(rightAscensionOffset: 0, declination: pole) else {
                continue
            }
            let at = point(l: l, m: m)
            guard at.x > Double(area.x), at.x < Double(area.right), at.y > Double(area.y),
                at.y < Double(area.bottom)
            else { continue }
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

    /// Keeps a line and the ticks where it crosses an edge.
    private mutating func add(
        _ pieces: [[Point]], label: String, to ticks: WritableKeyPath<SkyGrid, [Tick]>,
        _ crossing: (Point, Point) -> Point?
    ) {
        lines += pieces
        for piece in pieces {
            for (start, end) in zip(piece, piece.dropFirst()) {
                guard let at = crossing(start, end) else { continue }
                if ticks == \SkyGrid.bottom, at.x >= Double(area.x), at.x <= Double(area.right) {
                    self[keyPath: ticks].append(Tick(position: at.x, label: label))
                } else if ticks == \SkyGrid.left, at.y >= Double(area.y), at.y <= Double(area.bottom) {
                    self[keyPath: ticks].append(Tick(position: at.y, label: label))
                }
            }
        }
    }

    /// Where a line crosses a row of the canvas.
    private static func crossing(_ start: Point, _ end: Point, y: Double) -> Point? {
        guard (start.y - y) * (end.y - y) <= 0, start.y != end.y else { return nil }
        return Point(start.x + (end.x - start.x) * (y - start.y) / (end.y - start.y), y)
    }

    /// Where a line crosses a column of the canvas.
    private static func crossing(_ start: Point, _ end: Point, x: Double) -> Point? {
        guard (start.x - x) * (end.x - x) <= 0, start.x != end.x else { return nil }
        return Point(x, start.y + (end.y - start.y) * (x - start.x) / (end.x - start.x))
    }
}

extension Comparable {
    /// The nearest value within a range.
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
