import CPNG
import Foundation
import Parameters

extension Canvas {
    /// The canvas as a PNG file; equal canvases give equal bytes.
    ///
    /// - Throws: `ImageError` when libpng fails; `path` is for its message.
    public func png(for path: String) throws(ImageError) -> Data {
        var size = sluice_png_bound(UInt32(width), UInt32(height))
        var file = [UInt8](repeating: 0, count: size)
        var message = [CChar](repeating: 0, count: 64)
        guard sluice_png_encode(bytes, UInt32(width), UInt32(height), &file, &size, &message) != 0,
            size <= file.count
        else {
            let reason = String(cCharacters: message)
            throw ImageError(.machine, "libpng: \(reason)", path: path, remedy: "give it more memory")
        }
        return Data(file[..<size])
    }

    /// Writes the canvas as a PNG file, replacing one of that name. Write beside the final name and rename when complete.
    ///
    /// - Throws: `ImageError`, of usage when the place is not writable, of the machine when writing fails.
    public func writePNG(to path: String) throws(ImageError) {
        let data = try png(for: path)
        guard let file = fopen(path, "wb") else {
            let reason = String(cString: strerror(errno))
            throw ImageError(
                .usage, "cannot create the PNG file (\(reason))", path: path, remedy: "write elsewhere")
        }
        errno = 0
        let written = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        let closed = fclose(file)
        guard written == data.count, closed == 0 else {
            let reason = String(cString: strerror(errno))
            throw ImageError(
                .machine, "cannot write the PNG file (\(reason))", path: path,
                remedy: "check the disk and its quota")
        }
    }
}
