/// The formats that are written.
public enum OutputFormats {
    /// All of them.
    public static let all: [any OutputFormat.Type] = [MVF3Output.self, UVH5Output.self]

    /// The format of a file by its suffix; nil when it tells none.
    public static func format(of path: String) -> (any OutputFormat.Type)? {
        all.first { path.lowercased().hasSuffix($0.suffix) }
    }
}
