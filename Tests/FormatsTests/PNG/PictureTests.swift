import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("Pictures")
struct PictureTests {
    let folder: Scratch

    init() throws { folder = try Scratch() }

    @Test(
        "of equal canvases are equal files, and hold the pixels that were drawn",
        .enabled(if: Peers.modern != nil, "no pillow"))
    func file() throws {
        var canvas = Canvas(width: 23, height: 17, colour: Colour(10, 20, 30))
        canvas.line([Point(2, 3), Point(20, 12)], .warning, width: 2.5)
        let (first, second) = (folder["a.png"], folder["b.png"])
        try canvas.writePNG(to: first)
        try canvas.writePNG(to: second)
        #expect(FileManager.default.contentsEqual(atPath: first, andPath: second))
        let script = """
            import sys
            from PIL import Image
            i = Image.open(sys.argv[1])
            print(i.mode, i.size, i.tobytes().hex())
            """
        let answer = try Peers.run(Peers.modern, ["-c", script, first], withErrors: true).output
        #expect(answer == "RGB (23, 17) " + canvas.bytes.map { String(format: "%02x", $0) }.joined() + "\n")
    }

    @Test("say whose fault it is when they cannot be written")
    func faults() {
        let canvas = Canvas(width: 8, height: 8)
        let place = #expect(throws: ImageError.self) { try canvas.writePNG(to: folder["none/a.png"]) }
        #expect(place?.fault == .usage)
        guard FileManager.default.isWritableFile(atPath: "/dev/full") else { return }
        let disk = #expect(throws: ImageError.self) { try canvas.writePNG(to: "/dev/full") }
        #expect(disk?.fault == .machine)
    }

    @Test(
        "of the sky can be drawn of any image",
        arguments: [(1, 1), (3, 70), (65, 64)],
        [(-63.7, 2e-3), (90.0, 0.5), (-89.9, 0.05), (10.0, 2.5), (0.0, 1e-9)])
    func anyImage(size: (Int, Int), sky: (declination: Double, cell: Double)) throws {
        var image = FITSImageTests.image(width: size.0, height: size.1)
        image.header.phaseCentre.declination = sky.declination.radians
        image.header.cell = sky.cell.radians
        if size.0 == 3 { image.pixels = image.pixels.map { _ in .nan } }
        if size.0 == 1 { image.pixels = [.infinity] }
        let canvas = SkyPicture(image, warning: "uncalibrated", largest: 64).canvas()
        #expect(canvas.width > 64 && canvas.height > 64)
        #expect(Set(canvas.bytes).count > 8)
    }

    @Test("show blank pixels grey, the rest by value, north up")
    func orientation() throws {
        var header = FITSImageTests.image(width: 64, height: 64).header
        header.beam = nil
        var pixels = [Float](repeating: 0, count: 64 * 64)
        pixels[60 * 64 + 10] = 1
        pixels[3 * 64 + 50] = .nan
        let picture = SkyPicture(
            FITSImage(header: header, pixels: pixels), stretch: Stretch(linear: 0...1), largest: 64)
        let canvas = picture.canvas()
        #expect(canvas[128 + 10, 84 + 3] == ColourMap.inferno.colours[255])
        #expect(canvas[128 + 50, 84 + 60] == .blank)
    }
}

@Suite("Parts of pictures")
struct PicturePartTests {
    @Test(
        "colour maps pass through their published colours and brighten evenly",
        arguments: [
            (ColourMap.inferno, [0x000004, 0x57106E, 0xBC3754, 0xF98E09, 0xFCFFA4]),
            (ColourMap.viridis, [0x440154, 0x3B528B, 0x21918C, 0x5EC962, 0xFDE725]),
        ])
    func colours(map: ColourMap, published: [Int]) {
        for (index, hex) in published.enumerated() {
            let colour = map.colour(Float(index) / 4)
            for (channel, shift) in [(colour.red, 16), (colour.green, 8), (colour.blue, 0)] {
                #expect(abs(Int(channel) - (hex >> shift) & 0xFF) <= 6)
            }
        }
        let light = map.colours.map {
            0.2126 * Double($0.red) + 0.7152 * Double($0.green) + 0.0722 * Double($0.blue)
        }
        for (dark, bright) in zip(light, light.dropFirst(8)) { #expect(bright > dark) }
        #expect(
            map.colour(.nan) == .blank && map.colour(7) == map.colours[255]
                && map.colour(-.infinity) == map.colours[0])
    }

