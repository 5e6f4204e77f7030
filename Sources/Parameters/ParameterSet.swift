/// The declared parameters of a stage: a struct all of whose fields are `@Parameter`s.
///
/// `Decodable` is how a value type is filled by name without saying its fields twice; the compiler writes it.
public protocol ParameterSet: Sendable, Decodable {
    /// All parameters at their defaults.
    init()
}

/// The value of a parameter as text, for reports and FITS HISTORY.
public struct ParameterText: Sendable, Hashable, Codable {
    /// The parameter's name.
    public var name: String
    /// Its value, written so that it reads back as the same.
    public var text: String
    /// Whether nobody gave it.
    public var isDefault: Bool
    /// What a path is for, if it is one.
    public var role: PathRole?
    /// Whether the text itself decides what comes out: not where a path says where data are or go, nor where it is
    /// declared so.
    public var decidesBits: Bool
}

extension ParameterSet {
    /// The parameters in the order of their declaration.
    public static var parameters: [ParameterDescription] {
        declared(in: Self()).map { $0.parameter.description(property: $0.property) }
    }

    /// A help text: a parameter with its type on a line, what it is for below.
    public static var helpText: String {
        parameters.map { parameter in
            let notes = parameter.notes
            return "  \(parameter.name) <\(parameter.type)>\n      \(parameter.help)"
                + (notes.isEmpty ? "" : "\n      (\(notes))") + "\n"
        }.joined()
    }

    /// Parameters from texts; whatever is not given keeps its default. A value on the command line replaces one in a
    /// file; given twice there, its values make a list. Throws ``ParameterError`` on unknown names, wrong values,
    /// repetitions and missing required ones.
    public init(values: [RawParameter], stage: String) throws {
        let fields = declared(in: Self())
        var given: [String: [RawParameter]] = [:]
        let names = fields.map { $0.parameter.description(property: $0.property) }
        for raw in values {
            let name = canonicalName(raw.name)
            guard let known = names.first(where: { $0.name == name || $0.also.contains(name) }) else {
                throw ParameterError(
                    "unknown parameter \(quoted(raw.name))", at: raw.origin, stage: stage,
                    mend: Suggestion.mend(raw.name, in: names.map(\.name)) ?? "\(stage) has no parameters")
            }
            given[known.name, default: []].append(raw)
        }
        var read: [String: any AnyParameter] = [:]
        for (field, description) in zip(fields, names) {
            let raw = try effective(given[description.name] ?? [], stage: stage)
            if raw.isEmpty, description.isRequired {
                throw ParameterError(
                    "\(description.name) is missing", at: .program, stage: stage,
                    mend: "add \(description.name): \(description.example) (\(description.help))")
            }
            read[field.property] = try field.parameter.reading(raw, name: description.name, stage: stage)
        }
        try self.init(from: ParameterDecoder(parameters: read))
    }

    /// Parameters from `KEY=VALUE` texts of a command line. Throws ``ParameterError`` as above.
    public init(assignments: [String], stage: String) throws {
        try self.init(values: try assignments.map { try RawParameter(assignment: $0) }, stage: stage)
    }

    /// The values as text, in the order of their declaration; those without a value are left out.
    public var values: [ParameterText] {
        declared(in: self).compactMap { field in
            let description = field.parameter.description(property: field.property)
            return description.default.map { text in
                let isReadyMade = description.role == .parameters && ParameterFilePath(text).isName
                return ParameterText(
                    name: description.name, text: text, isDefault: field.parameter.isDefault,
                    role: description.role,
                    decidesBits: field.parameter.decidesBits && (description.role == nil || isReadyMade))
            }
        }
    }
}

/// The parameters of a set, by the names of their properties.
private func declared(in set: any ParameterSet) -> [(property: String, parameter: any AnyParameter)] {
    Mirror(reflecting: set).children.compactMap { label, value in
        guard let label, let parameter = value as? any AnyParameter else { return nil }
        return (label.hasPrefix("_") ? String(label.dropFirst()) : label, parameter)
    }
}

/// What counts of the times one parameter was given: the command line or a form before files.
private func effective(_ raw: [RawParameter], stage: String) throws -> [RawParameter] {
    let overriding = raw.filter(\.origin.overridesFiles)
    if !overriding.isEmpty { return overriding }
    if raw.count > 1, let last = raw.last {
        throw ParameterError("\(last.name) is given twice", at: last.origin, stage: stage, mend: "remove one")
    }
    return raw
}
