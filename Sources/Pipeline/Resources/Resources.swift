import CPlatform
import Foundation
import Parameters

/// What this machine and this job let a run have.
public struct Resources: Sendable {
    let environment: [String: String]
    let affinity: Int
    let physicalMemory: Int
    let groups: ControlGroups

    /// What the process finds around it.
    public init() {
        self.init(
            environment: ProcessInfo.processInfo.environment, affinity: Int(sluice_cpu_count()),
            physicalMemory: Int(clamping: ProcessInfo.processInfo.physicalMemory),
            groups: ControlGroups(root: "/"))
    }

    init(environment: [String: String], affinity: Int, physicalMemory: Int, groups: ControlGroups) {
        self.environment = environment
        self.affinity = affinity
        self.physicalMemory = physicalMemory
        self.groups = groups
    }

    /// CPUs that this process may use.
    public var cpus: Limit {
        guard let quota = groups.cpuQuota, quota < affinity else {
            return Limit(max(affinity, 1), origin: "CPUs this process may use")
        }
        return Limit(max(quota, 1), origin: "cgroup CPU quota")
    }

    /// Threads of a run: what was asked for, else SLUICE_THREADS, else all CPUs.
    ///
    /// - Throws: `PipelineError` when that is no number of threads or more than there are CPUs.
    public func threads(_ asked: Int?) throws -> Limit {
        let cpus = cpus
        let limit: Limit
        if let asked {
            limit = Limit(asked, origin: "--threads")
        } else if let text = environment["SLUICE_THREADS"], !text.isEmpty {
            guard let number = Int(text) else {
                throw PipelineError(
                    "'\(text)' is no number of threads", at: "SLUICE_THREADS", mend: "write 1 or more")
            }
            limit = Limit(number, origin: "SLUICE_THREADS")
        } else {
            return cpus
        }
        guard limit.value >= 1 else {
            throw PipelineError(
                "\(limit.value) is no number of threads", at: limit.origin, mend: "write 1 or more")
        }
        guard limit.value <= cpus.value else {
            throw PipelineError(
                "\(limit.value) threads are more than there are", at: limit.origin,
                mend: "use at most \(cpus.value) (\(cpus.origin))")
        }
        return limit
    }

    /// Memory of a run: what was asked for, else SLUICE_MEMORY, else 80 % of the least of the limits around.
    ///
    /// - Throws: `PipelineError` when that is no size.
    public func memory(_ asked: Int?) throws -> Limit {
        if let asked {
            guard asked > 0 else {
                throw PipelineError(
                    "\(asked) bytes is no memory", at: "--memory", mend: "write a size such as 8GiB")
            }
            return Limit(asked, origin: "--memory")
        }
        if let text = environment["SLUICE_MEMORY"], !text.isEmpty {
            guard let size = try? ByteCount(RawText(text), .bytes), size.bytes > 0 else {
                throw PipelineError(
                    "'\(text)' is no size", at: "SLUICE_MEMORY", mend: "write a size such as 8GiB")
            }
            return Limit(size.bytes, origin: "SLUICE_MEMORY")
        }
        var limits = [Limit(physicalMemory, origin: "RAM")]
        if let bytes = groups.memoryLimit { limits.append(Limit(bytes, origin: "cgroup limit")) }
        limits += slurmLimits
        let least = limits.min { $0.value < $1.value } ?? limits[0]
        return Limit(least.value / 5 * 4, origin: "80 % of \(least.origin)")
    }

    /// What Slurm gave the job, in its MiB.
    private var slurmLimits: [Limit] {
        func number(_ name: String) -> Int? {
            environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        }
        if let node = number("SLURM_MEM_PER_NODE") {
            return [Limit(saturatingProduct(node, 1 << 20), origin: "SLURM_MEM_PER_NODE")]
        }
        guard let each = number("SLURM_MEM_PER_CPU") else { return [] }
        let cpus = number("SLURM_CPUS_ON_NODE") ?? number("SLURM_CPUS_PER_TASK") ?? cpus.value
        return [
            Limit(
                saturatingProduct(saturatingProduct(each, cpus), 1 << 20),
                origin: "SLURM_MEM_PER_CPU x \(cpus) CPUs")
        ]
    }

    /// Keeps this process on so many of its CPUs; to be called before the first task runs.
    ///
    /// - Throws: `SystemError` when the system refuses.
    public static func limitCPUs(to count: Int) throws(SystemError) {
        let number = sluice_limit_cpus(Int32(clamping: count))
        if number != 0 { throw SystemError("cannot set the CPU affinity", "\(count) CPUs", number: number) }
    }
}