    @Test("ticks are round numbers inside the range, written with the decimals of their step")
    func ticks() {
        let (values, step) = Axis.ticks(-0.31...0.52, about: 5)
        #expect(
            step == 0.2 && values.map { Axis.label($0, step: step) } == ["\u{2212}0.2", "0.0", "0.2", "0.4"])
        #expect(
            Axis.ticks(0...0, about: 5).values.isEmpty && Axis.ticks(0 ... .infinity, about: 5).values.isEmpty
        )
        #expect(Axis.label(1500, step: 500) == "1500" && Axis.label(0.05, step: 0.01) == "0.05")
    }

    @Test("units get prefixes if they are jansky, powers of ten if not")
    func units() {
        #expect(Axis.scaled("Jy/beam", magnitude: 0.02).unit == "mJy/beam")
        #expect(Axis.scaled("Jy/beam", magnitude: 3e-6) == ("µJy/beam", pow(1000, -2)))
        #expect(Axis.scaled("Jy/beam", magnitude: 1).unit == "Jy/beam")
        #expect(Axis.scaled("counts/beam", magnitude: 2.5e7) == ("10⁶ counts/beam", 1e6))
        #expect(Axis.scaled("counts/beam", magnitude: 2.5e-4).unit == "10⁻⁶ counts/beam")
        #expect(Axis.scaled("counts/beam", magnitude: .nan) == ("counts/beam", 1))
    }

    @Test("angles are written in hours or degrees, as fine as their step")
    func angles() {
        let hour = Double.pi / 12
        let minutes = SexagesimalTicks(.hours, apart: hour / 60 * 0.8)
        #expect(minutes.step == 60 && minutes.label(hour * (19 + 39 / 60.0)) == "19h39m")
        #expect(minutes.label(-hour / 60) == "23h59m" && minutes.label(24 * hour) == "00h00m")
        let seconds = SexagesimalTicks(.degrees, apart: 4 / 3600.0 * .pi / 180)
        #expect(seconds.step == 5)
        #expect(seconds.label((-63 - 42 / 60.0 - 45 / 3600.0).radians) == "\u{2212}63°42\u{2032}45\u{2033}")
        #expect(
            SexagesimalTicks(.degrees, apart: 0.08.radians).label(10.radians)
                == "+10°05\u{2032}".replacing("05", with: "00"))
        #expect(SexagesimalTicks(.hours, apart: 1e-7).label(1e-7).hasSuffix("s"))
        #expect(minutes.values(0 ... .infinity).isEmpty)
    }

    @Test("grid lines leave the frame where the projection says", arguments: [-63.7, 0, 84, -89.5])
    func grid(declination: Double) throws {
        var header = FITSImageTests.image(width: 500, height: 400).header
        header.cell = (20 / 3600.0).radians
        header.phaseCentre.declination = declination.radians
        let area = Rectangle(x: 100, y: 50, width: 1000, height: 800)
        let grid = SkyGrid(header, area: area)
        let projection = SkyProjection(centre: header.phaseCentre)
        #expect(grid.left.count >= 2)
        #expect(grid.bottom.count + grid.top.count >= 2 || grid.inside.count >= 4)
        for tick in grid.bottom + grid.top {
            let l = (250 + 0.5 - (tick.position - 100) / 2) * header.cell
            let sky = try #require(
                projection.direction(
                    l: l, m: (grid.top.isEmpty ? -200.5 : 199.5) * header.cell))
            // The label reads back as the right ascension of the place, to a fifth of a pixel.
            let parts = tick.label.split { !$0.isNumber && $0 != "." }.compactMap { Double($0) }
            let hours = zip(parts, [1.0, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
            let off = hours * .pi / 12 - header.phaseCentre.rightAscension - sky.rightAscensionOffset
            let wrapped = off - 2 * .pi * (off / (2 * .pi)).rounded()
            #expect(abs(wrapped) * cos(sky.declination) < 0.2 * header.cell)
        }
        for tick in grid.left {
            let m = ((850 - tick.position) / 2 - 200.5) * header.cell
            let sky = try #require(projection.direction(l: 250.5 * header.cell, m: m))
            let parts = tick.label.split { !$0.isNumber && $0 != "." }.compactMap { Double($0) }
            let degrees = zip(parts, [1.0, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
            let signed = tick.label.hasPrefix("\u{2212}") ? -degrees : degrees
            #expect(abs(signed.radians - sky.declination) < 0.2 * header.cell)
        }
    }

    @Test("the projection is its own inverse on the near side of the sky")
    func projection() throws {
        let projection = SkyProjection(centre: Direction(rightAscension: 1, declination: -1.1))
        for (offset, declination) in [(0.3, -0.9), (-1.2, -0.4), (3, -1.5), (0, -1.1)] {
            let (l, m) = try #require(
                projection.cosines(rightAscensionOffset: offset, declination: declination))
            let back = try #require(projection.direction(l: l, m: m))
            #expect(
                abs(back.rightAscensionOffset - offset) < 1e-12 && abs(back.declination - declination) < 1e-12
            )
        }
        #expect(projection.cosines(rightAscensionOffset: .pi, declination: 0.9) == nil)
        #expect(projection.direction(l: 0.8, m: 0.7) == nil)
    }

    @Test("shrinking takes means but keeps what stands out, and leaves out blanks")
    func shrinking() {
        var values = [Float](repeating: 1, count: 36)
        (values[0], values[1]) = (3, .nan)
        values[14] = 50
        for index in [21, 22, 23, 27, 28, 29, 33, 34, 35] { values[index] = .nan }
        let map = PixelMap(values, width: 6, height: 6, largest: 2, keepingPeaks: 10)
        #expect(map.width == 2 && map.height == 2)
        #expect(map.values[0] == 50 && map.values[1] == 1 && map.values[2] == 1 && map.values[3].isNaN)
        let odd = PixelMap(values, width: 6, height: 6, largest: 4)
        #expect(odd.width == 3 && odd.values[0] == 5.0 / 3)
        #expect(PixelMap([1, 2], width: 2, height: 1, largest: 4).values == [1, 1, 2, 2, 1, 1, 2, 2])
    }

    @Test(
        "stretches rise from 0 to 1, whatever the values",
        arguments: [[Float.nan], [5, 5, 5], [0], [-1, 0, 1, 900]])
    func stretches(values: [Float]) {
        let peak = values.filter(\.isFinite).max() ?? -.infinity
        for stretch in [Stretch(noise: RobustNoise(values), peak: peak), Stretch(linear: 3...3)] {
            #expect(stretch.low < stretch.high)
            #expect(abs(stretch.place(stretch.low)) < 1e-9 && abs(stretch.place(stretch.high) - 1) < 1e-9)
            #expect(stretch.place(0.5 * (stretch.low + stretch.high)) > 0)
        }
    }

    @Test("robust noise ignores sources")
    func noise() {
        let values = (0..<200_001).map { index in
            let ramp = Float((index * 7919) % 2001) / 1000 - 1
            return index % 50 == 0 ? ramp + 500 : ramp
        }
        let noise = RobustNoise(values)
        #expect(abs(noise.median) < 0.05)
        #expect(abs(noise.deviation - 0.5 * 1.4826) < 0.05)
    }

    @Test(
        "robust noise is the middle of distances from the middle",
        arguments: [
            [3], [1, 2], [4, 4, 1], [0, 0, 7, 9], [-3e38, 3e38, 1], (0..<1000).map { Float($0 * 7919 % 613) },
        ])
    func distances(values: [Float]) {
        let middle = values.sorted()[values.count / 2]
        let noise = RobustNoise(values)
        #expect(noise.median == Double(middle))
        #expect(
            noise.deviation == 1.4826 * Double(values.map { abs($0 - middle) }.sorted()[values.count / 2]))
    }

    @Test("every printable character has a letter of its own")
    func letters() {
        func shape(_ character: Character) -> [[Double]] {
            Lettering.lines(String(character)).lines.map { [$0.0.x, $0.0.y, $0.1.x, $0.1.y] }
        }
        let unknown = shape("\u{1F52D}")
        let ascii = (33..<127).map { Character(UnicodeScalar($0)) }
        let characters = ascii + Array("°µ±×σ·\u{2032}\u{2033}\u{2212}²⁻")
        #expect(characters.allSatisfy { !shape($0).isEmpty && shape($0) != unknown })
        #expect(Set(ascii.map(shape)).count == ascii.count)
        #expect(Lettering.lines("0").width == Lettering.lines("1").width)
    }

    @Test("the value bar's ticks keep apart and lie on the bar")
    func bar() {
        let bar = ValueBar(
            colours: .inferno, stretch: Stretch(asinh: -2.5e-3...1.8, softening: 1e-3), unit: "Jy/beam")
        let ticks = bar.ticks(length: 900, factor: 1)
        #expect(ticks.contains { $0.label == "0" } && ticks.contains { $0.label == "1" })
        let places = ticks.map { bar.stretch.place($0.value) * 900 }.sorted()
        for (first, second) in zip(places, places.dropFirst()) { #expect(second - first >= 26 - 1e-9) }
        #expect((places.first ?? -1) >= 0 && (places.last ?? 901) <= 900)
    }
}
