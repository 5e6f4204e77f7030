/// What a parameter is, as help texts, containers and forms show it; also its JSON form.
public struct ParameterDescription: Sendable, Hashable, Codable {
    /// The name in pipeline files, with `-`.
    public var name: String
    /// Other names it goes by.
    public var also: [String]
    /// What it is for.
    public var help: String
    /// What it takes, such as `number (angle)`.
    public var type: String
    /// The units it may be written in, if it is a quantity.
    public var unit: String?
    /// The dimension, if it is a quantity.
    public var dimension: Dimension?
    /// The default as text, if it has one.
    public var `default`: String?
    /// The range as text, if it has one.
    public var range: String?
    /// The texts it may have, if they can be listed.
    public var choices: [String]
    /// What a path is for, if it is one.
    public var role: PathRole?
    /// Whether it must be given.
    public var isRequired: Bool
    /// Whether it takes several values.
    public var isRepeated: Bool

    enum CodingKeys: String, CodingKey {
        case name, also, help, type, unit, dimension, `default`, range, choices, role
        case isRequired = "required"
        case isRepeated = "repeated"
    }

    /// An example of a value, for a pipeline file.
    public var example: String {
        if let text = self.default ?? choices.first { return text }
        if let dimension { return Quantity.example(dimension) }
        switch (role, type) {
        case (.input, _): return "observation.h5"
        case (.output, _): return name == "prefix" ? "quicklook" : "output.h5"
        case (.parameters, _): return "file.txt"
        case (nil, "whole number"), (nil, "number"): return "1"
        case (nil, "index ranges"): return "0~10"
        case (nil, "direction"): return "19h39m25s -63d42m45s"
        case (nil, "size"): return "2GiB"
        default: return name.uppercased()
        }
    }

    /// What stands behind the help in a help text: units, range, choices, default.
    public var notes: String {
        var notes: [String] = []
        if !choices.isEmpty, choices != ["yes", "no"] {
            notes.append("one of " + choices.joined(separator: ", "))
        }
        if let unit { notes.append("in " + unit) }
        if let range { notes.append(range) }
        if isRepeated { notes.append("several with commas") }
        if !also.isEmpty { notes.append("also called " + also.joined(separator: ", ")) }
        if isRequired {
            notes.append("required")
        } else if let text = self.default {
            notes.append("default \(text)")
        }
        return notes.joined(separator: "; ")
    }
}

extension ParameterDescription {
    /// A text that must be given.
    public init(_ name: String, help: String) {
        self.init(
            name: name, also: [], help: help, type: String.typeName, choices: [], isRequired: true,
            isRepeated: false)
    }
}
