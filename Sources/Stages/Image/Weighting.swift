import Imaging
import Parameters

/// How visibilities are weighted, as pipeline files write it: `natural`, `uniform`, `briggs 0`.
public struct Weighting: ParameterValue, Hashable {
    /// The kernel's own.
    public var scheme: ImageWeighting

    /// What help texts call it.
    public static var typeName: String { "natural, uniform or briggs R" }

    /// A scheme.
    public init(_ scheme: ImageWeighting) { self.scheme = scheme }

    /// Reads a scheme; Briggs' robustness is a number from -2 to 2.
    public init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        let words = text.text.split { $0 == " " || $0 == "\t" }.map { $0.lowercased() }
        switch (words.first, words.count) {
        case ("natural", 1): scheme = .natural
        case ("uniform", 1): scheme = .uniform
        case ("briggs", 2):
            guard let robustness = Double(words[1]), (-2...2).contains(robustness) else {
                throw ValueError(
                    "'\(words[1])' is not a robustness", mend: "write briggs with a number from -2 to 2")
            }
            scheme = .briggs(robustness)
        default:
            throw ValueError("'\(text.text)' is not a weighting", mend: "write natural, uniform or briggs 0")
        }
    }

    /// The scheme as it is written.
    public func text(_ dimension: Dimension?) -> String { scheme.description }
}
