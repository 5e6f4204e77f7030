/// Where a value was written: a line of a file, an argument of the command line, a field of a form, or the program
/// itself.
public enum Origin: Sendable, Hashable {
    /// A line (from 1) of a file; the path is empty where only the line is known.
    case file(String, line: Int)
    /// An argument of the command line, as it was given.
    case commandLine(String)
    /// A field of a form or of a file of parameters made from one, such as a container's.
    case field(String, of: String)
    /// Set by the program.
    case program

    /// The folder that relative input paths start from, nil for the working directory.
    public var directory: String? {
        guard case .file(let path, _) = self, let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether the value takes the place of one in a pipeline file: it came from the command line or from a form.
    public var overridesFiles: Bool {
        switch self {
        case .commandLine, .field: true
        case .file, .program: false
        }
    }
}

extension Origin: CustomStringConvertible {
    /// `quicklook.yaml line 7`, `line 7`, `command line 'halo=3'`, `/parameters.json field 'halo'`, `program`.
    public var description: String {
        switch self {
        case .file("", let line): "line \(line)"
        case .file(let path, let line): "\(path) line \(line)"
        case .commandLine(let argument): "command line \(quoted(argument))"
        case .field(let name, let path): "\(path) field \(quoted(name))"
        case .program: "program"
        }
    }
}
