/// Whose fault an error is, which decides the exit code of the process.
public enum Fault: Sendable, Hashable {
    /// The machine failed (I/O error, disk full): a retry can help; exit code 1.
    case machine
    /// Wrong usage: a parameter, a missing file, an existing result, a format that is not read; exit code 2.
    case usage
    /// The data are bad: a retry cannot help; exit code 3.
    case data
}

/// An error that knows whose fault it is.
///
/// Formats, kernels and stages conform their errors to it; the description is one line, *what: where: how to mend*.
public protocol ClassifiedError: Error, CustomStringConvertible {
    /// Whose fault it is.
    var fault: Fault { get }
}
