import Foundation
import Parameters
import Pipeline

/// What a `parameters.json` says, as texts: numbers, truths and texts alike are typed by declarations only.
struct GivenValues: Sendable {
    private let path: String
    /// The texts by field; none for null and for the empty texts that Luigi writes for what was not given.
    private let texts: [String: [String]]

    /// Reads a file against the fields of a container.
    ///
    /// - Throws: `PipelineError` when it is missing or not a JSON object, has unknown names or lacks required ones.
    init(path: String, _ document: KlikoDocument) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PipelineError(
                "there is no file of parameters", at: path,
                mend: "mount it there or set PARAM_FILE; {} gives none")
        }
        guard let values = try? JSONDecoder().decode([String: JSONText].self, from: data) else {
            throw PipelineError(
                "this is not a JSON object of numbers, texts and truths", at: path,
                mend: "write {\"NAME\": VALUE, ...} with the fields of kliko.yml")
        }
        let names = document.fields.map(\.name)
        if let unknown = values.keys.sorted().first(where: { !names.contains($0) }) {
            throw PipelineError(
                "\(document.name) has no field \(quoted(unknown))", at: path,
                mend: Suggestion.mend(unknown, in: names) ?? "leave it out")
        }
        var texts: [String: [String]] = [:]
        for field in document.fields {
            let given =
                (values[field.name]?.texts ?? (values[field.name] == nil ? field.initial.map { [$0] } : nil))
                .map { $0.filter { !$0.isEmpty } }
            if let given, !given.isEmpty {
                texts[field.name] = given
            } else if field.isRequired {
                throw PipelineError(
                    "\(field.name) is missing", at: path, mend: "give it (\(field.help))")
            }
        }
        self.texts = texts
    }

    /// The one text of a field, nil if it was not given.
    func text(_ field: String) throws -> String? {
        guard let texts = texts[field] else { return nil }
        guard texts.count == 1 else {
            throw PipelineError("\(field) has \(texts.count) values", at: path, mend: "give one")
        }
        return texts[0]
    }

    /// A field's value under the name that it sets, nil if it was not given.
    func parameter(_ field: String, as name: String) -> RawParameter? {
        guard let texts = texts[field] else { return nil }
        let origin = Origin.field(field, of: path)
        return RawParameter(
            name, texts: texts.map { RawText($0, origin) }, isList: texts.count > 1, origin: origin)
    }
}

/// A value of JSON as the text that a pipeline file would have; nil for null.
private struct JSONText: Decodable {
    let texts: [String]?

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            texts = nil
        } else if let truth = try? value.decode(Bool.self) {
            texts = [truth ? "yes" : "no"]
        } else if let number = try? value.decode(Int.self) {
            texts = [String(number)]
        } else if let number = try? value.decode(Double.self) {
            texts = [number.description]
        } else if let text = try? value.decode(String.self) {
            texts = [text]
        } else {
            texts = try value.decode([JSONText].self).flatMap { $0.texts ?? [] }
        }
    }
}
