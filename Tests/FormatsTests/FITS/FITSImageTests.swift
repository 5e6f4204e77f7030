import Foundation
import Parameters
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("FITS images")
struct FITSImageTests {
    let folder: Scratch

    init() throws { folder = try Scratch() }

    static func image(width: Int = 12, height: Int = 8) -> FITSImage {
        var header = ImageHeader(
            width: width, height: height, cell: 2 / 3600.0 * .pi / 180,
            phaseCentre: Direction(
                rightAscension: 294.854275 * .pi / 180, declination: -63.7126736 * .pi / 180),
            frequency: 1.28398437512345e9, bandwidth: 856e6, unit: "Jy/beam", object: "PKS 1934-638",
            telescope: "MeerKAT", instrument: "l-band", observer: "O'Neill", start: 5_004_206_000.25,
            end: 5_004_209_600.75,
            beam: ImageBeam(major: 8.51e-5, minor: 7.87e-5, positionAngle: 2.5), origin: "Sluice 1.0",
            history: [String(repeating: "pipeline meerkat-quicklook stage ", count: 9), "naïve"])
        header.weights = ImageWeights(
            scheme: "Briggs'(0)", imageWeight: 123.5, normalisation: 123.5, visibilities: 1e6,
            effectiveVisibilities: 8.25e5, visibilityWeightSum: 2.5e7)
        var pixels = (0..<width * height).map { Float($0) * 0.25 - 3 }
        if pixels.count > 5 { pixels[5] = .nan }
        return FITSImage(header: header, pixels: pixels)
    }

    @Test("come back as they were written, blank pixels too")
    func roundTrip() throws {
        let path = folder["a.fits"]
        let image = Self.image()
        try image.write(to: path)
        let read = try FITSImage(contentsOf: path)
        #expect(read.pixels.map(\.bitPattern) == image.pixels.map(\.bitPattern))
        #expect(abs(read.header.cell / image.header.cell - 1) < 1e-14)
        #expect(abs(read.header.phaseCentre.declination - image.header.phaseCentre.declination) < 1e-14)
        #expect(read.header.frequency == image.header.frequency)
        #expect(read.header.weights == image.header.weights)
        #expect(abs((read.header.start ?? 0) - 5_004_206_000.25) < 1e-5)
        #expect(abs((read.header.end ?? 0) - 5_004_209_600.75) < 1e-5)
        #expect(abs((read.header.beam?.major ?? 0) - 8.51e-5) < 1e-18)
        #expect(read.header.observer == "O'Neill" && read.header.unit == "Jy/beam")
        #expect(read.header.history.allSatisfy { $0.count <= 72 })
        #expect(read.header.history.joined(separator: " ").hasPrefix(image.header.history[0].dropLast()))
        #expect(read.header.history.last == "na?ve")
    }

    @Test("say which frequencies they are of, by their band or by what is as wide about their frequency")
    func band() throws {
        var image = Self.image()
        #expect(abs(image.header.frequencies.upperBound - image.header.frequency - 428e6) < 1)
        image.header.band = 856e6...1712e6
        try image.write(to: folder["band.fits"])
        #expect(try FITSImage(contentsOf: folder["band.fits"]).header.frequencies == 856e6...1712e6)
    }

    @Test("may lie beside their phase centre, between pixels")
    func offCentre() throws {
        var image = Self.image(width: 7, height: 5)
        image.header.reference = SIMD2(-20.25, 100.5)
        try image.write(to: folder["o.fits"])
        #expect(try FITSImage(contentsOf: folder["o.fits"]).header.reference == image.header.reference)
    }

