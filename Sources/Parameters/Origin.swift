/// Where a value was written: a line of a file, an argument of the command line, or the program itself.
public enum Origin: Sendable, Hashable {
    /// A line (from 1) of a file; the path is empty where only the line is known.
    case file(String, line: Int)
    /// An argument of the command line, as it was given.
    case commandLine(String)
    /// Set by the program.
    case program

    /// The folder that relative input paths start from, nil for the working directory.
    public var directory: String? {
        guard case .file(let path, _) = self, let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether the value came from the command line.
    public var isCommandLine: Bool {
        if case .commandLine = self { true } else { false }
    }
}

extension Origin: CustomStringConvertible {
    /// `quicklook.yaml line 7`, `line 7`, `command line 'halo=3'`, `program`.
    public var description: String {
        switch self {
        case .file("", let line): "line \(line)"
        case .file(let path, let line): "\(path) line \(line)"
        case .commandLine(let argument): "command line \(quoted(argument))"
        case .program: "program"
        }
    }
}
