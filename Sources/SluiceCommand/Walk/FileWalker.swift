import CPlatform
import Foundation
import Parameters
import Pipeline

/// Looks at files from a process of its own, so that a damaged one cannot crash this one.
///
/// libhdf5 trusts what it reads: damaged metadata can crash it or keep it busy for ever. This program is run anew, bounded
/// in time and memory, to open the files by the code that is going to open them here. If it ends by itself, with an
/// error or without, they may be opened. Each file gets a process, and so a limit, of its own.
struct FileWalker: Sendable {
    /// Wall-clock seconds that a file may take, most of them waiting; 0 looks at none.
    var seconds: UInt32
    /// Seconds of CPU that a file may take: whole ones take a few hundredths.
    var cpuSeconds: UInt32 { max(seconds / 3, 1) }
    /// Bytes of memory that the run may take.
    let memory: Int
    /// Bytes of memory that the process may take.
    let bytes: Int

    /// The environment variable that sets the seconds.
    static let variable = "SLUICE_WALK_SECONDS"
    /// The environment variable that sets the memory.
    static let memoryVariable = "SLUICE_WALK_MEMORY"

    /// As the environment says: 60 seconds unless `SLUICE_WALK_SECONDS` says otherwise, and the memory of the run, at least
    /// 2 GiB, unless `SLUICE_WALK_MEMORY` says otherwise.
    ///
    /// - Parameter memory: bytes that the run was told to take at most; nil for the default of `Resources`.
    /// - Throws: `PipelineError` when one of them is no number of seconds or no size.
    init(
        memory: Int? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.memory = try Resources().memory(memory).value
        bytes =
            try environment[Self.memoryVariable].map { try RunFlags.bytes($0, Self.memoryVariable) }
            ?? max(self.memory, 2 << 30)
        guard let text = environment[Self.variable] else {
            seconds = 60
            return
        }
        guard let seconds = UInt32(text), seconds <= 86400 else {
            throw PipelineError(
                "'\(text)' is no number of seconds", at: Self.variable,
                mend: "use 1 to 86400, or 0 to open files without looking at them first")
        }
        self.seconds = seconds
    }

    /// The inspection of a run.
    var inspection: InputInspection { { try inspect($0, for: $1) } }

    /// Looks at files.
    ///
    /// - Throws: `PipelineError` that names the first file that must not be opened: data fault when it crashes the
    ///   process or keeps it busy, machine fault when it takes too long; `CancellationError` when the process is told to
    ///   end.
    func inspect(_ paths: [String], for use: InputUse) throws {
        guard seconds > 0 else { return }
        for path in paths {
            if let end = try walk(path, use) { throw error(end, path) }
        }
    }

    /// How a process ended that did not end well.
    private enum End {
        case signal(Int32)
        case outOfMemory
    }

    /// Runs the process; what ended it, if it was not done.
    private func walk(_ path: String, _ use: InputUse) throws -> End? {
        // Never by the name that this process has: under another one the program does other things.
        var arguments = ["sluice", WalkFile.name]
        arguments += ["--seconds", "\(seconds)", "--cpu-seconds", "\(cpuSeconds)"]
        arguments += ["--bytes", "\(bytes)", "--memory", "\(memory)"]
        if use == .copying { arguments.append("--copying") }
        var environment = ProcessInfo.processInfo.environment
        // Who waits for the process needs its end, not a picture of it.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        var status: Int32 = 0
        let failed = Self.withCStrings(arguments + ["--", path]) { arguments in
            Self.withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                sluice_run_self(arguments, environment, &status)
            }
        }
        guard failed == 0 else {
            throw SystemError("the process that looks at it cannot be run", path, number: failed)
        }
        let signal = status & 0x7f
        if signal != 0 { return .signal(signal) }
        return status >> 8 & 0xff == Int32(sluice_out_of_memory) ? .outOfMemory : nil
    }

    private func error(_ end: End, _ path: String) -> any Error {
        switch end {
        case .signal(let signal): error(signal, path)
        case .outOfMemory:
            PipelineError(
                "its metadata take more than \(byteText(bytes)) of memory", at: path,
                mend:
                    "raise --memory or set \(Self.memoryVariable); if it still takes more, the file is damaged",
                fault: .machine)
        }
    }

    private func error(_ signal: Int32, _ path: String) -> any Error {
        switch signal {
        case SIGINT, SIGTERM, SIGHUP, SIGQUIT: CancellationError()
        case SIGALRM:
            PipelineError(
                "its metadata could not be read within \(seconds) s", at: path,
                mend: "try again or set \(Self.variable); if it stays so, the file is damaged",
                fault: .machine)
        case SIGXCPU:
            PipelineError(
                "libhdf5 cannot read its metadata (no end after \(cpuSeconds) s of work)", at: path,
                mend: "the file is damaged: fetch it again", fault: .data)
        case SIGKILL:
            PipelineError(
                "the process that looks at it was killed", at: path, mend: "try again with more memory",
                fault: .machine)
        default:
            PipelineError(
                "libhdf5 cannot read its metadata (crashed with \(Self.name(of: signal)))", at: path,
                mend: "the file is damaged: fetch it again", fault: .data)
        }
    }

    private static func name(of signal: Int32) -> String {
        let names = [
            SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGABRT: "SIGABRT", SIGFPE: "SIGFPE", SIGILL: "SIGILL",
            SIGTRAP: "SIGTRAP", SIGSYS: "SIGSYS",
        ]
        return names[signal] ?? "signal \(signal)"
    }

    /// Texts as C wants them, ending with a null pointer.
    private static func withCStrings<R>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> R
    ) rethrows -> R {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return try body(copies + [nil])
    }
}
