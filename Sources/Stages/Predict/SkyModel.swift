import Formats
import Imaging
import Parameters
import Simulation
import Visibilities

/// What is predicted: components, or an image.
enum SkyModel: Sendable {
    case components([SkyComponent])
    /// The five sources about each phase centre that `simulate` makes unless told otherwise.
    case standard
    case image(FITSImage, path: String)

    /// Reads a file: FITS by its first bytes, else text.
    init(file path: String) throws {
        guard path != "standard" else {
            self = .standard
            return
        }
        guard FITSImage.isOne(path) else {
            self = .components(try SkyComponent.list(file: path))
            return
        }
        let image = try FITSImage(contentsOf: path)
        guard image.header.unit.lowercased() == "jy/pixel" else {
            throw ImageError(
                .usage, "the unit is '\(image.header.unit)', not Jy/pixel", path: path,
                remedy: "give a model image, not a restored or dirty one")
        }
        guard image.header.stokes == .i else {
            throw ImageError(
                .usage, "the image is of \(image.header.stokes), and models are of Stokes I", path: path,
                remedy: "give that of Stokes I")
        }
        self = .image(image, path: path)
    }
}
