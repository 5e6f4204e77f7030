import Foundation
import Parameters
import Pipeline
import Yams

extension KlikoDocument {
    /// Files that are larger are none of these.
    private static let largest = 1 << 20

    /// Reads a `kliko.yml`.
    ///
    /// - Throws: `PipelineError` naming the file when it is missing or not as kliko has it.
    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PipelineError(
                "there is no kliko file", at: path, mend: "set KLIKO_FILE to the kliko.yml beside the program"
            )
        }
        guard data.count <= Self.largest else {
            throw PipelineError("the file is too large for a kliko.yml", at: path, mend: "export it again")
        }
        do {
            self.init(try YAMLDecoder().decode(Written.self, from: data))
        } catch {
            throw PipelineError(
                "this is no kliko.yml (\(Self.reason(error)))", at: path, mend: "export the image again")
        }
    }

    private init(_ written: Written) {
        self.init(
            name: written.name ?? "", description: written.description ?? "",
            container: written.container ?? "", exchange: written.io,
            sections: written.sections?.map { section in
                Section(
                    name: section.name, description: section.description,
                    fields: section.fields.map { field in
                        KlikoField(
                            name: field.name, type: field.type, initial: field.initial,
                            choices: field.choices?.keys.sorted() ?? [], help: field.help_text ?? "",
                            isRequired: field.required ?? false)
                    })
            } ?? [])
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            context.codingPath.last.map { "\($0.stringValue) is not what it should be" } ?? "not YAML"
        default: "not YAML"
        }
    }
}

/// The file's own keys; what this program does not use is not looked at.
private struct Written: Decodable {
    struct Section: Decodable {
        let name: String
        let description: String
        let fields: [Field]
    }

    struct Field: Decodable {
        let name: String
        let type: KlikoField.Kind
        let initial: String?
        let choices: [String: String]?
        let help_text: String?
        let required: Bool?
    }

    let io: KlikoDocument.Exchange
    let name: String?
    let description: String?
    let container: String?
    let sections: [Section]?
}
