import Foundation
import Parameters

/// A cube of images along frequency that is written plane by plane, so that one plane is held at a time.
///
/// Its beams stand in CASA's table of beams behind the pixels, unless no plane has one. A plane without a beam, which is
/// blank or could not be measured, has that of the plane next to it, and a comment of the table names it: CASA 6.7 opens
/// no file in whose table a beam is 0 or no number.
public final class FITSCube {
    private let path: String
    private let header: ImageHeader
    private let file: FITSFile
    private var beams: [ImageBeam?] = []

    /// Creates the file, replacing one of that name, and writes its header, which has no beam.
    ///
    /// - Throws: `ImageError` as `FITSImage.write`.
    public init(creating path: String, _ header: ImageHeader) throws(ImageError) {
        self.path = path
        self.header = header
        try header.check(path)
        unlink(path)
        do throws(FITSFailure) {
            file = try FITSFile(creating: path)
            try file.create(width: header.width, height: header.height, planes: header.planes)
            try file.write(header)
            try file.card("CASAMBM", isTrue: true, "the beams of the planes are in the table BEAMS")
        } catch { throw ImageError(error, path: path) }
    }

    /// Writes the next plane, `height` rows of `width` pixels.
    ///
    /// - Throws: `ImageError`, of usage for another number of pixels or a plane too many.
    public func append(_ pixels: [Float], beam: ImageBeam?) throws(ImageError) {
        guard pixels.count == header.width * header.height, beams.count < header.planes else {
            throw ImageError(
                .usage, "\(pixels.count) pixels do not make plane \(beams.count) of \(header.planes)",
                path: path, remedy: "give width x height pixels for each plane")
        }
        do throws(FITSFailure) {
            try file.write(pixels, from: beams.count * pixels.count)
        } catch { throw ImageError(error, path: path) }
        beams.append(beam)
    }

    /// Writes the beams and closes the file.
    ///
    /// - Throws: `ImageError`, of usage when planes are missing.
    public func close() throws(ImageError) {
        guard beams.count == header.planes else {
            throw ImageError(
                .usage, "\(beams.count) of \(header.planes) planes were written", path: path,
                remedy: "write all")
        }
        do throws(FITSFailure) {
            try writeBeams()
            try file.close()
        } catch { throw ImageError(error, path: path) }
    }

    private func writeBeams() throws(FITSFailure) {
        let filled = beams.filled
        guard !filled.isEmpty else { return try file.remove("CASAMBM") }
        try file.write(filled)
        let without = beams.indices.filter { beams[$0] == nil }
        guard !without.isEmpty else { return }
        let rows = without.map { String($0 + 1) }.joined(separator: ", ")
        try file.comment("planes without a beam, which have that of the nearest plane, by row: \(rows)")
    }
}

extension [ImageBeam?] {
    /// The beam of each plane, or of the nearest that has one; empty when none has.
    var filled: [ImageBeam] {
        indices.compactMap { plane in
            indices.filter { self[$0] != nil }.min { abs($0 - plane) < abs($1 - plane) }.flatMap { self[$0] }
        }
    }
}
