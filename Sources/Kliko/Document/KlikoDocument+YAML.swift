extension KlikoDocument {
    /// The text of the file. Every text in it is quoted, so that readers of YAML 1.1 and 1.2 agree on it (`no`, `1e-4`,
    /// `19:39:25` stay texts).
    public var yaml: String {
        var lines = [
            "schema_version: \(Self.schemaVersion)",
            "name: \(quotedYAML(name))",
            "description: \(quotedYAML(description))",
            "container: \(quotedYAML(container))",
            "io: \(exchange.rawValue)",
            sections.isEmpty ? "sections: []" : "sections:",
        ]
        for section in sections {
            lines.append("  - name: \(quotedYAML(section.name))")
            lines.append("    description: \(quotedYAML(section.description))")
            lines.append(section.fields.isEmpty ? "    fields: []" : "    fields:")
            for field in section.fields {
                for (index, line) in field.yaml.enumerated() {
                    lines.append((index == 0 ? "      - " : "        ") + line)
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension KlikoField {
    fileprivate var yaml: [String] {
        var lines = ["name: \(quotedYAML(name))", "type: \(type.rawValue)"]
        if let initial { lines.append("initial: \(typed(initial))") }
        if !choices.isEmpty {
            lines.append("choices:")
            lines += choices.map { "  \(quotedYAML($0)): \(quotedYAML($0))" }
        }
        if !help.isEmpty { lines.append("help_text: \(quotedYAML(help))") }
        if isRequired { lines.append("required: true") }
        return lines
    }

    /// A text as a value of this field's type.
    private func typed(_ text: String) -> String {
        switch type {
        case .int: Int(text).map(String.init) ?? quotedYAML(text)
        case .float: Double(text).map(yamlNumber) ?? quotedYAML(text)
        case .bool: text == "yes" || text == "true" ? "true" : "false"
        case .choice, .str, .file: quotedYAML(text)
        }
    }
}

/// A number with a point, without which YAML 1.1 takes `1e-05` for a text.
private func yamlNumber(_ value: Double) -> String {
    let text = value.description
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
}

/// A text in double quotes, on one line.
private func quotedYAML(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        case "\n": quoted += "\\n"
        case "\t": quoted += "\\t"
        case _
        where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0xFEFF
            || scalar.value == 0x2028 || scalar.value == 0x2029:
            let digits = String(scalar.value, radix: 16)
            quoted += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}
