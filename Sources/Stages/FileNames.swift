import Parameters

extension Parameter<OutputPath> {
    /// - Throws: when the start of the names of results is a folder, in which they would begin with a hyphen or, hidden,
    ///   with a dot.
    func checkPrefix(writing example: String) throws {
        let path = wrappedValue.path
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last
        guard ["", ".", ".."].contains(name) else { return }
        throw error(
            "'\(path)' is a folder, not the start of names in it",
            mend: "write \(path.hasSuffix("/") ? path : path + "/")\(example)")
    }
}

/// A name of the sky's or the array's as part of a file's name: what shells and file systems do not take becomes `_`.
func fileNamePart(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "+-._".contains($0) ? $0 : "_" })
}
