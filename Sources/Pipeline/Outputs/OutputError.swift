import Parameters

/// Why a result cannot be written at the place that was asked for.
public enum OutputError: ClassifiedError, Hashable {
    /// The path is empty, ends in a slash, or is too long for its hidden partial file.
    case badName(path: String, mend: String)
    /// A result of that name is there and may not be replaced.
    case exists(path: String, mend: String)
    /// Another run holds the lock of the result.
    case beingWritten(path: String)
    /// A folder is there where a file should go.
    case isFolder(path: String, mend: String)
    /// The folder that it should go to is not there.
    case noFolder(path: String, folder: String)
    /// Two stages want to write the same file.
    case claimedTwice(path: String, first: String, second: String, mend: String)
    /// The result would replace a file that the run reads.
    case replacesInput(path: String, mend: String)
    /// A stage claimed a result and did not write it.
    case notWritten(path: String, stage: String)

    /// Whose fault it is.
    public var fault: Fault {
        if case .notWritten = self { .machine } else { .usage }
    }

    /// Whether the run was refused for the sake of another run's results.
    var leavesOthersResults: Bool {
        switch self {
        case .exists, .beingWritten: true
        default: false
        }
    }

    /// One line: what: where: how to mend.
    public var description: String {
        switch self {
        case .badName(let path, let mend):
            "an output needs a file name of at most \(PathParts.longestName) bytes: '\(path)': \(mend)"
        case .exists(let path, let mend): "result exists: \(path): \(mend), or --overwrite"
        case .beingWritten(let path):
            "another run is writing this: \(path): wait for it or choose another name"
        case .isFolder(let path, let mend): "output is a folder: \(path): \(mend)"
        case .noFolder(let path, let folder):
            "there is no folder '\(folder)': cannot write \(path): make it, or write elsewhere"
        case .claimedTwice(let path, let first, let second, let mend):
            "two stages write the same file: \(path), by \(first) and \(second): \(mend)"
        case .replacesInput(let path, let mend): "output would replace an input: \(path): \(mend)"
        case .notWritten(let path, let stage):
            "a promised result was not written: \(path), by stage \(stage): run again, and report it if it stays"
        }
    }
}
