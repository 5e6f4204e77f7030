import Parameters

/// References to a pipeline's inputs in its values: `$(prefix)-dirty.fits`.
enum Reference {
    enum Piece: Equatable {
        case text(String)
        case reference(String)
    }

    /// The pieces of a text. Throws ``PipelineFileError`` on a reference that is not closed or has no name.
    static func pieces(_ text: RawText) throws -> [Piece] {
        var pieces: [Piece] = []
        var rest = text.text[...]
        while let start = rest.firstRange(of: "$(") {
            if start.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstIndex(of: ")") else {
                throw PipelineFileError(
                    "\(quoted(text.text)) has a reference without end", at: text.origin,
                    mend: "close it with )")
            }
            let name = String(rest[start.upperBound..<end])
            guard isName(name) else {
                throw PipelineFileError(
                    "\(quoted("$(\(name))")) is no reference", at: text.origin,
                    mend: "write $(NAME), NAME being an input")
            }
            pieces.append(.reference(name))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty || pieces.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    /// Letters, digits, `-` and `_`, a letter first.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }
}
