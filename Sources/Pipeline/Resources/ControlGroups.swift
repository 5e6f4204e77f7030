import Foundation

/// The limits of the control groups (Linux cgroups, version 1 and 2) that a process is in, and of those around them.
struct ControlGroups: Sendable {
    /// CPUs that the quota allows, rounded up; nil without one.
    let cpuQuota: Int?
    /// Memory limit, bytes; nil without one.
    let memoryLimit: Int?

    /// Reads the limits below a root folder, which is `/` except in tests.
    init(root: String) {
        let root = root.hasSuffix("/") ? root : root + "/"
        func read(_ path: String) -> String? {
            try? String(contentsOfFile: root + path, encoding: .utf8).trimmingSpaces()
        }
        var quotas: [Double] = []
        var limits: [Int] = []
        for line in (read("proc/self/cgroup") ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            for group in Self.around(parts[2]) {
                if parts[1].isEmpty {
                    for mount in ["sys/fs/cgroup", "sys/fs/cgroup/unified"] {
                        let max = (read(mount + group + "cpu.max") ?? "").split(separator: " ").map {
                            Double($0)
                        }
                        if max.count == 2, let quota = max[0], let period = max[1], period > 0 {
                            quotas.append(quota / period)
                        }
                        limits += (read(mount + group + "memory.max").flatMap { Int($0) }).map { [$0] } ?? []
                    }
                }
                if controllers.contains("cpu") {
                    let folder = "sys/fs/cgroup/cpu" + group
                    if let quota = read(folder + "cpu.cfs_quota_us").flatMap({ Double($0) }), quota > 0,
                        let period = read(folder + "cpu.cfs_period_us").flatMap({ Double($0) }), period > 0
                    {
                        quotas.append(quota / period)
                    }
                }
                if controllers.contains("memory") {
                    limits +=
                        (read("sys/fs/cgroup/memory" + group + "memory.limit_in_bytes").flatMap { Int($0) })
                        .map { [$0] } ?? []
                }
            }
        }
        cpuQuota = quotas.filter { $0 > 0 && $0 < 1e6 }.min().map { Int($0.rounded(.up)) }
        memoryLimit = limits.filter { $0 > 0 }.min()
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
