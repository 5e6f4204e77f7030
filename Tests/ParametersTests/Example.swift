import Parameters

enum Weighting: String, ParameterChoice {
    case natural, uniform
    case briggsLike = "briggs-like"
}

/// A set with a parameter of every kind.
struct Example: ParameterSet {
    @Parameter("The observation") var input: InputPath
    @Parameter("Channels seen on each side of a sub-band", range: 0...512) var halo = 0
    @Parameter("Pixel size", also: ["scale"], unit: .angle, range: .arcseconds(0.1) ... .degrees(1))
    var cell = Double.arcseconds(2)
    @Parameter("Factor of all thresholds", range: Limits.above(0.0)) var threshold = 1.0
    @Parameter("Length of a bin", unit: .time) var time: Double?
    @Parameter("Channels of a bin", range: 1...) var channels: Int?
    @Parameter("Loss of amplitude", unit: .fraction) var smearing = Double.percent(0.5)
    @Parameter("Weighting") var weight = Weighting.natural
    @Parameter("Write a PNG", decidesBits: false) var png = true
    @Parameter("Fields to read") var field: [String] = []
    @Parameter("A mask") var mask: ParameterFilePath?
    @Parameter("Channels removed") var dilateChannels: IndexRanges?
    @Parameter("Frequencies kept", unit: .frequency) var frequencies: QuantityRanges?
    @Parameter("Distances kept") var uvCut: UVDistance?
    @Parameter("Memory of the ring") var ring = ByteCount.mebibytes(64)
    @Parameter("Towards") var phaseCentre: SkyPosition?
    @Parameter("Baselines kept") var baselines: AntennaSelection?
}

struct Nothing: ParameterSet {}

/// `Example` from a line of `name: text` pairs, with the input given.
func example(_ name: String, _ text: String) throws -> Example {
    try Example(
        values: [RawParameter("input", "a.h5", line: 1), RawParameter(name, text, line: 7)], stage: "image")
}
