import Foundation
import Parameters
import Pipeline

/// The folder that an image is built from: `Dockerfile`, `kliko.yml`, and in `sluice/` the program with what it loads.
///
/// The folder also runs by itself: `kliko` in it is the entry point.
public struct ImageContext: Sendable {
    private let container: Container
    /// The pipeline file, if the container is one.
    private let pipeline: PipelineContent?
    private let files: ProgramFiles
    /// In `sluice/`, where a pipeline file and what it refers to lie.
    private static let pipelineFolder = "pipeline"

    /// The context of a container, of the program that is running.
    ///
    /// - Throws: `PipelineError` when this system's libraries cannot be had in an image.
    public init(_ container: Container) throws {
        self.container = container
        if case .pipeline(let content) = container.content { pipeline = content } else { pipeline = nil }
        files = try ProgramFiles()
    }

    /// Writes the folder, all of it or nothing.
    ///
    /// - Throws: `OutputError.exists` when there is one and it may not be replaced, `PipelineError` when what is there is
    ///   not such a folder, `SystemError` when it cannot be written.
    public func write(to folder: String, overwrite: Bool) throws {
        let target = PathParts(String(folder.reversed().drop { $0 == "/" }.reversed()))
        guard !target.name.isEmpty, ![".", ".."].contains(target.name) else {
            throw PipelineError("an image needs a folder of its own", at: folder, mend: "name a new one")
        }
        let place = FolderPlace(target)
        do {
            try place.recover()
            if place.isTaken {
                guard overwrite else {
                    throw OutputError.exists(path: place.path, mend: "use another folder")
                }
                let manifest = "/" + Name.program + "/" + ContainerManifest.fileName
                guard FileManager.default.fileExists(atPath: place.path + manifest) else {
                    throw PipelineError(
                        "only the folder of an image is replaced", at: place.path, mend: "use another folder")
                }
            }
            defer { place.clear() }
            try fill(place.partial)
            try place.take()
        } catch let error as CocoaError {
            throw SystemError("cannot write the image's folder", place.path, number: error.systemNumber)
        }
    }

    private enum Name {
        static let program = "sluice"
        static let entryPoint = "kliko"
    }

    private func fill(_ folder: String) throws {
        let manager = FileManager.default
        let inside = folder + "/" + Name.program
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try manager.createDirectory(atPath: inside, withIntermediateDirectories: false)
        try write(Dockerfile(container: container, files: files).text, folder + "/Dockerfile")
        try write(container.document.yaml, folder + "/kliko.yml")
        try manager.createSymbolicLink(
            atPath: folder + "/" + Name.entryPoint, withDestinationPath: Name.program + "/" + Name.program)
        try manager.copyItem(atPath: files.program, toPath: inside + "/" + Name.program)
        for path in files.beside {
            let name = PathParts(path).name
            try manager.copyItem(
                at: URL(filePath: path).resolvingSymlinksInPath(), to: URL(filePath: inside + "/" + name))
        }
        var manifest = ContainerManifest(stage: container.name)
        if let pipeline { manifest = try copy(pipeline, into: inside) }
        try write(try manifest.json, inside + "/" + ContainerManifest.fileName)
    }

    /// Copies a pipeline file as it is, with the files that it refers to at the same places beside it.
    private func copy(_ pipeline: PipelineContent, into folder: String) throws -> ContainerManifest {
        let source = PathParts(pipeline.file.path)
        for name in [source.name] + pipeline.attachments {
            let target = PathParts(folder + "/" + Self.pipelineFolder + "/" + name)
            try FileManager.default.createDirectory(atPath: target.folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: URL(filePath: source.folderPrefix + name).resolvingSymlinksInPath(),
                to: URL(filePath: target.folderPrefix + target.name))
        }
        return ContainerManifest(pipeline: Self.pipelineFolder + "/" + source.name)
    }

    private func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}

extension CocoaError {
    /// The system's number of what went wrong, EIO where none is known.
    fileprivate var systemNumber: Int32 {
        if let error = underlying as? POSIXError { return error.code.rawValue }
        switch code {
        case .fileWriteOutOfSpace: return ENOSPC
        case .fileWriteNoPermission, .fileReadNoPermission: return EACCES
        case .fileNoSuchFile, .fileReadNoSuchFile: return ENOENT
        case .fileWriteFileExists: return EEXIST
        case .fileWriteVolumeReadOnly: return EROFS
        default: return EIO
        }
    }
}
