import Pipeline

/// The exit code of a run; ArgumentParser has an `ExitCode` of its own.
typealias RunExit = ExitCode
