import Parameters
import Pipeline

/// The fields of a pipeline: its inputs, and for each stage the parameters that no input stands for.
struct PipelineForm {
    let file: PipelineFile
    let values: [PipelineValue]
    /// The name by which the observation is set.
    let observation: String?
    let example: PipelineExample

    /// The inputs but for the observation and the places of results.
    func inputs() -> ContainerSection {
        let fields = file.inputs.filter { $0.name != observation && $0.type != .path }.map { input in
            ContainerField(
                description(of: input), name: input.name, target: input.name,
                help: input.help.isEmpty ? nil : input.help)
        }
        return ContainerSection(name: "inputs", description: "Inputs of \(file.name)", fields: fields)
    }

    /// The parameters of the stages that can be addressed, with what the file sets them to.
    func stages() -> [ContainerSection] {
        file.stages.filter(file.isAddressable).map { stage in
            let fields = values.filter { $0.stage == stage && isField($0) }.map { value in
                ContainerField(
                    value.parameter, name: value.address, target: value.address, text: text(value))
            }
            return ContainerSection(
                name: stage.name, description: "Parameters of stage \(stage.name)", fields: fields)
        }
    }

    private func isField(_ value: PipelineValue) -> Bool {
        guard value.address != observation, value.references.isEmpty else { return false }
        return value.parameter.role != .output || value.written == nil && !value.parameter.isResult
    }

    /// What the file sets a parameter to: the names of files as written, all else as its declaration writes it.
    private func text(_ value: PipelineValue) -> String? {
        guard let written = value.written else { return nil }
        return value.parameter.role == nil
            ? example.text(value) : written.texts.map(\.text).joined(separator: ",")
    }

    /// An input as a parameter: that of the stage which takes it as it is, if there is one, with the input's default.
    private func description(of input: PipelineInput) -> ParameterDescription {
        let use = values.first { $0.input == input.name }
        var description = use?.parameter ?? ParameterDescription(input.name, help: input.name)
        switch input.type {
        case .file: description.role = description.role ?? .input
        case .number where use == nil: description.type = Double.typeName
        case .integer where use == nil: description.type = Int.typeName
        case .boolean where use == nil: description.choices = Bool.choices
        case .path, .text, .number, .integer, .boolean: break
        }
        description.default = nil
        if let text = input.default, (try? PipelineFile.references(in: text).isEmpty) == true {
            description.default = (description.role == nil ? use.flatMap(example.text) : nil) ?? text.text
        }
        if input.type == .boolean, let text = description.default {
            description.default = ["yes", "true"].contains(text.lowercased()) ? "yes" : "no"
        }
        description.isRequired = input.default == nil
        return description
    }
}
