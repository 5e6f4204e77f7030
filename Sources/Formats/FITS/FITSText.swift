extension String {
    /// The text up to a C string's end; bytes beyond ASCII are read as Latin-1.
    init(cCharacters: [CChar]) {
        self.init(cCharacters.prefix { $0 != 0 }.map { Character(UnicodeScalar(UInt8(bitPattern: $0))) })
    }

    /// As a FITS header may hold it: printable ASCII, others as `?`, at most 68 characters.
    var fitsText: String { String(fitsCharacters.prefix(68)) }

    /// Printable ASCII; other characters become `?`.
    var fitsCharacters: String {
        String(map { character in character.isASCII && (" "..."~").contains(character) ? character : "?" })
    }

    /// Lines of at most so many characters, broken at spaces where there are any.
    func wrapped(at width: Int) -> [String] {
        var lines: [String] = []
        for paragraph in split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            var rest = Substring(String(paragraph).fitsCharacters)
            while rest.count > width {
                let head = rest.prefix(width + 1)
                let end =
                    head.lastIndex(of: " ").flatMap { $0 > rest.startIndex ? $0 : nil }
                    ?? head.index(before: head.endIndex)
                lines.append(String(rest[..<end]))
                rest = rest[end...].drop { $0 == " " }
            }
            lines.append(String(rest))
        }
        return lines
    }
}
