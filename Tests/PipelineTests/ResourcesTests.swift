import CPlatform
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite("What machine and job allow") struct ResourcesTests {
    /// A tree of files as a kernel would show them.
    private func groups(_ files: [String: String]) throws -> ControlGroups {
        let folder = try Scratch()
        for (name, text) in files {
            let path = folder[name]
            try FileManager.default.createDirectory(
                atPath: PathParts(path).folder, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
        return withExtendedLifetime(folder) { ControlGroups(root: folder.path) }
    }

    private func resources(
        _ environment: [String: String] = [:], groups: ControlGroups = ControlGroups(root: "/none")
    ) -> Resources {
        Resources(environment: environment, affinity: 8, physicalMemory: 100 << 30, groups: groups)
    }

    @Test("version 2: the least of a group and those around it")
    func version2() throws {
        let groups = try groups([
            "proc/self/cgroup": "0::/user.slice/job_7\n",
            "sys/fs/cgroup/user.slice/memory.max": "4294967296\n",
            "sys/fs/cgroup/user.slice/job_7/memory.max": "max\n",
            "sys/fs/cgroup/user.slice/job_7/cpu.max": "250000 100000\n",
            "sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
        ])
        #expect(groups.memoryLimit == 4 << 30)
        #expect(groups.cpuQuota == 3)
        #expect(try resources(groups: groups).threads(nil) == Limit(3, origin: "cgroup CPU quota"))
        let memory = try resources(groups: groups).memory(nil)
        #expect(memory == Limit((4 << 30) / 5 * 4, origin: "80 % of cgroup limit"))
    }

    @Test("version 1, its group not visible from inside a container")
    func version1() throws {
        let groups = try groups([
            "proc/self/cgroup":
                "9:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/x\nnonsense\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        ])
        #expect(groups.memoryLimit == 1 << 30)
        #expect(groups.cpuQuota == 4)
    }

    @Test("no limit: all CPUs, 80 % of RAM")
    func unlimited() throws {
        let groups = try groups([
            "proc/self/cgroup": "0::/\n4:cpu:/\n9:memory:/\n", "sys/fs/cgroup/memory.max": "max",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        ])
        #expect(try resources(groups: groups).threads(nil) == Limit(8, origin: "CPUs this process may use"))
        #expect(try resources(groups: groups).memory(nil) == Limit(80 << 30, origin: "80 % of RAM"))
    }

    @Test("Slurm's limits of memory count")
    func slurm() throws {
        #expect(
            try resources(["SLURM_MEM_PER_NODE": "10240"]).memory(nil)
                == Limit(8 << 30, origin: "80 % of SLURM_MEM_PER_NODE"))
        #expect(
            try resources(["SLURM_MEM_PER_CPU": "1280", "SLURM_CPUS_ON_NODE": "4"]).memory(nil)
                == Limit(4 << 30, origin: "80 % of SLURM_MEM_PER_CPU x 4 CPUs"))
        #expect(try resources(["SLURM_MEM_PER_NODE": "0"]).memory(nil).origin == "80 % of RAM")
    }

    @Test("options win over variables, variables over defaults")
    func order() throws {
        let set = resources(["SLUICE_THREADS": "2", "SLUICE_MEMORY": "3GiB"])
        #expect(try set.threads(nil) == Limit(2, origin: "SLUICE_THREADS"))
        #expect(try set.threads(5) == Limit(5, origin: "--threads"))
        #expect(try set.memory(nil) == Limit(3 << 30, origin: "SLUICE_MEMORY"))
        #expect(try set.memory(1 << 20) == Limit(1 << 20, origin: "--memory"))
    }

    @Test("nonsense and more threads than there are is refused")
    func refused() {
        func message(_ environment: [String: String], threads: Int? = nil) -> String? {
            do {
                _ = try resources(environment).threads(threads)
                _ = try resources(environment).memory(nil)
                return nil
            } catch { return "\(error)" }
        }
        #expect(
            message([:], threads: 9)
                == "9 threads are more than there are: --threads: use at most 8 (CPUs this process may use)")
        #expect(
            message(["SLUICE_THREADS": "many"])
                == "'many' is no number of threads: SLUICE_THREADS: write 1 or more")
        #expect(message(["SLUICE_MEMORY": "8"]) == "'8' is no size: SLUICE_MEMORY: write a size such as 8GiB")
        #expect(message(["SLUICE_THREADS": "", "SLUICE_MEMORY": ""]) == nil)
    }

    @Test("this machine has CPUs and memory, and can run this build")
    func here() throws {
        #expect(try Resources().threads(nil).value >= 1)
        #expect(try Resources().memory(nil).value > 1 << 20)
        #expect(sluice_cpu_below_build() == 0)
        #expect(sluice_peak_resident() > 1 << 20)
    }

    @Test("a CPU lacks x86-64-v3 if any of its parts is missing")
    func levels() {
        let all: [UInt32] = [0x3840_1000 | 1 << 27, 0x128, 0x20, 6]
        #expect(sluice_lacks_v3(all[0], all[1], all[2], all[3]) == 0)
        for (register, bits) in [(0, [12, 22, 27, 28, 29]), (1, [3, 5, 8]), (2, [5]), (3, [1, 2])] {
            for bit in bits {
                var less = all
                less[register] &= ~(1 << UInt32(bit))
                #expect(sluice_lacks_v3(less[0], less[1], less[2], less[3]) != 0)
            }
        }
    }

    @Test("and x86-64-v4 if any of AVX-512 is")
    func widestLevel() {
        let (leaf7, saved): (UInt32, UInt32) = (0xD003_0000, 0xE6)
        #expect(sluice_lacks_v4(leaf7, saved) == 0)
        for bit in [16, 17, 28, 30, 31] { #expect(sluice_lacks_v4(leaf7 & ~(1 << UInt32(bit)), saved) != 0) }
        for bit in [1, 2, 5, 6, 7] { #expect(sluice_lacks_v4(leaf7, saved & ~(1 << UInt32(bit))) != 0) }
    }
}
