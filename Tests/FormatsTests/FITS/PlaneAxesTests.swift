import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Formats

/// Images of other programs, whose axes stand in other orders.
@Suite("Axes of FITS images") struct PlaneAxesTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    /// A file of as many planes along axis 3, with some cards in the place of others.
    private func file(planes: Int, _ cards: [String]) throws -> String {
        let path = folder["planes.fits"]
        var header = FITSImageTests.image(width: 4, height: 3).header
        (header.planes, header.beam, header.frequency, header.bandwidth) = (planes, nil, 1284e6, 2e6)
        let cube = try FITSCube(creating: path, header)
        for plane in 0..<planes {
            try cube.append([Float](repeating: Float(plane + 1), count: 12), beam: nil)
        }
        try cube.close()
        var data = try Data(contentsOf: URL(filePath: path))
        for card in cards {
            let place = try #require(data.range(of: Data(card.prefix(9).utf8)))
            data.replaceSubrange(
                place.lowerBound..<place.lowerBound + 80,
                with: Data(card.padding(toLength: 80, withPad: " ", startingAt: 0).utf8))
        }
        try data.write(to: URL(filePath: path))
        return path
    }

    private static let swapped = [
        "CTYPE3  = 'STOKES  '", "CRVAL3  = 1.0", "CDELT3  = 1.0", "CUNIT3  = '        '",
        "CTYPE4  = 'FREQ    '",
        "CRVAL4  = 1.4E9", "CDELT4  = 8.0E6",
    ]

    @Test("Stokes before frequency is Stokes all the same, and several Stokes parameters are refused")
    func stokesFirst() throws {
        let one = try FITSPlanes(reading: try file(planes: 1, Self.swapped))
        #expect(one.count == 1 && one.header(0).stokes == .i)
        #expect(one.header(0).frequency == 1.4e9 && one.header(0).bandwidth == 8e6)
        let linear = try FITSPlanes(reading: try file(planes: 1, Self.swapped + ["CRVAL3  = 2.0"]))
        #expect(linear.header(0).stokes == .q)
        let path = try file(planes: 4, Self.swapped)
        let error = #expect(throws: ImageError.self) { try FITSPlanes(reading: path) }
        #expect(error?.what == "there are 4 Stokes parameters")
    }

    @Test("A plane's frequency counts from the reference pixel, in the unit of its axis")
    func referencePixel() throws {
        let path = try file(
            planes: 4,
            ["CRPIX3  = 3.0", "CRVAL3  = 1284.0", "CDELT3  = -2.0", "CUNIT3  = 'MHz     '"])
        let planes = try FITSPlanes(reading: path)
        #expect((0..<4).map { planes.header($0).frequency } == [1288e6, 1286e6, 1284e6, 1282e6])
        #expect(try (0..<4).map { try planes.pixels($0)[11] } == [1, 2, 3, 4])
        #expect(planes.header(1).frequencies == 1285e6...1287e6)
        #expect(throws: ImageError.self) { try planes.pixels(4) }
    }

    @Test(
        "Planes along other axes, other units and Stokes parameters that are none are refused",
        arguments: [
            ["CTYPE3  = 'VRAD    '"], ["CUNIT3  = 'm       '"], ["CRVAL4  = 0.0"], ["CRVAL4  = 1.5"],
            ["CDELT3  = 1.0E308", "CUNIT3  = 'GHz     '"], ["CRVAL3  = 1.0E308", "CDELT3  = 1.0E308"],
        ])
    func refused(cards: [String]) throws {
        let path = try file(planes: 3, cards)
        #expect(throws: ImageError.self) { try FITSPlanes(reading: path) }
    }

    @Test("A unit that is left blank is Hz")
    func blankUnit() throws {
        let planes = try FITSPlanes(reading: try file(planes: 2, ["CUNIT3  = '        '"]))
        #expect(planes.header(1).frequency == 1286e6)
    }

    @Test("Axes of one plane may be of anything, or of nothing")
    func single() throws {
        let planes = try FITSPlanes(
            reading: try file(planes: 1, ["CTYPE3  = 'VRAD    '", "CTYPE4  = ' '"]))
        #expect(planes.header(0).frequency == 0 && planes.header(0).stokes == .i)
    }

    @Test("A plane is blank when none of its pixels is a number")
    func blank() throws {
        let path = folder["blank.fits"]
        var header = FITSImageTests.image(width: 300, height: 300).header
        (header.planes, header.beam) = (2, nil)
        let cube = try FITSCube(creating: path, header)
        var pixels = [Float](repeating: .nan, count: 90000)
        try cube.append(pixels, beam: nil)
        pixels[89999] = 0
        try cube.append(pixels, beam: nil)
        try cube.close()
        let planes = try FITSPlanes(reading: path)
        #expect(try planes.isBlank(0))
        #expect(try !planes.isBlank(1))
    }
}
