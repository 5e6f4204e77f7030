extension String {
    /// The lines, numbered from 1, as editors of any system end them and without the mark that some put in front: Swift
    /// takes a carriage return with its line feed for one character that is neither.
    var numberedLines: [(number: Int, line: Substring)] {
        let mark: Unicode.Scalar = "\u{FEFF}"
        let start = unicodeScalars.first == mark ? unicodeScalars.index(after: startIndex) : startIndex
        return self[start...].split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated().map { ($0.offset + 1, $0.element) }
    }
}
