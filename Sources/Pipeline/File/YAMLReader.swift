import Parameters
import Yams

/// Reads a source with Yams: its nodes as values, its errors with what to do about them.
struct YAMLReader {
    private let source: YAMLSource

    init(_ source: YAMLSource) { self.source = source }

    /// The value of the whole file. Throws ``PipelineFileError`` with the line of the first fault.
    func value() throws -> YAMLValue {
        let node: Node?
        do {
            node = try compose(yaml: source.hidden, .basic)
        } catch let fault as YamlError {
            throw error(fault)
        }
        guard let node else {
            throw source.error("the file is empty", line: 1, mend: "begin with sluice: 1")
        }
        return try value(node, line: 1)
    }

    private func value(_ node: Node, line: Int) throws -> YAMLValue {
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
            if value.isEmpty, let comma = commaBefore(name), let last = pairs.last,
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

    /// The comma, with the blank behind it if there is one, before a plain word that no colon follows; nil if one
    /// does, as then the word is a key.
    private func commaBefore(_ word: Node.Scalar) -> String? {
        guard word.style == .plain, let mark = word.mark, source.lines.indices.contains(mark.line - 1) else {
            return nil
        }
        let line = Array(source.lines[mark.line - 1].unicodeScalars)
        let end = mark.column - 1 + word.string.unicodeScalars.count
        guard mark.column >= 1, end <= line.count,
            line[end...].first(where: { $0 != " " && $0 != "\t" }) != ":"
        else {
            return nil
        }
        return mark.column > 1 && line[mark.column - 2] == " " ? ", " : ","
    }

    private func error(_ fault: YamlError) -> PipelineFileError {
        switch fault {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let line = min(max(mark.line, 1), source.lines.count)
            return source.error("this is not YAML (\(problem))", line: line, mend: hint(line))
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.prefix(3).map { quoted(YAMLSource.restored($0)) }.joined(separator: ", ")
            return source.error(
                "\(names) stands twice", line: context.mark.line,
                mend: "remove one; a list of values stands in brackets, [1, 3], or in quotes")
        case .reader(let problem, _, _, _):
            return source.error("this is not YAML (\(problem))", line: 1, mend: "save it as UTF-8 text")
        default: return source.error("this is not YAML", line: 1)
        }
    }

    /// What is most likely wrong near a line.
    private func hint(_ line: Int) -> String {
        for number in [line - 1, line - 2] where source.lines.indices.contains(number) {
            if source.lines[number].prefix(while: \.isWhitespace).contains("\t") {
                return "indent with blanks, not with tabs"
            }
        }
        return "check indents, brackets and quotes here and above; quote values with unusual characters"
    }
}
