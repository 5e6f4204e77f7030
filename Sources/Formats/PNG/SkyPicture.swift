import Foundation
import Parameters
import Visibilities

/// A picture of an image of the sky: colours, value bar, sky axes, beam, and what it shows in words.
public struct SkyPicture: Sendable {
    /// The image.
    public var image: FITSImage
    /// The first line, large; the object's name if empty.
    public var title: String
    /// What stands at the end of the second line, such as `dirty image, Briggs 0`.
    public var caption: String
    /// A remark that must not be missed, such as `uncalibrated`.
    public var warning: String
    /// The colours.
    public var colours: ColourMap
    /// How values become colours; nil finds a stretch that shows noise and sources.
    public var stretch: Stretch?
    /// The most pixels that the image itself is wide or high in the picture.
    public var largest: Int

    /// A picture of an image; all but the image has defaults.
    public init(
        _ image: FITSImage, title: String = "", caption: String = "", warning: String = "",
        colours: ColourMap = .inferno, stretch: Stretch? = nil, largest: Int = 1000
    ) {
        self.image = image
        self.title = title
        self.caption = caption
        self.warning = warning
        self.colours = colours
        self.stretch = stretch
        self.largest = min(max(largest, 64), 8192)
    }

    /// Draws the picture and writes it as a PNG file.
    ///
    /// - Throws: `ImageError` as `Canvas.writePNG(to:)`, or when the pixels do not fit the header.
    public func write(to path: String) throws(ImageError) {
        guard image.header.width > 0, image.header.height > 0, image.header.cell > 0,
            image.pixels.count
                == image.header.width.multipliedReportingOverflow(by: image.header.height).partialValue
        else {
            throw ImageError(
                .usage, "the pixels do not make an image", path: path, remedy: "give width x height pixels")
        }
        try canvas().writePNG(to: path)
    }

    /// Draws the picture.
    ///
    /// - Precondition: the image holds `height` rows of `width` pixels.
    public func canvas() -> Canvas {
        let header = image.header
        let noise = RobustNoise(image.pixels)
        let map = PixelMap(
            image.pixels, width: header.width, height: header.height, largest: largest,
            keepingPeaks: Float(5 * noise.deviation), from: Float(noise.median))
        let peak = map.values.reduce(-Float.infinity) { $1.isFinite ? max($0, $1) : $0 }
        let stretch = stretch ?? Stretch(noise: noise, peak: peak)
        var area = Rectangle(x: 128, y: 84, width: map.width, height: map.height)
        if !SkyGrid(header, area: area).top.isEmpty { area.y += 26 }
        var canvas = Canvas(width: area.right + 24 + 20 + ValueBar.margin + 8, height: area.bottom + 66)
        canvas.paint(map, x: area.x, y: area.y, colours: colours, stretch: stretch, firstRowOnTop: false)
        SkyGrid(header, area: area).draw(on: &canvas)
        drawBeam(on: &canvas, area)
        canvas.frame(area, .ink)
        ValueBar(colours: colours, stretch: stretch, unit: header.unit)
            .draw(on: &canvas, Rectangle(x: area.right + 24, y: area.y, width: 20, height: area.height))
        drawWords(on: &canvas, area)
        return canvas
    }

    /// Draws the beam in the lower left corner, enlarged by a power of two where it would be a dot.
    private func drawBeam(on canvas: inout Canvas, _ area: Rectangle) {
        guard let beam = image.header.beam, beam.major.isFinite, beam.minor > 0, beam.positionAngle.isFinite
        else { return }
        let scale = Double(area.width) / (Double(image.header.width) * image.header.cell)
        var (enlarged, major) = (1, beam.major * scale)
        while major < 14, enlarged < 4096 { (enlarged, major) = (enlarged * 2, major * 2) }
        guard major < 0.4 * Double(min(area.width, area.height)) else { return }
        let minor = major * beam.minor / beam.major
        let box = Rectangle(
            x: area.x + 14, y: area.bottom - 14 - Int(major) - 16, width: Int(major) + 16,
            height: Int(major) + 16)
        canvas.fill(box, .black, opacity: 0.55)
        canvas.frame(box, Colour(120, 120, 126))
        let centre = Point(Double(box.x) + Double(box.width) / 2, Double(box.y) + Double(box.height) / 2)
        let (sine, cosine) = (sin(beam.positionAngle), cos(beam.positionAngle))
        let outline = (0...72).map { step in
            let angle = Double(step) * .pi / 36
            // North is up and east to the left: the major axis points to (-sin, -cos) of the position angle.
            let (along, across) = (major / 2 * cos(angle), minor / 2 * sin(angle))
            return Point(centre.x - along * sine + across * cosine, centre.y - along * cosine - across * sine)
        }
        canvas.line(outline, .white, width: 1.6)
        if enlarged > 1 {
            canvas.text(
                "×\(enlarged)", at: Point(Double(box.right) + 7, Double(box.bottom) - 2), .white, size: 1.4,
                opacity: 0.85)
        }
    }

    private func drawWords(on canvas: inout Canvas, _ area: Rectangle) {
        let header = image.header
        let left = Double(area.x)
        let name = title.isEmpty ? header.object : title
        canvas.text(name, at: Point(left, 40), size: 2.7, weight: 0.95)
        if !warning.isEmpty {
            let start = left + Canvas.width(of: name, size: 2.7) + 24
            canvas.text(warning, at: Point(start, 40), .warning, size: 2, weight: 1)
        }
        var words: [String] = []
        func add(_ text: String) { if !text.isEmpty { words.append(text) } }
        add(header.telescope)
        if header.frequency > 0 {
            let width = header.bandwidth > 0 ? ", \(Self.megahertz(header.bandwidth)) wide" : ""
            add("\(Self.megahertz(header.frequency))\(width)")
        }
        if let date = header.start.flatMap({ CalendarDate(mjdSeconds: $0) }) {
            add(date.description.prefix(16).replacing("T", with: " ") + " UTC")
        }
        add("Stokes \(header.stokes.name)")
        if let beam = header.beam, beam.major.isFinite, beam.minor.isFinite {
            add("beam \(Self.arcseconds(beam.major)) × \(Self.arcseconds(beam.minor))")
        }
        add(caption)
        // A narrow picture takes smaller letters rather than losing the last words.
        let line = words.joined(separator: "   ")
        let room = Double(canvas.width) - left - 8
        let size = min(1.6, 1.6 * room / Canvas.width(of: line, size: 1.6))
        canvas.text(line, at: Point(left, 66), .faintInk, size: size)
    }

    private static func megahertz(_ hertz: Double) -> String {
        hertz >= 1e9 ? String(format: "%.4g GHz", hertz / 1e9) : String(format: "%.4g MHz", hertz / 1e6)
    }

    private static func arcseconds(_ radians: Double) -> String {
        let seconds = radians * 180 * 3600 / .pi
        return seconds >= 120
            ? String(format: "%.1f\u{2032}", seconds / 60) : String(format: "%.1f\u{2033}", seconds)
    }
}
