import Parameters
import Yams

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

/// Turns Yams' nodes into values, undoing what ``YAMLSource`` did to indicators.
struct YAMLReader {
    let source: YAMLSource

    func value(_ node: Node, line: Int) throws -> YAMLValue {
        let line = node.mark?.line ?? line
        switch node {
        case .scalar(let scalar):
            let isEmpty = scalar.string.isEmpty && (scalar.style == .plain || scalar.style == .any)
            return .text(YAMLSource.restored(scalar.string), line: line, isEmpty: isEmpty)
        case .sequence(let items):
            return .list(try items.map { try value($0, line: line) }, line: line)
        case .mapping(let map):
            return .map(try pairs(map, line: line), line: line)
        case .alias:
            throw source.error("aliases are not read", line: line, mend: "write the value out")
        }
    }

    private func pairs(_ map: Node.Mapping, line: Int) throws -> [YAMLPair] {
        var pairs: [YAMLPair] = []
        for (key, node) in map {
            let keyLine = key.mark?.line ?? line
            guard case .scalar(let name) = key else {
                throw source.error(
                    "a list or a map stands where a name should", line: keyLine, mend: "write NAME: VALUE")
            }
            let value = try value(node, line: keyLine)
            // `{scans: 1,3}`: to YAML the 3 is a key of its own; it continues the value before it.
            if value.isEmpty, let comma = source.commaBefore(name), let last = pairs.last,
                case .text(let text, let line, false) = last.value
            {
                guard text.utf8.count < YAMLSource.longest else {
                    throw source.error("the value of \(quoted(last.key)) is too long", line: line)
                }
                let joined = text + comma + YAMLSource.restored(name.string)
                pairs[pairs.count - 1].value = .text(joined, line: line, isEmpty: false)
                continue
            }
            pairs.append(YAMLPair(key: YAMLSource.restored(name.string), line: keyLine, value: value))
        }
        return pairs
    }
}
