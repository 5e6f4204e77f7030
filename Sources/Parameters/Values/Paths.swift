/// The path of data that are read; a glob or the address of a stream too. Relative in a file means to that file's folder.
public struct InputPath: ParameterValue, Hashable {
    /// The path, relative to the working directory or absolute.
    public var path: String
    /// `input file`.
    public static var typeName: String { "input file" }
    /// Data that are read.
    public static var role: PathRole? { .input }

    /// A path relative to the working directory.
    public init(_ path: String) { self.path = path }

    /// Reads a path and resolves it against the folder of the file it was written in.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        path = resolved(try checkedPath(text), in: text.origin.directory)
    }
    /// The path.
    public func text(_ dimension: Dimension?) -> String { path }
}

/// The path or prefix of a result, relative to the working directory wherever it was written.
public struct OutputPath: ParameterValue, Hashable {
    /// The path, relative to the working directory or absolute.
    public var path: String
    /// `output file`.
    public static var typeName: String { "output file" }
    /// A result.
    public static var role: PathRole? { .output }

    /// A path relative to the working directory.
    public init(_ path: String) { self.path = path }

    /// Reads a path.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) { path = try checkedPath(text) }
    /// The path.
    public func text(_ dimension: Dimension?) -> String { path }
}

/// A file of parameters (mask, layout, calibration), or the name of a ready one: a word without `/` and `.`.
public struct ParameterFilePath: ParameterValue, Hashable {
    /// The path, relative to the working directory or absolute; or the name.
    public var path: String
    /// `file or name`.
    public static var typeName: String { "file or name" }
    /// A file of parameters.
    public static var role: PathRole? { .parameters }
    /// Whether it is the name of something ready, not a path.
    public var isName: Bool { !path.contains { $0 == "/" || $0 == "." } }

    /// A path relative to the working directory, or a name.
    public init(_ path: String) { self.path = path }

    /// Reads a name, or a path that is resolved against the folder of the file it was written in.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        path = try checkedPath(text)
        if !isName { path = resolved(path, in: text.origin.directory) }
    }
    /// The path or name.
    public func text(_ dimension: Dimension?) -> String { path }
}

private func checkedPath(_ text: RawText) throws(ValueError) -> String {
    guard !text.text.isEmpty else { throw ValueError("the path is empty", mend: "write the path of a file") }
    guard !text.text.utf8.contains(0) else {
        throw ValueError("\(quoted(text.text)) is not a path: it contains NUL")
    }
    return text.text
}

/// A path as seen from the working directory; absolute paths and addresses (`spead://`) stay.
private func resolved(_ path: String, in directory: String?) -> String {
    guard let directory, !path.hasPrefix("/"), !path.contains("://") else { return path }
    return directory == "/" ? "/" + path : directory + "/" + path
}
