import Parameters
import Rings

/// What the process says to a cluster by its exit code.
public struct ExitCode: Sendable, Hashable, Codable, RawRepresentable {
    /// The number that the process ends with.
    public let rawValue: Int32

    /// An exit code by number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Done.
    public static let success = ExitCode(rawValue: 0)
    /// The machine failed (I/O error, disk full, out of memory): a retry can help.
    public static let machine = ExitCode(rawValue: 1)
    /// Wrong usage or pipeline, missing file, existing result, unwritable place, plan above the memory limit.
    public static let usage = ExitCode(rawValue: 2)
    /// The data are bad, or counts do not add up: a retry cannot help.
    public static let data = ExitCode(rawValue: 3)
    /// Interrupted by Ctrl-C.
    public static let interrupted = ExitCode(rawValue: 130)
    /// Told to end (SIGTERM).
    public static let terminated = ExitCode(rawValue: 143)

    /// The exit code of a fault.
    public init(_ fault: Fault) {
        switch fault {
        case .machine: self = .machine
        case .usage: self = .usage
        case .data: self = .data
        }
    }

    /// The exit code that an error stands for; an error that does not know its fault counts as the machine's.
    public init(_ error: any Error) {
        switch error {
        case let error as any SluiceError: self = error.exitCode
        case let error as any ClassifiedError: self = ExitCode(error.fault)
        case LinkError.failed(_, let cause): self = ExitCode(cause)
        case LinkError.cancelled, is CancellationError: self = .interrupted
        case is PoolExhausted: self = .data
        default: self = .machine
        }
    }
}

/// An error that knows its exit code, where a fault is not enough (interruptions).
public protocol SluiceError: Error, CustomStringConvertible {
    /// The exit code of a process that ends with it.
    var exitCode: ExitCode { get }
}

/// The text of an error on one line, without the program's name; what a damaged file put into it moves no cursor.
public func errorLine(_ error: any Error) -> String {
    let text =
        switch error {
        case LinkError.failed(let stage, let cause): "\(errorLine(cause)) (stage \(stage))"
        case LinkError.cancelled, is CancellationError: "interrupted: nothing was written: run again"
        default: String(describing: error)
        }
    let line = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces() }.joined(separator: " ")
    return line.unicodeScalars.reduce(into: "") { shown, scalar in
        if scalar.properties.generalCategory == .control {
            shown += scalar.escaped(asASCII: true)
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
}
