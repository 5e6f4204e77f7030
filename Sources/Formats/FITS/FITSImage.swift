import Foundation
import Parameters
import Visibilities

/// An image of the sky and its header, as a FITS file holds them: [STOKES][FREQ][DEC][RA], single precision.
public struct FITSImage: Sendable, Hashable {
    /// What the image says about itself.
    public var header: ImageHeader
    /// Pixels, [row][column]: row 0 is south, column 0 east; blank ones are NaN.
    public var pixels: [Float]

    /// An image; `pixels` holds `header.height` rows of `header.width` columns.
    public init(header: ImageHeader, pixels: [Float]) {
        self.header = header
        self.pixels = pixels
    }

    /// Writes the image, replacing a file of that name; equal images give equal bytes.
    ///
    /// A partial file is removed. Write beside the final name and rename when complete.
    ///
    /// - Throws: `ImageError`, of the machine when writing fails (disk full), of usage when the place is not writable or
    ///   the header makes no image.
    public func write(to path: String) throws(ImageError) {
        try check(path)
        // unlink never removes a directory; what cannot be removed is told by the creation that follows.
        unlink(path)
        do throws(FITSFailure) {
            try writeFile(to: path)
        } catch { throw ImageError(error, path: path) }
    }

    private func writeFile(to path: String) throws(FITSFailure) {
        let file = try FITSFile(creating: path)
        do throws(FITSFailure) {
            try file.create(width: header.width, height: header.height, planes: header.planes)
            try file.write(header)
            try file.write(pixels)
            try file.close()
        } catch {
            file.discard()
            unlink(path)
            throw error
        }
    }

    private func check(_ path: String) throws(ImageError) {
        try header.check(path)
        guard header.planes == 1, header.width * header.height == pixels.count else {
            throw ImageError(
                .usage, "\(pixels.count) pixels do not make an image of \(header.width) x \(header.height)",
                path: path, remedy: "give width x height pixels")
        }
    }
}

extension ImageHeader {
    /// Refuses a header that makes no image.
    func check(_ path: String) throws(ImageError) {
        let (size, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, planes > 0, !overflow,
            !size.multipliedReportingOverflow(by: planes).overflow
        else {
            throw ImageError(
                .usage, "\(width) x \(height) x \(planes) pixels", path: path, remedy: "give positive sizes")
        }
        let numbers = [
            cell, phaseCentre.rightAscension, phaseCentre.declination, frequency, bandwidth, reference.x,
            reference.y,
        ]
        guard numbers.allSatisfy(\.isFinite), cell > 0 else {
            throw ImageError(
                .usage, "the header's cell, phase centre or frequency is no number", path: path,
                remedy: "give finite values and a positive cell")
        }
    }
}

extension ImageError {
    /// Tells CFITSIO's reason, and the system's when it has one.
    init(_ failure: FITSFailure, path: String) {
        switch failure.status {
        case FITSFailure.notCreated:
            self.init(
                .usage, "cannot create the FITS file (\(failure))", path: path, remedy: "write elsewhere")
        case FITSFailure.notOpened:
            self.init(.usage, "cannot open the FITS file (\(failure))", path: path, remedy: "check the name")
        case _ where failure.writing:
            self.init(
                .machine, "cannot write the FITS file (\(failure))", path: path,
                remedy: "check the disk and its quota")
        default:
            self.init(
                .data, "not a readable FITS image (\(failure))", path: path, remedy: "make the file anew")
        }
    }
}
