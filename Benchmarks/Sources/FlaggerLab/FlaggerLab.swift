import BenchmarkSupport
import Flagging
import Foundation
import Visibilities

/// Flags a raw cube of complex64, [baseline][polarisation][time][channel], and writes a mask of bytes,
/// [baseline][time][channel]: what flaggers are judged by without files and streams around them.
///
/// The rate is the mean over all rounds, with what each begins with.
@main
struct FlaggerLab {
    private static let options = [
        "--cube", "--shape", "--out", "--threshold", "--hop", "--margin", "--look-back", "--subband",
        "--strategy", "--halo",
        "--threads", "--delays", "--axis",
    ]

    static func main() async {
        await Options.run([(name: "flag", run: flag)], rounds: 1, besides: options)
    }

    private static func flag(_ report: inout Report, _ options: Options) async throws {
        let shape = try extents(try options.text("--shape"))
        var cube = try AutoflagCube(
            shape, visibilities: try visibilities(try options.text("--cube"), count: shape.samples))
        if let path = options.value(after: "--delays") {
            let axis = try options.text("--axis").split(separator: ",").compactMap { Double($0) }
            guard axis.count == 2 else {
                throw OptionError("two numbers wanted", "--axis", "FIRST,STEP in Hz")
            }
            cube.tracking = (
                try numbers(path, count: shape.baselines * shape.times),
                BandAxis(first: axis[0], step: axis[1])
            )
        }
        var settings = AutoflagSettings()
        if let name = options.value(after: "--strategy") {
            guard let strategy = FlaggingStrategy(rawValue: name) else {
                throw OptionError("no strategy '\(name)'", "--strategy", "sluice or aoflagger-generic")
            }
            settings.strategy = strategy
        }
        settings.threshold = try options.number("--threshold", Double.init) ?? settings.threshold
        settings.hop = try options.number("--hop") { Int($0) } ?? settings.hop
        settings.margin = try options.number("--margin") { Int($0) } ?? settings.margin
        settings.lookBack = try options.number("--look-back") { Int($0) } ?? settings.lookBack
        let subband = try options.number("--subband") { Int($0) }
        let halo = try options.number("--halo") { Int($0) } ?? 0
        let threads = try options.number("--threads") { Int($0) } ?? 1
        var mask: [UInt8] = []
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<options.rounds.count {
            mask = try await cube.interference(settings, subband: subband, halo: halo, width: threads)
        }
        let elapsed = clock.now - start
        try Data(mask).write(to: URL(fileURLWithPath: try options.text("--out")))
        let rate = Double(shape.samples * options.rounds.count) / 1e6 / (elapsed / .seconds(1))
        let share = Double(mask.reduce(0) { $0 + Int($1) }) / Double(mask.count)
        print(String(format: "%.2f Mvis/s, %.2f %% flagged", rate, 100 * share))
    }

    private static func extents(_ text: String) throws -> BlockShape {
        let extents = text.split(separator: ",").compactMap { Int($0) }
        guard extents.count == 4, extents.allSatisfy({ $0 > 0 && $0 < 1 << 15 }) else {
            throw OptionError("'\(text)'", "--shape", "baselines,polarisations,times,channels")
        }
        return BlockShape(
            baselines: extents[0], polarisations: extents[1], times: extents[2], channels: extents[3])
    }

    private static func visibilities(_ path: String, count: Int) throws -> [Complex64] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        guard bytes.count == 8 * count else {
            throw OptionError("\(bytes.count) bytes", path, "complex64 of --shape are \(8 * count)")
        }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Complex64.self)) }
    }

    private static func numbers(_ path: String, count: Int) throws -> [Double] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard bytes.count == 8 * count else {
            throw OptionError("\(bytes.count) bytes", path, "float64 [baseline][time] are \(8 * count)")
        }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }
}
