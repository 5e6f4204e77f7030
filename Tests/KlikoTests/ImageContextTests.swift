import Foundation
import Pipeline
import Stages
import TestSupport
import Testing

@testable import Kliko

@Suite struct ImageContextTests {
    @Test("Libraries are found among the mapped files of a process")
    func maps() {
        let maps = """
            55a37502c000-55a375af9000 r-xp 00000000 fe:00 1 /opt/sluice/sluice
            7f7f46b55000-7f7f46b57000 rw-p 00000000 00:00 0
            7f7f46b57000-7f7f46b59000 rw-p 0012a000 fe:00 2 /usr/lib/x86_64-linux-gnu/libpng16.so.16.39.0
            7f7f46b59000-7f7f46b5b000 rw-p 0012b000 fe:00 2 /usr/lib/x86_64-linux-gnu/libpng16.so.16.39.0
            7f7f46b5b000-7f7f46b5d000 rw-p 00000000 fe:00 3 /opt/swift/libswiftCore.so
            7ffc3a1f2000-7ffc3a213000 rw-p 00000000 00:00 0 [stack]
            """
        #expect(
            ProgramFiles.libraries(maps: maps)
                == ["/opt/swift/libswiftCore.so", "/usr/lib/x86_64-linux-gnu/libpng16.so.16.39.0"])
    }

    @Test("The image has the system that the program was built on")
    func base() throws {
        #expect(
            try ProgramFiles.baseImage(release: "NAME=\"Debian\"\nID=debian\nVERSION_CODENAME=bookworm\n")
                == "debian:bookworm-slim")
        #expect(
            try ProgramFiles.baseImage(release: "ID=\"ubuntu\"\nVERSION_CODENAME=noble") == "ubuntu:noble")
        for other in ["", "ID=fedora\nVERSION_CODENAME=\"\"", "ID=debian"] {
            #expect(complaint { try ProgramFiles.baseImage(release: other) }.contains("/etc/os-release"))
        }
    }

    @Test("A folder is made whole, never in the place of another thing")
    func folder() throws {
        let scratch = try Scratch()
        let context = try ImageContext(Container(stage: "autoflag", .builtIn))
        try context.write(to: scratch["image"], overwrite: false)
        let made = try FileManager.default.contentsOfDirectory(atPath: scratch["image"]).sorted()
        #expect(made == ["Dockerfile", "kliko", "kliko.yml", "sluice"])
        let recipe = try #require(scratch.text("image/Dockerfile"))
        #expect(recipe.contains("\nCMD [\"/kliko\"]\n") && !recipe.contains("ENTRYPOINT"))
        #expect(recipe.contains("        libc6 \\\n"))
        #expect(
            complaint { try context.write(to: scratch["image"] + "/", overwrite: false) }.contains(
                "--overwrite"))
        try scratch.write("old", to: "image/sluice/old")
        try context.write(to: scratch["image"], overwrite: true)
        #expect(scratch.text("image/sluice/old") == nil)
        try FileManager.default.createDirectory(atPath: scratch["mine"], withIntermediateDirectories: true)
        #expect(
            complaint { try context.write(to: scratch["mine"], overwrite: true) }.contains("only the folder"))
        for place in [scratch["missing/image"], scratch["image/Dockerfile/x"], "/proc/image"] {
            #expect(complaint { try context.write(to: place, overwrite: false) }.contains(place), "\(place)")
        }
        for place in ["", "/", "..", "a/.."] {
            #expect(complaint { try context.write(to: place, overwrite: true) }.contains("folder of its own"))
        }
        #expect(try scratch.names == ["image", "mine"])
    }

    /// A folder in a scratch folder, with what it holds.
    private func place(_ name: String, in scratch: Scratch) -> FolderPlace {
        FolderPlace(PathParts(scratch[name]))
    }

    @Test("A folder that cannot be replaced stays as it was, with what it held")
    func kept() throws {
        let scratch = try Scratch()
        let place = place("image", in: scratch)
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: false)
        try scratch.write("mine", to: "image/file")
        // The new folder is gone when its last move comes.
        #expect(throws: CocoaError.self) { try place.take() }
        place.clear()
        #expect(try scratch.names == ["image"] && scratch.text("image/file") == "mine")
    }

    @Test("A folder that a killed export had moved aside is put back; one that was replaced goes")
    func recovered() throws {
        let scratch = try Scratch()
        let place = place("image", in: scratch)
        let context = try ImageContext(Container(stage: "autoflag", .builtIn))
        try context.write(to: place.path, overwrite: false)
        try FileManager.default.moveItem(atPath: place.path, toPath: place.aside)
        try FileManager.default.createDirectory(atPath: place.partial, withIntermediateDirectories: false)
        #expect(complaint { try context.write(to: place.path, overwrite: false) }.contains("--overwrite"))
        #expect(try scratch.names == ["image"])
        try FileManager.default.copyItem(atPath: place.path, toPath: place.aside)
        try scratch.write("new", to: "image/new")
        try place.recover()
        #expect(try scratch.names == ["image"])
        #expect(scratch.text("image/new") == "new")
    }

    @Test("A pipeline file goes in as it is")
    func pipeline() throws {
        let scratch = try Scratch()
        let path = Shared.package.appending(path: "Pipelines/flag.yaml").path
        try ImageContext(Container(pipeline: path, .builtIn)).write(to: scratch["image"], overwrite: false)
        #expect(
            scratch.text("image/sluice/pipeline/flag.yaml")
                == (try String(contentsOfFile: path, encoding: .utf8)))
        let manifest = try ContainerManifest(path: scratch["image/sluice/container.json"])
        #expect(manifest.pipeline == "pipeline/flag.yaml" && manifest.stage == nil)
        #expect(complaint { try ContainerManifest(path: scratch["image/kliko.yml"]) }.contains("no manifest"))
        #expect(complaint { try ContainerManifest(path: scratch["missing"]) }.contains("SLUICE_CONTAINER"))
    }
}
