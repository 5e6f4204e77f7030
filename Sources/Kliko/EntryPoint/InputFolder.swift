import Formats
import Foundation
import Parameters
import Pipeline

/// The folder in which a runner puts what a container reads.
struct InputFolder: Sendable {
    let path: String
    /// Looks at files before they are opened here; what it refuses is no observation.
    var inspection: InputInspection?

    /// The observations in it: the one that is there, or those that a shell's pattern fits.
    ///
    /// - Parameters:
    ///   - pattern: A pattern of names, nil for any.
    ///   - several: Whether more than one can be read at once.
    /// - Throws: `PipelineError` naming the folder when there is none, or too many.
    func observations(pattern: String?, several: Bool) throws -> [String] {
        let names = try recognised(pattern)
        guard !names.isEmpty else {
            throw PipelineError(
                pattern.map { "no observation fits the pattern \(quoted($0))" } ?? "there is no observation",
                at: path, mend: "put one into the folder that is mounted there")
        }
        guard names.count == 1 || several && pattern != nil else {
            let some = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
            throw PipelineError(
                "\(names.count) observations (\(some))", at: path,
                mend: pattern == nil ? "choose with the field pattern" : "make the pattern fit one")
        }
        return names.map { path + "/" + $0 }
    }

    /// The path of a file in it, nil if there is none of this name.
    func file(_ name: String) -> String? {
        let file = path + "/" + name
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
        return exists && !isFolder.boolValue && isInside(name) ? file : nil
    }

    /// The names of observations, by content, sorted. Where there is none, those of files in other formats and of HDF5 that
    /// may be damaged, so that whoever tries to read them can say what they are.
    private func recognised(_ pattern: String?) throws -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { name in
                !name.hasPrefix(".") && (pattern.map { fnmatch($0, name, 0) == 0 } ?? true)
            }
        } catch {
            throw PipelineError(
                "the input folder cannot be read", at: path, mend: "mount it there or set INPUT")
        }
        let observations = names.filter { name in
            Self.isHDF5(path + "/" + name) && mayBeOpened(path + "/" + name)
                && ObservationFormats.all.contains { $0.recognises(path + "/" + name) }
        }
        guard observations.isEmpty else { return observations }
        return names.filter { Self.isHDF5(path + "/" + $0) || ForeignFormat(at: path + "/" + $0) != nil }
    }

    private func mayBeOpened(_ file: String) -> Bool {
        do {
            try inspection?([file], .reading)
            return true
        } catch {
            return false
        }
    }

    private static func isHDF5(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 8) else {
            return false
        }
        return start.elementsEqual(
            "\u{89}HDF\r\n\u{1A}\n".unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }
}
