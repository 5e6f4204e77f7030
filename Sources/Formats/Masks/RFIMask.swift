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
/// RFIMasker's and caracal's `.npy` masks (one flag and one frequency per channel) are read too, and booleans without
/// frequencies as `.npy` or Python pickle. Files are told apart by what they hold, not by their names.
public struct RFIMask: Sendable, Hashable {
    /// What a mask says.
    public enum Content: Sendable, Hashable {
        /// The occupied ranges, Hz, ascending, joined where they touch.
        case ranges([Range<Double>])
        /// Which channels of some band are occupied, lowest first: `ranges(for:)` finds out of which.
        case channels([Bool])
    }

    /// Where the mask comes from: a name or a file.
    public let name: String
    /// What it says.
    public let content: Content

    /// A mask of ranges in Hz, in any order.
    public init(name: String, ranges: [Range<Double>]) {
        self.name = name
        content = .ranges(Self.joined(ranges))
    }

    private static let largestFile = 1 << 26

    /// The names of the masks that are ready for use.
    public static let names = ["meerkat-l", "meerkat-uhf"]

    /// Whether it is ready by name.
    public var isReady: Bool { Self.names.contains(name) }

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

    /// Reads a mask file: text, `.npy` or a pickle, of which nothing is executed.
    ///
    /// - Throws: `RFIMaskError` naming the line when the file cannot be read or understood.
    public init(contentsOf path: String) throws(RFIMaskError) {
        // Mapped, so that an observation named by mistake costs nothing.
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            throw RFIMaskError(
                "no readable mask file", path: path, line: nil,
                remedy: "check the name, or use one of \(Self.names.joined(separator: ", "))")
        }
        guard data.count <= Self.largestFile else {
            throw RFIMaskError(
                "a file of \(data.count >> 20) MiB is no mask", path: path, line: nil,
                remedy: "check the name, or use one of \(Self.names.joined(separator: ", "))")
        }
        name = path
        content = try Content([UInt8](data), path: path)
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

    static func joined(_ ranges: [Range<Double>]) -> [Range<Double>] {
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
