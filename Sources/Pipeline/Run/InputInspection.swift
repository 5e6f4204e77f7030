/// What a stage is going to do with an input file.
public enum InputUse: Sendable, Hashable {
    /// Read its samples and what describes them.
    case reading
    /// Copy what describes its samples into a result, too.
    case copying
}

/// Looks at files before this process opens them, and throws an error that names the one that must not be opened.
///
/// Libraries that read files can crash on damaged ones. A program of its own can look from a process that may crash, as
/// `SluiceCommand` does; whoever runs a pipeline inside a larger program gets no process started unless it asks.
public typealias InputInspection = @Sendable (_ paths: [String], _ use: InputUse) throws -> Void
