import Parameters
import Visibilities

/// One or several files as one observation, joined along time, frequency or polarisation by what they hold.
///
/// Files that agree in an axis stand beside each other in it; those that do not must follow one another without overlap.
/// Where the grid of times, frequencies and polarisations that results has no file, samples will be `dataLost`.
public struct JoinedObservation: Sendable {
    /// The files, in the order given.
    public let files: [any ObservationFile]
    /// What they hold together.
    public let contents: ObservationContents
    /// What was odd and how it was taken, each with its file when there are several.
    public let warnings: [String]

    /// Where each file lies in the contents.
    let members: [JoinedMember]

    /// Opens files of any format and joins them.
    ///
    /// - Parameter memory: bytes that opening them may take: each has what those opened before it do not hold.
    /// - Throws: an error of a file that cannot be read; `ObservationError` naming the files that do not go together.
    public init(opening paths: [String], memory: Int = .max) throws {
        var files: [any ObservationFile] = []
        var held = 0
        for path in paths {
            let file = try ObservationFormats.open(path, memory: max(memory - held, 0))
            held += file.heldByteCount
            files.append(file)
        }
        try self.init(files)
    }

    /// Joins opened files.
    ///
    /// - Throws: `ObservationError` naming two files that overlap or differ in antennas, place, dump length or unit.
    public init(_ files: [any ObservationFile]) throws {
        guard let first = files.first else {
            throw ObservationError(.usage, "no file is given", files: [], remedy: "name at least one")
        }
        self.files = files
        guard files.count > 1 else {
            contents = first.contents
            members = [JoinedMember(whole: first.contents)]
            warnings = first.warnings
            return
        }
        let join = try FileJoin(files)
        contents = join.contents
        members = join.members
        warnings = files.flatMap { file in file.warnings.map { "\(file.path): \($0)" } } + join.warnings
    }
}
