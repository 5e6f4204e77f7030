import Foundation
import Kliko
import Pipeline
import Stages
import TestSupport
import Testing

/// The program as a container: exported, and started as `/kliko` in a scratch folder.
@Suite(.serialized) struct KlikoTests {
    /// A folder with the entry point of one container and all that a runner gives it.
    private struct Folder {
        let scratch: Scratch

        /// A container without copies of the program: its manifest and its `kliko.yml` beside a link.
        init(_ subject: String, input: String? = nil, io: String = "split") throws {
            scratch = try Scratch()
            let isFile = subject.hasSuffix(".yaml")
            let container =
                try isFile ? Container(pipeline: subject, .builtIn) : Container(stage: subject, .builtIn)
            let manifest = isFile ? ContainerManifest(pipeline: "p.yaml") : ContainerManifest(stage: subject)
            if isFile { try FileManager.default.copyItem(atPath: subject, toPath: scratch["p.yaml"]) }
            try scratch.write(manifest.json, to: "container.json")
            try scratch.write(
                container.document.yaml.replacing("io: split", with: "io: \(io)"), to: "kliko.yml")
            try FileManager.default.createSymbolicLink(
                atPath: scratch["kliko"], withDestinationPath: Program.path.path)
            for name in ["input", "output", "param_files"] {
                try FileManager.default.createDirectory(
                    atPath: scratch[name], withIntermediateDirectories: true)
            }
            if let input {
                try FileManager.default.copyItem(atPath: input, toPath: scratch["input/night.h5"])
            }
        }

        /// Runs the entry point with the given parameters.
        func run(_ parameters: String, _ environment: [String: String] = [:]) throws -> Program.Outcome {
            try scratch.write(parameters, to: "parameters.json")
            let places = [
                "INPUT": "input", "OUTPUT": "output", "WORK": "input", "PARAM_FILES": scratch["param_files"],
                "KLIKO_FILE": "kliko.yml", "PARAM_FILE": "parameters.json",
                "SLUICE_CONTAINER": "container.json",
            ]
            return try Program.finish(
                Program.start(
                    [], in: scratch.url, as: URL(filePath: scratch["kliko"]),
                    environment: places.merging(environment) { $1 }))
        }

