import Foundation

/// Outside programs that some tests compare with.
enum Peers {
    /// Folder of the peers: `SLUICE_PEERS`, else `~/.cache/sluice-peers`.
    static let folder =
        ProcessInfo.processInfo.environment["SLUICE_PEERS"] ?? NSHomeDirectory() + "/.cache/sluice-peers"
    /// A Python with astropy, if there is one.
    static let python = interpreter("modern")
    /// A Python with katpoint, if there is one.
    static let katdal = interpreter("katdal")

    private static func interpreter(_ group: String) -> String? {
        let path = "\(folder)/\(group)/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Runs a Python script with arguments and returns the numbers that it prints.
    static func numbers(_ script: String, _ arguments: [String], python: String? = python) throws -> [Double]
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "/nonexistent")
        process.arguments = ["-W", "ignore", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
            Double($0)
        }
    }
}
