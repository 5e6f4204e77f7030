import Foundation

/// Programs of others that give a second opinion, where they are installed.
public enum Peers {
    /// Their folder: `SLUICE_PEERS`, else `~/.cache/sluice-peers`.
    public static let folder =
        ProcessInfo.processInfo.environment["SLUICE_PEERS"] ?? NSHomeDirectory() + "/.cache/sluice-peers"
    /// A Python with astropy, h5py and pillow, if there is one.
    public static let modern = python("modern")
    /// A Python with katdal and katpoint, if there is one.
    public static let katdal = python("katdal")

    /// A Python with kliko 0.8, if there is one.
    public static let kliko = python("kliko")

    private static func python(_ environment: String) -> String? {
        let path = "\(folder)/\(environment)/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Runs a program on one thread; its exit status and what it printed, complaints among it if they are wanted.
    @discardableResult public static func run(
        _ program: String?, _ arguments: [String], withErrors: Bool = false
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program ?? "/nonexistent")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["OPENBLAS_NUM_THREADS": "1"]) {
            $1
        }
        let pipe = Pipe()
        process.standardOutput = pipe
        if withErrors { process.standardError = pipe }
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Runs a Python script with arguments and returns the numbers that it prints.
    public static func numbers(
        _ python: String?, _ script: String, _ arguments: [String]
    ) throws -> [Double] {
        try run(python, ["-W", "ignore", "-c", script] + arguments).output.split(
            whereSeparator: \.isWhitespace
        )
        .compactMap { Double($0) }
    }
}
