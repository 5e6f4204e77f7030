import Parameters

// What all parts of a pipeline file are checked for.
extension YAMLSource {
    /// Where a line of this file is.
    func place(_ line: Int) -> Origin { .file(path, line: line) }

    /// The one text of a pair.
    func text(_ pair: YAMLPair) throws -> RawText {
        guard case .text(let text, let line, false) = pair.value else {
            throw error(
                "\(pair.key) is \(pair.value.kind)", line: pair.line, mend: "write \(pair.key): TEXT")
        }
        return RawText(text, place(line))
    }

    /// Throws ``PipelineFileError`` at the first key that is not among those of a part.
    func check(_ pairs: [YAMLPair], against keys: [String], of part: String) throws {
        for pair in pairs where !keys.contains(pair.key) {
            throw error(
                "unknown key \(quoted(pair.key)) of \(part)", line: pair.line,
                mend: Suggestion.mend(pair.key, in: keys))
        }
    }

    /// Throws ``PipelineFileError`` unless `$(NAME)` and `NAME.PARAMETER` can hold the name.
    func checkName(_ name: String, line: Int) throws {
        guard Reference.isName(name) else {
            throw error("\(quoted(name)) is no name", line: line, mend: "write letters, digits and -")
        }
    }
}
