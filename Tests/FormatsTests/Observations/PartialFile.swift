import Visibilities

@testable import Formats

/// A file in memory that holds part of an imagined observation; each sample tells its time, frequency, baseline and
/// polarisation, so that a test sees where it went.
struct PartialFile: ObservationFile {
    static let formatName = "a file in memory"
    static func recognises(_ path: String) -> Bool { false }
    static func open(_ path: String, memory: Int) throws -> PartialFile { PartialFile(path: path) }

    var path: String
    var format: String { "memory" }
    var warnings: [String] = []
    var contents: ObservationContents

    /// Dumps, channels and products of the whole: 8 s from MJD second 5e9, 1 MHz from 1000 MHz.
    init(
        path: String, times: Range<Int> = 0..<6, channels: Range<Int> = 0..<8,
        polarisations: [Polarisation] = [.xx, .xy, .yx, .yy], antennas: [String] = ["a", "b", "c"]
    ) {
        self.path = path
        let places: [String: Double] = ["a": 0, "b": 100, "c": 250, "d": 400]
        let count = antennas.count
        let sorted = antennas.enumerated().map { one in (one.offset..<count).map { Baseline(one.offset, $0) }
        }
        let field = Field(name: "P", phaseCentre: Direction(rightAscension: 1, declination: -0.5))
        contents = ObservationContents(
            telescope: "T",
            antennas: antennas.map {
                Antenna(name: $0, position: SIMD3(places[$0] ?? 0, 0, 6e6), diameter: 12)
            },
            baselines: sorted.flatMap { $0 }, polarisations: polarisations,
            spectralWindows: [
                SpectralWindow(
                    name: "w", frequencies: channels.map { 1e9 + 1e6 * Double($0) },
                    widths: channels.map { _ in 1e6 })
            ],
            targets: [ObservationTarget(names: ["P"], tags: [], field: field)],
            scans: [FileScan(number: 0, state: "track", isOnSource: true, target: 0, dumps: 0..<times.count)],
            times: times.map { 5e9 + 8 * Double($0) }, intervals: times.map { _ in 8 }, integrationTime: 8,
            antennaUVW: times.flatMap { time in antennas.map { UVW(places[$0] ?? 0, Double(time), 0) } })
    }

    func samples(threads: Int) throws -> any SampleReader { PartialReader(contents: contents) }
    func workByteCount(threads: Int) -> Int { 100 }
    func flaggedShare(dumps: Range<Int>) throws -> Double? { nil }

    /// What a sample of the whole looks like.
    static func sample(
        time: Double, frequency: Double, antennas: (String, String), _ polarisation: Polarisation
    ) -> Complex64 {
        let names = Float(antennas.0.utf8.first ?? 0) * 256 + Float(antennas.1.utf8.first ?? 0)
        return Complex64(
            Float((time - 5e9) / 8) * 1000 + Float((frequency - 1e9) / 1e6) + 1,
            names + Float(polarisation.rawValue) / 16)
    }
}

private struct PartialReader: SampleReader {
    let contents: ObservationContents
    var checksum: UInt64 { 7 }
    var sampleCount: Int { 0 }

    func read(_ request: SampleRequest) async throws {
        let window = contents.spectralWindows[request.spectralWindow]
        for plane in request.planes {
            let baseline = contents.baselines[plane.baseline]
            let names = (contents.antennas[baseline.antenna1].name, contents.antennas[baseline.antenna2].name)
            for (row, dump) in request.dumps.enumerated() {
                guard let dump else { continue }
                for (number, channel) in request.channels.enumerated() {
                    let sample = PartialFile.sample(
                        time: contents.times[dump], frequency: window.frequencies[channel], antennas: names,
                        contents.polarisations[plane.polarisation])
                    let place = row * request.width + request.firstChannel + number
                    plane.visibilities[place] = unsafeBitCast(sample, to: UInt64.self)
                    plane.weights[place] = 2
                    plane.flags[place] = 0
                }
            }
        }
    }
}
