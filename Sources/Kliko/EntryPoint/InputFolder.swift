import Formats
import Foundation
import Parameters
import Pipeline

/// The folder in which a runner puts what a container reads.
struct InputFolder: Sendable {
    let path: String
    /// Looks at files before they are opened here; data that it refuses are no observation.
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

    /// The names of observations, by content, sorted. Those of HDF5 that a pattern chooses are meant to be observations,
    /// damaged or not: whoever reads them says what they are, and none is left out of a join. So it is, with files in other
    /// formats, where there is no observation.
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
        let observations = try names.filter { name in
            let file = path + "/" + name
            guard Self.isHDF5(file) else { return false }
            return try pattern != nil
                || mayBeOpened(file) && ObservationFormats.all.contains { $0.recognises(file) }
        }
        guard observations.isEmpty else { return observations }
        return names.filter { Self.isHDF5(path + "/" + $0) || ForeignFormat(at: path + "/" + $0) != nil }
    }

    /// Whether a file may be opened; what the machine, or who ends the run, keeps from telling is thrown on.
    private func mayBeOpened(_ file: String) throws -> Bool {
        do {
            try inspection?([file], .reading)
            return true
        } catch let error as any ClassifiedError where error.fault == .data {
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
