import ArgumentParser

/// What `sluice benchmark` is asked for.
struct BenchmarkOptions: ParsableArguments, Sendable {
    @Argument(help: "A stage, a pipeline file, or all (the default).", completion: Completions.subjects)
    var subject: String?
    @Argument(
        help: "KEY=VALUE: a parameter of the stage; STAGE.PARAMETER, or an input of the pipeline.",
        completion: Completions.keys)
    var settings: [String] = []
    @Option(
        name: [.customShort("j"), .long], parsing: .singleValue,
        help: "Numbers of threads, each measured by itself, such as 1,4; default: 1 and all CPUs.")
    var threads: [String] = []
    @Option(help: "Timed rounds, after a first one that is not timed.") var rounds = 3
    @Option(help: "The size of the simulated data.") var simulate = "16x512x4x1536s@8s"
    @Option(
        help: "Measure with the samples of this observation instead of simulated ones.",
        completion: Completions.observations)
    var input: String?
    @Option(help: "Estimate hours for an observation of this size, such as 64x4096x4x8h@8s.")
    var observation: String?
    @Option(help: "Write all figures as JSON.", completion: .file(extensions: ["json"])) var json: String?
    @Option(help: "Draw them as a PNG file.", completion: .file(extensions: ["png"])) var picture: String?
    @Option(
        help: "The folder for results that are thrown away; default: the temporary folder.",
        completion: .directory)
    var scratch: String?
    @Option(help: "Each of the two buffers that the machine copies between.") var copyBuffer = "256MiB"
    @Flag(help: "Replace existing files of figures.") var overwrite = false
    @Flag(name: .shortAndLong, help: "Do not say what is being measured.") var quiet = false
}