        /// The names of results.
        var results: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: scratch["output"]).sorted() }
        }
    }

    /// What each stage needs to run on the small observation; nothing for those that are not listed.
    private static let parameters = [
        "simulate": """
        {"antennas": 3, "channels": "4", "plan": "slew*1 t*2", "sky": null, "dump": "4s", "frequency": "1.4GHz",
         "bandwidth": "10MHz", "gains": "none", "truth": "truth.json", "window": ""}
        """,
        "select":
            #"{"channels": "0~7", "autocorrelations": "drop", "pattern": "*.h5", "antennas": null}"#,
        "mask": #"{"mask": "/param_files/mask", "mode": "or"}"#,
        "average": #"{"times": 2, "channels": "4"}"#,
        "predict": #"{"model": "/param_files/model", "mode": "subtract"}"#,
        "image":
            #"{"cell": "10arcsec", "size": 64, "psf": false, "png": "False", "threads": 1, "memory": "1GiB"}"#,
    ]

    @Test("Each stage runs between the mounted folders", arguments: StageRegistry.builtIn.names)
    func stage(name: String) throws {
        let folder = try Folder(name, input: SmallObservation.path)
        try folder.scratch.write("1380 1389.59 MHz\n", to: "param_files/mask")
        try folder.scratch.write("04:00:00 -35:00:00 1\n", to: "param_files/model")
        let outcome = try folder.run(Self.parameters[name] ?? "{}")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let results = try folder.results
        let base = name == "simulate" ? "simulate" : "night"
        #expect(results.contains("\(base)-report.json"), "\(results)")
        #expect(results.count >= 2 && !results.contains { $0.contains("partial") }, "\(results)")
        #expect(try Self.files(folder.scratch["input"]) == ["night.h5"])
        let again = try folder.run(Self.parameters[name] ?? "{}")
        #expect(again.code == 2 && again.errors.contains("result exists"), "\(again.errors)")
    }

    @Test("A stage in a container gives the bits that it gives on the command line")
    func sameBits() throws {
        let folder = try Folder("image", input: SmallObservation.path)
        // HDF5, but nothing that could be read; and a report of the container before.
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]).write(
            to: URL(filePath: folder.scratch["input/solutions.h5"]))
        try folder.scratch.write("{}", to: "input/night-report.json")
        let outcome = try folder.run(try #require(Self.parameters["image"]))
        #expect(outcome.code == 0, "\(outcome.errors)")
        let direct = try Program.run(
            "stage", "image", "--input", folder.scratch["input/night.h5"], "--output", "night", "--cell",
            "10arcsec",
            "--size", "64", "--psf", "no", "--png", "no", "-q", in: folder.scratch.url)
        #expect(direct.code == 0, "\(direct.errors)")
        let (one, other) = try (
            Data(contentsOf: URL(filePath: folder.scratch["output/night-dirty.fits"])),
            Data(contentsOf: URL(filePath: folder.scratch["night-dirty.fits"]))
        )
        #expect(one == other)
    }

    @Test(
        "What is wrong ends with 2 and one line that names the field, and leaves nothing",
        arguments: [
            ("image", "{}", "cell is missing"),
            ("image", #"{"cell": null}"#, "cell is missing"),
            ("image", #"{"cell": 2}"#, "write 2arcsec"),
            ("image", #"{"cell": "2arcsec", "sise": 3}"#, "did you mean 'size'?"),
            ("image", #"{"cell": "2arcsec", "size": 3.5}"#, "field 'size'"),
            ("image", #"{"cell": "2arcsec", "size": 70000}"#, "out of range"),
            ("image", #"{"cell": "2arcsec", "psf": "perhaps"}"#, "field 'psf'"),
            ("image", #"{"cell": "2arcsec", "threads": "many"}"#, "field 'threads'"),
            ("image", #"{"cell": "2arcsec", "threads": 4000}"#, "4000"),
            ("image", #"{"cell": "2arcsec", "memory": "much"}"#, "much"),
            ("image", #"{"cell": "2arcsec", "memory": "1MiB"}"#, "memory"),
            ("image", #"{"cell": "2arcsec", "overwrite": "maybe"}"#, "field 'overwrite'"),
            ("autoflag", #"{"pattern": "*.ms"}"#, "'*.ms'"),
            ("autoflag", #"{"threshold": "low"}"#, "field 'threshold'"),
            ("autoflag", "[1]", "parameters.json"),
            ("mask", "{}", "mask is missing"),
            ("mask", #"{"mask": "/param_files/mask"}"#, "no file"),
            ("select", #"{"antennas": "m007"}"#, "m007"),
            ("simulate", #"{"truth": "/tmp/truth.json"}"#, "outside"),
        ])
    func wrong(stage: String, parameters: String, mentions: String) throws {
        let folder = try Folder(stage, input: SmallObservation.path)
        let outcome = try folder.run(parameters)
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(mentions), "\(outcome.errors)")
        #expect(try folder.results.allSatisfy { $0.hasSuffix("-report.json") })
    }

    @Test(
        "A container that its runner gives too little says what is missing",
        arguments: [
            ("KLIKO_FILE", "none.yml", "none.yml"), ("PARAM_FILE", "none.json", "none.json"),
            ("INPUT", "none", "INPUT"), ("OUTPUT", "none", "OUTPUT"), ("SLUICE_CONTAINER", "none", "none"),
            ("INPUT", "param_files", "no observation"),
        ])
    func missing(variable: String, value: String, mentions: String) throws {
        let folder = try Folder("autoflag", input: SmallObservation.path)
        let outcome = try folder.run("{}", [variable: value])
        #expect(outcome.code == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(mentions), "\(outcome.errors)")
    }

    @Test("Data that are bad end with 3, in a container too")
    func badData() throws {
        let folder = try Folder("autoflag", input: SmallObservation.path)
        let whole = try Data(contentsOf: URL(filePath: folder.scratch["input/night.h5"]))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: folder.scratch["input/night.h5"]))
        let outcome = try folder.run("{}")
        #expect(outcome.code == 3 && outcome.errorLines.count == 1, "\(outcome.errors)")
    }

    @Test("Containers hand observations on, and a container of io: join works in one folder")
    func chain() throws {
        let first = try Folder("autoflag", input: SmallObservation.path)
        #expect(try first.run("{}").code == 0)
        let second = try Folder("average")
        let averaged = try second.run(#"{"times": 2}"#, ["INPUT": first.scratch["output"]])
        #expect(averaged.code == 0, "\(averaged.errors)")
        let joined = try Folder("mask", input: SmallObservation.path, io: "join")
        try joined.scratch.write("meerkat-l", to: "param_files/mask")
        let outcome = try joined.run(#"{"mask": "/param_files/mask"}"#)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            try Self.files(joined.scratch["input"]).filter { !$0.hasSuffix(".json") }.count == 2
                && joined.results.isEmpty)
    }

    @Test("A container reads its manifest once")
    func manifestOnce() throws {
        let folder = try Folder("autoflag", input: SmallObservation.path)
        let watch = inotify_init1(Int32(IN_NONBLOCK))
        defer { close(watch) }
        // Closing tells one opening from the next: equal events in a row are given as one.
        inotify_add_watch(watch, folder.scratch["container.json"], UInt32(IN_OPEN | IN_CLOSE_NOWRITE))
        #expect(try folder.run("{}").code == 0)
        var events = [UInt8](repeating: 0, count: 4096)
        #expect(read(watch, &events, events.count) == 2 * MemoryLayout<inotify_event>.size)
    }

    @Test("Several observations are read as one where a pattern chooses them")
    func several() throws {
        let folder = try Folder("average")
        for (name, times) in [("first", "~96s"), ("second", "96s~")] {
            let part = try Program.run(
                "stage", "select", "--input", SmallObservation.path, "--times", times, "--output",
                "input/\(name).h5", "--report", "\(name).json", "-q", in: folder.scratch.url)
            #expect(part.code == 0, "\(part.errors)")
        }
        let undecided = try folder.run(#"{"times": 2}"#)
        #expect(undecided.code == 2 && undecided.errors.contains("choose with the field pattern"))
        let outcome = try folder.run(#"{"times": 2, "pattern": "*.h5"}"#)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let info = try Program.run(
            "info", folder.scratch["output/first" + Container.observationSuffix], "--json")
        let summaries = try JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [[String: Any]]
        #expect(summaries?.first?["dumps"] as? Int == 12)
    }

    @Test("A pipeline runs as one container; its fields are its inputs and its stages' parameters")
    func pipeline() throws {
        let path = Program.root.appending(path: "Pipelines/meerkat-quicklook.yaml").path
        let folder = try Folder(path, input: SmallObservation.path)
        try folder.scratch.write("1380 1389.59 MHz\n", to: "input/own.txt")
        let outcome = try folder.run(
            """
            {"mask": "own.txt", "image_size": "128", "image_cell": "5arcsec", "image_psf": false, "autoflag_hop": 32,
             "average_smearing": null, "read_target": null, "overwrite": "yes"}
            """)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            try folder.results == ["quicklook-dirty.fits", "quicklook-dirty.png", "quicklook-report.json"])
        let wrong = try folder.run(#"{"image_size": "big"}"#)
        #expect(wrong.code == 2 && wrong.errors.contains("field 'image_size'"), "\(wrong.errors)")
    }

    @Test("SIGTERM ends a container with 143")
    func terminated() throws {
        let folder = try Folder("simulate")
        try folder.scratch.write(
            #"{"antennas": 32, "channels": 512, "plan": "slew*1 t*2000"}"#, to: "parameters.json")
        let run = try Program.start(
            [], in: folder.scratch.url, as: URL(filePath: folder.scratch["kliko"]),
            environment: [
                "OUTPUT": "output", "KLIKO_FILE": "kliko.yml", "PARAM_FILE": "parameters.json",
                "SLUICE_CONTAINER": "container.json",
            ])
        for _ in 0..<600
        where try !folder.results.contains(where: { $0.contains("partial") }) && run.process.isRunning {
            Thread.sleep(forTimeInterval: 0.1)
        }
        kill(run.process.processIdentifier, SIGTERM)
        let outcome = try Program.finish(run)
        #expect(outcome.code == 143, "\(outcome.errors)")
        #expect(try folder.results == ["simulate-report.json"])
    }

    @Test("An exported folder runs by itself, without the machine's Swift in its environment")
    func exported() throws {
        let scratch = try Scratch()
        let made = try Program.run("export", "kliko", "autoflag", "--output", "image", in: scratch.url)
        #expect(made.code == 0, "\(made.errors)")
        let refused = try Program.run("export", "kliko", "autoflag", "--output", "image", in: scratch.url)
        #expect(refused.code == 2 && refused.errors.contains("--overwrite"), "\(refused.errors)")
        let unknown = try Program.run("export", "kliko", "autoflg", "--output", "other", in: scratch.url)
        #expect(unknown.code == 2 && unknown.errors.contains("did you mean 'autoflag'?"), "\(unknown.errors)")
        for name in ["input", "output"] {
            try FileManager.default.createDirectory(atPath: scratch[name], withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: SmallObservation.path, toPath: scratch["input/night.h5"])
        try scratch.write("{}", to: "parameters.json")
        let run = try Program.finish(
            Program.start(
                [], in: scratch.url, as: URL(filePath: scratch["image/kliko"]),
                environment: [
                    "INPUT": "input", "OUTPUT": "output", "KLIKO_FILE": "image/kliko.yml",
                    "PARAM_FILE": "parameters.json",
                ]))
        #expect(run.code == 0, "\(run.errors)")
        #expect(
            try Self.files(scratch["output"]) == ["night-report.json", "night" + Container.observationSuffix])
        #expect(try scratch.names == ["image", "input", "output", "parameters.json"])
    }

    private static func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
