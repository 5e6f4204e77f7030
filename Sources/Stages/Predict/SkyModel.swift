import Formats
import Foundation
import Imaging
import Parameters
import Pipeline
import Simulation
import Visibilities

/// What is predicted: components, or images.
enum SkyModel: Sendable {
    case components([SkyComponent])
    /// The five sources about each phase centre that `simulate` makes unless told otherwise.
    case standard
    /// One for all frequencies, or several by their bands, ascending; with what is to be said of them.
    case images([ModelImage], remarks: [String])

    /// Reads a file, FITS by its first bytes, else text; or the model images of a prefix.
    init(file path: String) throws {
        guard path != "standard" else {
            self = .standard
            return
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists, !isFolder.boolValue else {
            let files = try ModelFiles(prefix: path)
            try self.init(images: files.files, files.remarks)
            return
        }
        if FITSImage.isOne(path) {
            try self.init(images: [path], [])
        } else {
            let components = try SkyComponent.list(file: path)
            guard !components.isEmpty else {
                throw SimulationError("no component", place: path, remedy: "give a list with at least one")
            }
            self = .components(components)
        }
    }

    private init(images paths: [String], _ remarks: [String]) throws {
        let images = try ModelImage.list(of: paths)
        self = .images(images, remarks: images.compactMap(\.remark) + remarks)
    }

    /// The files of images that it was read from.
    var files: [String] {
        if case .images(let images, _) = self { Set(images.map(\.path)).sorted() } else { [] }
    }

    /// Whether it is of uncalibrated visibilities, not in Jy.
    var isInCounts: Bool {
        if case .images(let images, _) = self { images.contains(where: \.isInCounts) } else { false }
    }

    /// What is to be said of it.
    var remarks: [String] { if case .images(_, let remarks) = self { remarks } else { [] } }
}
