import Foundation
import Parameters
import Pipeline

/// What the running program consists of on this machine, sorted by how it comes into an image.
struct ProgramFiles: Sendable {
    /// The program itself.
    let program: String
    /// Libraries that no package of the system has brought (Swift's own), and the program's bundles of resources.
    let beside: [String]
    /// The packages of the system that brought the other libraries.
    let packages: [String]
    /// The image that has those packages, such as `debian:bookworm-slim`.
    let base: String

    /// Finds them out.
    ///
    /// - Throws: `PipelineError` on a system without Debian's packages.
    init() throws {
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath().path else {
            throw PipelineError(
                "the program cannot find itself", at: "export", mend: "start it by its full path",
                fault: .machine)
        }
        self.program = program
        base = try Self.baseImage(release: Self.text("/etc/os-release"))
        let libraries = Self.libraries(maps: Self.text("/proc/self/maps"))
        let owners = try PackageDatabase.owners(of: libraries)
        packages = Set(owners.values).sorted()
        let folder = PathParts(program).folderPrefix
        let bundles = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted()
            .filter { $0.hasPrefix("sluice_") && $0.hasSuffix(".resources") }
        beside = libraries.filter { owners[$0] == nil } + (bundles ?? []).map { folder + $0 }
    }

    /// A file's text, read until nothing comes any more: the system tells no size of its own files and gives them in
    /// pieces, the first of which Foundation takes for the whole.
    private static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The shared libraries among the mapped files of a process (`/proc/self/maps`), in the order of their names.
    static func libraries(maps: String) -> [String] {
        let paths = maps.split(separator: "\n").compactMap { line in
            line.firstIndex(of: "/").map { String(line[$0...]) }
        }
        return Set(paths).filter { path in
            let name = PathParts(path).name
            return name.hasSuffix(".so") || name.contains(".so.")
        }.sorted()
    }

    /// The image of the system that this machine runs.
    static func baseImage(release: String) throws -> String {
        var values: [Substring: String] = [:]
        for line in release.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1].filter { $0 != "\"" } }
        }
        switch (values["ID"], values["VERSION_CODENAME"]) {
        case ("debian", let name?): return "debian:\(name)-slim"
        case ("ubuntu", let name?): return "ubuntu:\(name)"
        default:
            throw PipelineError(
                "images are made of Debian's or Ubuntu's packages", at: "/etc/os-release",
                mend: "export on a machine that runs one of them")
        }
    }
}

/// Debian's record of which package brought which file.
enum PackageDatabase {
    /// The package of each file that has one.
    ///
    /// Since `/lib` became a link to `/usr/lib`, a package may list a file by either name.
    static func owners(of paths: [String]) throws -> [String: String] {
        let names = paths.flatMap { $0.hasPrefix("/usr/") ? [$0, String($0.dropFirst(4))] : [$0] }
        let lines = try search(names).split(separator: "\n")
        var packages: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstRange(of: ": ") else { continue }
            let package = line[..<colon.lowerBound].prefix { $0 != ":" && $0 != "," }
            packages[String(line[colon.upperBound...])] = String(package)
        }
        var owners: [String: String] = [:]
        for path in paths { owners[path] = packages[path] ?? packages[String(path.dropFirst(4))] }
        return owners
    }

    private static func search(_ paths: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/dpkg-query")
        process.arguments = ["--search"] + paths
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw PipelineError(
                "there is no dpkg-query to ask for packages", at: "/usr/bin/dpkg-query",
                mend: "export on a machine that runs Debian or Ubuntu")
        }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        // Ends with 1 when a file belongs to no package, which is an answer too.
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
