import Formats
import Foundation
import Parameters
import Pipeline

/// The folder in which a runner puts what a container reads.
struct InputFolder: Sendable {
    let path: String

    /// The observations in it: the one that is there, or those that a shell's pattern fits.
    ///
    /// - Parameters:
    ///   - pattern: A pattern of names, nil for any.
    ///   - several: Whether more than one can be read at once.
    /// - Throws: `PipelineError` naming the folder when there is none, or too many.
    func observations(pattern: String?, several: Bool) throws -> [String] {
        let names = try recognised().filter { name in pattern.map { fnmatch($0, name, 0) == 0 } ?? true }
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

    /// The names of what looks like an observation, by content, sorted; also in formats that are not read, so that
    /// whoever tries can say so.
    private func recognised() throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter {
                !$0.hasPrefix(".")
                    && (Self.isHDF5(path + "/" + $0) || ForeignFormat(at: path + "/" + $0) != nil)
            }
        } catch {
            throw PipelineError(
                "the input folder cannot be read", at: path, mend: "mount it there or set INPUT")
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
