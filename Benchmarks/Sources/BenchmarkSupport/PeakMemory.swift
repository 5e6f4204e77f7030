import Foundation

/// The most memory of this process that was resident at a time; Linux only.
public enum PeakMemory {
    /// Starts anew from what is resident now.
    public static func reset() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
    }

    /// MiB since the last reset; nil where the system does not tell.
    public static var mebibytes: Double? {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
    }
}
