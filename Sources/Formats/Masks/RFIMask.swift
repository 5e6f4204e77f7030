import Astrometry
import Foundation
import Parameters

/// Frequencies that are known to be occupied by transmitters.
///
/// A mask file is text, one range a line:
///
///     # unit: MHz            once, for numbers without a unit of their own
///     925 960                comments start with #
///     1.1GHz 1100.5MHz       units of their own (Hz, kHz, MHz, GHz)
///     1.53 1.56 GHz          or one unit at the end of the line
///
/// RFIMasker's and caracal's `.npy` masks (one flag and one frequency per channel) are read too.
public struct RFIMask: Sendable, Hashable {
    /// Where the mask comes from: a name or a file.
    public let name: String
    /// The occupied ranges, Hz, ascending, joined where they touch.
    public let ranges: [Range<Double>]

    /// A mask of ranges in Hz, in any order.
    public init(name: String, ranges: [Range<Double>]) {
        self.name = name
        self.ranges = Self.joined(ranges)
    }

    /// The names of the masks that are ready for use.
    public static let names = ["meerkat-l", "meerkat-uhf"]

    /// A mask that is ready by name, or one in a file.
    ///
    /// - Throws: `RFIMaskError` when it is neither, or the file is not as described.
    public static func find(_ nameOrPath: String) throws(RFIMaskError) -> RFIMask {
        names.contains(nameOrPath) ? try named(nameOrPath) : try RFIMask(contentsOf: nameOrPath)
    }

    /// A mask that is ready by name.
    ///
    /// - Throws: `RFIMaskError` when there is no such mask.
    public static func named(_ name: String) throws(RFIMaskError) -> RFIMask {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path
        guard names.contains(name),
            let path = ShippedResource.path("masks/\(name).txt", target: "Formats", source: folder),
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else {
            throw RFIMaskError(
                "no mask is called \(quoted(name))", path: name, line: nil,
                remedy: "masks: \(names.joined(separator: ", "))")
        }
        return RFIMask(name: name, ranges: try parse(text, path: path))
    }

    /// Reads a mask file, text or `.npy`.
    ///
    /// - Throws: `RFIMaskError` naming the line when the file cannot be read or understood.
    public init(contentsOf path: String) throws(RFIMaskError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RFIMaskError(
                "no readable mask file", path: path, line: nil,
                remedy: "check the name, or use one of \(Self.names.joined(separator: ", "))")
        }
        if data.starts(with: NumPyMask.magic) {
            self.init(name: path, ranges: try NumPyMask(data, path: path).ranges)
            return
        }
        guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
            throw RFIMaskError(
                "the mask is neither text nor an .npy file", path: path, line: nil,
                remedy: "give lines of 'lo hi' with a unit")
        }
        self.init(name: path, ranges: try Self.parse(text, path: path))
    }

    /// Reads the ranges of a mask file's text.
    static func parse(_ text: String, path: String) throws(RFIMaskError) -> [Range<Double>] {
        var ranges: [Range<Double>] = []
        var unit: String?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let parts = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            do throws(ValueError) {
                if let comment = parts.dropFirst().first { unit = try headerUnit(comment) ?? unit }
                let words = (parts.first ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
                if !words.isEmpty { ranges.append(try range(words, unit)) }
            } catch {
                throw RFIMaskError(
                    error.what, path: path, line: index + 1,
                    remedy: error.mend ?? "write it as '925MHz 960MHz'")
            }
        }
        guard !ranges.isEmpty else {
            throw RFIMaskError(
                "the mask has no ranges", path: path, line: nil, remedy: "give lines of 'lo hi'")
        }
        return ranges
    }

    /// The unit that a comment sets: `unit: MHz`.
    private static func headerUnit(_ comment: Substring) throws(ValueError) -> String? {
        let words = comment.split { $0.isWhitespace || $0 == ":" || $0 == "=" }
        guard words.count == 2, words[0].lowercased() == "unit" else { return nil }
        _ = try Quantity.parse("1" + words[1], .frequency)
        return String(words[1])
    }

    private static func range(_ words: [String], _ unit: String?) throws(ValueError) -> Range<Double> {
        var unit = unit
        var words = words
        if words.count == 3, words[2].allSatisfy(\.isLetter) { unit = words.removeLast() }
        guard words.count == 2 else {
            throw ValueError(
                "\(words.count) values where a range has two", mend: "write it as '925MHz 960MHz'")
        }
        func frequency(_ word: String) throws(ValueError) -> Double {
            let text = word.last?.isLetter == true ? word : word + (unit ?? "")
            return try Quantity.parse(text, .frequency).si
        }
        let (low, high) = (try frequency(words[0]), try frequency(words[1]))
        guard low >= 0, low < high else {
            throw ValueError(
                "the range \(words[0]) to \(words[1]) is empty", mend: "write the lower frequency first")
        }
        return low..<high
    }

    private static func joined(_ ranges: [Range<Double>]) -> [Range<Double>] {
        var joined: [Range<Double>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
