/// What the imager refuses: each case says what, where and how to mend it, in one line.
public enum ImagingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A setting that makes no image.
    case setting(String, reason: String)
    /// A grid that takes at least so many bytes, more than it may.
    case memory(least: Int)
    /// Arrays of a batch, a block or a schedule that do not fit together.
    case shape(String)
    /// Numbers that cannot be: frequencies not ascending, coordinates not finite.
    case values(String)
    /// No visibility with a weight reached the grid; `flagged` counts those without one, too.
    case nothingToImage(flagged: Int, beyond: Int)
    /// A point spread function whose main lobe cannot be measured.
    case unsampledBeam(String)

    /// The error in one line.
    public var description: String { "image: \(reason)" }

    /// The error in one line, for those who know that it is about an image.
    public var reason: String {
        switch self {
        case .setting(let name, let reason): "\(name): \(reason)"
        case .memory(let least):
            "size: its grid takes at least \(least >> 20) MiB: take fewer pixels, or a smaller field"
        case .shape(let reason), .values(let reason): reason
        case .nothingToImage(let flagged, let beyond):
            "no visibility left (\(flagged) flagged or without weight, \(beyond) beyond the uv grid): "
                + "look at masks, flags and uv-range, or take a smaller cell"
        case .unsampledBeam(let reason): "no restoring beam: \(reason)"
        }
    }
}
