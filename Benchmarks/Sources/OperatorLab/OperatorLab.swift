import BenchmarkSupport
import Flagging
import Foundation

/// Applies SumThreshold or the scale-invariant rank operator to images in a file and writes their masks: what the operators are judged
/// by against other programs.
///
/// An image of `--only sumthreshold` is, in the machine's byte order, Int32 times and channels, Float64 thresholds of single samples along time and
/// frequency, the samples as Float32 and their mask as UInt8, [time][channel]; one of `--only rank` is Int32 times, channels,
/// numerator and denominator, the mask and which samples are missing as UInt8. Masks come out as UInt8, one after the other.
@main
struct OperatorLab {
    static func main() async {
        await Options.run(
            [(name: "sumthreshold", run: sumThreshold), (name: "rank", run: rank)], rounds: 1,
            besides: ["--images", "--out"])
    }

    private static func sumThreshold(_ report: inout Report, _ options: Options) async throws {
        let workspace = SumThresholdWorkspace()
        try transform(options) { file in
            let (times, channels) = (try file.extent(), try file.extent())
            let operation = SumThreshold(
                timeThreshold: try file.next(Double.self), frequencyThreshold: try file.next(Double.self))
            let image = try file.next(times * channels, of: Float.self)
            let before = try file.next(times * channels, of: UInt8.self)
            return (
                before,
                {
                    operation.apply(
                        image.span, times: times, channels: channels, mask: &$0, in: workspace)
                }
            )
        }
    }

    private static func rank(_ report: inout Report, _ options: Options) async throws {
        try transform(options) { file in
            let (times, channels) = (try file.extent(), try file.extent())
            let operation = ScaleInvariantRank(
                Int(try file.next(Int32.self)), Int(try file.next(Int32.self)))
            let before = try file.next(times * channels, of: UInt8.self)
            let missing = try file.next(times * channels, of: UInt8.self)
            return (
                before,
                {
                    operation.growAlongTime(&$0, missing: missing.span, times: times, channels: channels)
                        && operation.growAlongFrequency(
                            &$0, missing: missing.span, times: times, channels: channels)
                }
            )
        }
    }

    /// Reads image by image, with the mask it starts from and what is to be done with it.
    private static func transform(
        _ options: Options,
        _ next: (inout ImageFile) throws -> ([UInt8], (inout MutableSpan<UInt8>) -> Bool)
    ) throws {
        guard let input = options.value(after: "--images"), let output = options.value(after: "--out") else {
            throw OptionError("not given", "--images and --out", "give both")
        }
        var file = try ImageFile(path: input)
        var masks = Data()
        var (samples, seconds) = (0, 0.0)
        let clock = ContinuousClock()
        while !file.isAtEnd {
            let (before, operation) = try next(&file)
            var best = Duration.seconds(Int64.max)
            var mask = before
            for _ in 0..<options.rounds.count {
                mask = before
                var span = mask.mutableSpan
                let start = clock.now
                guard operation(&span) else {
                    throw OptionError("the operator refuses an image", input, "check its extents")
                }
                best = min(best, clock.now - start)
            }
            masks.append(contentsOf: mask)
            samples += mask.count
            seconds += best / .seconds(1)
        }
        try masks.write(to: URL(fileURLWithPath: output))
        print(String(format: "%.2f Msamples/s, %d samples", Double(samples) / 1e6 / seconds, samples))
    }
}