    @Test("of several channels come back plane by plane, with their beams")
    func cube() throws {
        let path = folder["cube.fits"]
        var header = Self.image().header
        (header.planes, header.beam) = (3, nil)
        let beams: [ImageBeam?] = [
            ImageBeam(major: 9e-5, minor: 8e-5, positionAngle: 1), nil,
            ImageBeam(major: 7e-5, minor: 6e-5, positionAngle: 2),
        ]
        let cube = try FITSCube(creating: path, header)
        for (plane, beam) in beams.enumerated() {
            try cube.append([Float](repeating: Float(plane) + 0.5, count: 96), beam: beam)
        }
        #expect(throws: ImageError.self) { try cube.append([Float](repeating: 0, count: 96), beam: nil) }
        try cube.close()
        #expect(throws: ImageError.self) { try FITSImage(contentsOf: path) }
        let planes = try FITSPlanes(reading: path)
        for (plane, beam) in beams.enumerated() {
            let read = planes.header(plane)
            #expect(try planes.pixels(plane) == [Float](repeating: Float(plane) + 0.5, count: 96))
            #expect(read.frequency == header.frequency + Double(plane) * header.bandwidth)
            // One without a beam has that of its neighbour.
            #expect(abs((read.beam?.minor ?? 0) - ((beam ?? beams[0])?.minor ?? 0)) < 1e-11)
        }
        let whole = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(whole.contains("nearest plane, by row: 2"))
        let bare = try FITSCube(creating: folder["bare.fits"], header)
        for _ in beams { try bare.append([Float](repeating: 0, count: 96), beam: nil) }
        try bare.close()
        #expect(try FITSPlanes(reading: folder["bare.fits"]).header(1).beam == nil)
        let half = try FITSCube(creating: folder["half.fits"], header)
        #expect(throws: ImageError.self) { try half.close() }
    }

    @Test("are equal files when the images are equal, whatever stood there before")
    func equalBytes() throws {
        let (first, second) = (folder["b.fits"], folder["c [1].fits"])
        try Self.image().write(to: first)
        try Self.image(width: 20, height: 30).write(to: second)
        try Self.image().write(to: second)
        #expect(try Data(contentsOf: URL(filePath: first)) == Data(contentsOf: URL(filePath: second)))
    }

    @Test("hold no DATE, no EQUINOX, and no beam when there is none")
    func cards() throws {
        let path = folder["d.fits"]
        var image = Self.image()
        image.header.beam = nil
        image.header.start = nil
        try image.write(to: path)
        let data = try Data(contentsOf: URL(filePath: path))
        #expect(data.count % 2880 == 0)
        let header = String(decoding: data.prefix(2880 * 2), as: UTF8.self)
        let names = stride(from: 0, to: header.count, by: 80).map { offset in
            String(header.dropFirst(offset).prefix(8)).trimmingCharacters(in: .whitespaces)
        }
        for absent in ["DATE", "EQUINOX", "BMAJ", "BMIN", "BPA", "DATE-OBS", "MJD-OBS", "DATE-END", "BSCALE"]
        {
            #expect(!names.contains(absent))
        }
        #expect(header.contains("RADESYS = 'ICRS"))
        #expect(names.contains("SPECSYS") && names.contains("WSCIMGWG") && names.contains("LATPOLE"))
    }

    @Test("say whose fault it is when they cannot be written or read")
    func faults() throws {
        func fault(_ body: () throws -> Void) -> Fault? {
            do {
                try body()
                return nil
            } catch { return (error as? ImageError)?.fault }
        }
        let image = Self.image()
        #expect(fault { try image.write(to: folder["missing/a.fits"]) } == .usage)
        #expect(fault { try image.write(to: folder.url.path) } == .usage)
        #expect(FileManager.default.fileExists(atPath: folder.url.path))
        #expect(fault { _ = try FITSImage(contentsOf: folder["none.fits"]) } == .usage)
        var wrong = image
        wrong.pixels.removeLast()
        #expect(fault { try wrong.write(to: folder["e.fits"]) } == .usage)
        wrong = image
        wrong.header.cell = .nan
        #expect(fault { try wrong.write(to: folder["e.fits"]) } == .usage)
        try Data("SIMPLE  = not a FITS file".utf8).write(to: URL(filePath: folder["f.fits"]))
        #expect(fault { _ = try FITSImage(contentsOf: folder["f.fits"]) } == .data)
        try image.write(to: folder["g.fits"])
        let whole = try Data(contentsOf: URL(filePath: folder["g.fits"]))
        try whole.dropLast(2880).write(to: URL(filePath: folder["g.fits"]))
        #expect(fault { _ = try FITSImage(contentsOf: folder["g.fits"]) } == .data)
    }

