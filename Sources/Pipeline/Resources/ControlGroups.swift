import Foundation

/// The limits of the control groups (Linux cgroups, version 1 and 2) that a process is in, and of those around them.
struct ControlGroups: Sendable {
    /// CPUs that the quota allows, rounded up; nil without one.
    let cpuQuota: Int?
    /// Memory limit, bytes; nil without one.
    let memoryLimit: Int?

    /// Reads the limits below a root folder, which is `/` except in tests.
    init(root: String) {
        let files = Files(root: root.hasSuffix("/") ? root : root + "/")
        var quotas: [Double] = []
        var limits: [Int] = []
        for line in files.text("proc/self/cgroup").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = Set(parts[1].split(separator: ","))
            for group in Self.around(parts[2]) {
                if parts[1].isEmpty {
                    for mount in ["sys/fs/cgroup", "sys/fs/cgroup/unified"] {
                        quotas += files.quota2(mount + group)
                        limits += files.limit(mount + group + "memory.max")
                    }
                }
                if controllers.contains("cpu") { quotas += files.quota1("sys/fs/cgroup/cpu" + group) }
                if controllers.contains("memory") {
                    limits += files.limit("sys/fs/cgroup/memory" + group + "memory.limit_in_bytes")
                }
            }
        }
        cpuQuota = quotas.filter { $0 < 1e6 }.min().map { Int($0.rounded(.up)) }
        memoryLimit = limits.min()
    }

    /// The folders of a group and of all groups around it, each with a slash at both ends.
    private static func around(_ group: Substring) -> [String] {
        var names = group.split(separator: "/")
        var folders: [String] = []
        while !names.isEmpty {
            folders.append("/" + names.joined(separator: "/") + "/")
            names.removeLast()
        }
        return folders + ["/"]
    }
}

/// The files of a kernel; one that is missing or says `max` or -1 sets no limit.
private struct Files {
    let root: String

    func text(_ path: String) -> String {
        ((try? String(contentsOfFile: root + path, encoding: .utf8)) ?? "").trimmingSpaces()
    }

    /// Bytes.
    func limit(_ path: String) -> [Int] { [Int(text(path)) ?? 0].filter { $0 > 0 } }

    /// CPUs by version 2: quota and period in one file.
    func quota2(_ folder: String) -> [Double] {
        cpus(text(folder + "cpu.max").split(separator: " ").map(String.init))
    }

    /// CPUs by version 1: quota and period in a file each.
    func quota1(_ folder: String) -> [Double] {
        cpus([text(folder + "cpu.cfs_quota_us"), text(folder + "cpu.cfs_period_us")])
    }

    private func cpus(_ texts: [String]) -> [Double] {
        guard texts.count == 2, let quota = Double(texts[0]), let period = Double(texts[1]) else { return [] }
        return quota > 0 && period > 0 ? [quota / period] : []
    }
}
