import BenchmarkSupport
import Foundation
import Imaging
import Visibilities

/// Weighs the visibilities of a file and writes their imaging weights: what the weighting is judged by against other programs.
///
/// A file is, in the machine's byte order, Int64 rows and channels, Float64 frequencies (Hz), Float64 u, v, w of each row
/// (metres), Float32 visibility weights [row][channel], 0 where flagged. Imaging weights come out as Float32 [row][channel].
@main
struct WeightLab {
    static func main() async {
        await Options.run(
            [(name: "weigh", run: weigh)], rounds: 1,
            besides: ["--samples", "--out", "--size", "--cell", "--robust", "--rule", "--super", "--density"])
    }

    private static func weigh(_ report: inout Report, _ options: Options) async throws {
        let output = try text("--out", options)
        var batch = try samples(try text("--samples", options))
        let size = Int(try number("--size", options))
        let image = try ImageGeometry(
            width: size, height: size, cell: try number("--cell", options) / 206_264.80624709636)
        let rule = try text("--rule", options, or: DensityRule.wsclean.rawValue)
        guard let rule = DensityRule(rawValue: rule) else {
            throw OptionError("no rule '\(rule)'", "--rule", "wsclean or casa")
        }
        let cells = try DensityCells(rule, enlarged: try number("--super", options, or: 1))
        var density = DensityGrid(image, cells: cells)
        if try text("--density", options, or: "exact") == "predicted" {
            density.predict(try UVCoverage(rows: batch.uvw, frequencies: batch.frequencies))
        } else {
            try density.add(batch)
        }
        let start = ContinuousClock.now
        try batch.weigh(by: try ImagingWeights(.briggs(try number("--robust", options)), density: density))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try batch.weights.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: output)) }
        print(String(format: "%.1f Msamples/s", Double(batch.weights.count) / 1e6 / seconds))
    }

    private static func samples(_ path: String) throws -> VisibilityBatch {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        var position = 0
        func next<Number: BitwiseCopyable>(_ count: Int, of type: Number.Type) throws -> [Number] {
            let size = count.multipliedReportingOverflow(by: MemoryLayout<Number>.stride)
            guard count >= 0, !size.overflow, bytes.count - position >= size.partialValue else {
                throw OptionError("ends at byte \(bytes.count)", path, "give whole samples")
            }
            defer { position += size.partialValue }
            return bytes.withUnsafeBytes { all in
                (0..<count).map {
                    all.loadUnaligned(fromByteOffset: position + $0 * MemoryLayout<Number>.stride, as: type)
                }
            }
        }
        let shape = try next(2, of: Int64.self).map(Int.init)
        let frequencies = try next(shape[1], of: Double.self)
        let uvw = try next(3 * shape[0], of: Double.self)
        let samples = shape[0].multipliedReportingOverflow(by: shape[1])
        let weights = try next(samples.overflow ? .max : samples.partialValue, of: Float.self)
        return VisibilityBatch(
            frequencies: frequencies,
            uvw: (0..<shape[0]).map { UVW(uvw[3 * $0], uvw[3 * $0 + 1], uvw[3 * $0 + 2]) },
            visibilities: [Complex64](repeating: Complex64(0, 0), count: weights.count), weights: weights)
    }

    private static func text(_ option: String, _ options: Options, or standard: String? = nil) throws
        -> String
    {
        guard let text = options.value(after: option) ?? standard else {
            throw OptionError("not given", option, "give it")
        }
        return text
    }

    private static func number(_ option: String, _ options: Options, or standard: Double? = nil) throws
        -> Double
    {
        guard let text = options.value(after: option) else {
            if let standard { return standard }
            throw OptionError("not given", option, "give it")
        }
        guard let number = Double(text), number > 0 || option == "--robust", number < 1e9 else {
            throw OptionError("'\(text)'", option, "give a number")
        }
        return number
    }
}
