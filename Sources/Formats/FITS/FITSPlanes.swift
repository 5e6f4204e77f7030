import Foundation
import Parameters
import Visibilities

/// An open FITS file of images of the sky: one, or planes along frequency, which are read when they are asked for.
///
/// RA and DEC in the SIN projection, square pixels, one Stokes parameter.
public struct FITSPlanes {
    /// Planes along frequency.
    public var count: Int { axes.count }
    private let file: FITSFile
    private let path: String
    private let axes: PlaneAxes
    private let header: ImageHeader
    private let beams: [ImageBeam?]?

    /// Opens a file and reads its header.
    ///
    /// - Throws: `ImageError`, of usage when there is no such file, of the data when it holds no such images.
    public init(reading path: String) throws(ImageError) {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ImageError(.usage, "no readable file", path: path, remedy: "check the name")
        }
        let lengths: [Int]
        let bitpix: Int32
        do throws(FITSFailure) {
            file = try FITSFile(reading: path)
            (bitpix, lengths) = try file.image()
        } catch { throw ImageError(error, path: path) }
        guard lengths.count >= 2, lengths[0] > 0, lengths[1] > 0 else {
            throw ImageError(
                .data, "the axes \(lengths) are not those of an image", path: path,
                remedy: "give an image of the sky")
        }
        axes = try PlaneAxes(file, lengths: lengths, path: path)
        // Of the file that a link leads to, which Foundation does not follow.
        var found = stat()
        let size = stat(path, &found) == 0 ? Int(found.st_size) : 0
        let (pixels, overflow) = lengths[0].multipliedReportingOverflow(by: lengths[1])
        let (all, overflows) = pixels.multipliedReportingOverflow(by: axes.count)
        guard !overflow, !overflows, all <= size / max(1, Int(abs(bitpix)) / 8) else {
            throw ImageError(
                .data, "the file is shorter than its \(lengths[0]) x \(lengths[1]) pixels", path: path,
                remedy: "fetch it again whole, uncompressed")
        }
        header = try ImageHeader(file, axes, width: lengths[0], height: lengths[1], path: path)
        beams = axes.count > 1 ? file.beams(planes: axes.count) : nil
        self.path = path
    }

    /// What a plane says about itself: its own frequency and beam.
    public func header(_ plane: Int) -> ImageHeader {
        var header = header
        header.frequency += Double(plane) * axes.step
        header.beam = beams.flatMap { $0.indices.contains(plane) ? $0[plane] : nil } ?? header.beam
        return header
    }

    /// Reads the pixels of a plane, [row][column]; blank ones are NaN.
    ///
    /// - Throws: `ImageError`, of usage for a plane that there is not, of the data or the machine when reading fails.
    public func pixels(_ plane: Int) throws(ImageError) -> [Float] {
        try pixels(plane, 0..<header.width * header.height)
    }

    /// Whether a plane has no pixel that is a number; reads no farther than to the first that is.
    public func isBlank(_ plane: Int) throws(ImageError) -> Bool {
        let all = header.width * header.height
        for first in stride(from: 0, to: all, by: 1 << 16) {
            let part = try pixels(plane, first..<min(first + 1 << 16, all))
            if part.contains(where: \.isFinite) { return false }
        }
        return true
    }

    private func pixels(_ plane: Int, _ range: Range<Int>) throws(ImageError) -> [Float] {
        guard (0..<count).contains(plane) else {
            throw ImageError(
                .usage, "there is no plane \(plane) among \(count)", path: path, remedy: "count them from 0")
        }
        do throws(FITSFailure) {
            return try file.pixels(range.count, from: plane * header.width * header.height + range.lowerBound)
        } catch { throw ImageError(error, path: path) }
    }
}