    @Test(
        "turned axes and other equinoxes are refused",
        arguments: ["CROTA2  = 30.0", "PC1_2   = 0.5", "RADESYS = 'FK4     '", "EQUINOX = 1950.0"])
    func otherFrames(card: String) throws {
        let path = folder["turned.fits"]
        try Self.image().write(to: path)
        var data = try Data(contentsOf: URL(filePath: path))
        // In the place of a card that nothing depends on, or of its own.
        let name = card.hasPrefix("RADESYS") ? "RADESYS =" : "OBJECT  ="
        let place = try #require(data.range(of: Data(name.utf8)))
        data.replaceSubrange(
            place.lowerBound..<place.lowerBound + 80,
            with: Data(card.padding(toLength: 80, withPad: " ", startingAt: 0).utf8))
        try data.write(to: URL(filePath: path))
        #expect(throws: ImageError.self) { try FITSImage(contentsOf: path) }
    }

    static let days: [(day: Double, seconds: Double, date: String)] = [
        (0, 0, "1858-11-17T00:00:00.000000"), (51544, 43200, "2000-01-01T12:00:00.000000"),
        (60369, -0.5, "2024-02-28T23:59:59.500000"), (60370, 0, "2024-03-01T00:00:00.000000"),
        (57919, 18800.9999999, "2017-06-15T05:13:21.000000"),
    ]

    @Test("spell dates as the calendar has them", arguments: days)
    func dates(day: Double, seconds: Double, date: String) {
        #expect(CalendarDate(mjdSeconds: day * 86400 + seconds)?.description == date)
    }

    @Test("leave out dates that no calendar has", arguments: [Double.nan, .infinity, -1e14, 1e14])
    func noDates(seconds: Double) { #expect(CalendarDate(mjdSeconds: seconds) == nil) }

    @Test(
        "are what astropy expects: SIN at the phase centre, ICRS, Hz, the beam",
        .enabled(if: Peers.modern != nil, "no astropy"))
    func astropy() throws {
        let path = folder["h.fits"]
        try Self.image().write(to: path)
        let script = """
            import sys, warnings, numpy as np
            warnings.simplefilter('error')
            from astropy.io import fits
            from astropy.wcs import WCS
            with fits.open(sys.argv[1]) as f:
                f.verify('exception')
                h, d = f[0].header, f[0].data
                w = WCS(h)
                sky = w.celestial.pixel_to_world(6, 4)
                off = w.celestial.pixel_to_world(5, 4)
                print(d.shape, d.dtype.kind, int(np.isnan(d).sum()), w.celestial.wcs.radesys, w.wcs.specsys)
                print('%.7f %.7f' % (sky.ra.deg, sky.dec.deg), '%.4f' % sky.separation(off).arcsec, off.ra > sky.ra)
                print(h['BUNIT'], '%.6e' % h['BMAJ'], h['DATE-OBS'], h['DATE-END'], w.wcs.ctype[3], '%.3f' % w.wcs.crval[2])
            """
        let answer = try Peers.run(Peers.modern, ["-c", script, path], withErrors: true).output
        #expect(
            answer == """
                (1, 1, 8, 12) f 1 ICRS TOPOCENT
                294.8542750 -63.7126736 2.0000 True
                Jy/beam 4.875871e-03 2017-06-15T01:13:20.250000 2017-06-15T02:13:20.750000 STOKES 1283984375.123

                """)
    }
}
