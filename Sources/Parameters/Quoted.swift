/// A text in single quotes for a one-line message: control characters escaped, cut after 60 characters.
public func quoted(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(60) {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: shown += scalar.escaped(asASCII: true)
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return "'" + shown + (text.unicodeScalars.count > 60 ? "..." : "") + "'"
}
