/// YAML as pipeline files mean it: texts as they were written, lists and maps, each with its line.
enum YAMLValue {
    case text(String, line: Int, isEmpty: Bool)
    case list([YAMLValue], line: Int)
    case map([YAMLPair], line: Int)

    /// The line (from 1) that it begins in.
    var line: Int {
        switch self {
        case .text(_, let line, _), .list(_, let line), .map(_, let line): line
        }
    }

    /// Whether nothing was written.
    var isEmpty: Bool {
        if case .text(_, _, let isEmpty) = self { isEmpty } else { false }
    }

    /// What an error calls it.
    var kind: String {
        switch self {
        case .text(_, _, let isEmpty): isEmpty ? "nothing" : "a text"
        case .list: "a list"
        case .map: "a map"
        }
    }
}

/// A key of a map and its value.
struct YAMLPair {
    var key: String
    var line: Int
    var value: YAMLValue
}
