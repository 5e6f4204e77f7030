import Parameters

/// A field of a container and the value of the run that it sets.
struct ContainerField: Sendable, Hashable {
    /// What a field sets.
    enum Target: Sendable, Hashable {
        /// A parameter of the one stage, an input of the pipeline, or STAGE.PARAMETER, by this name.
        case value(String)
        /// How the container runs.
        case option(RunField)
    }

    /// As kliko sees it.
    var field: KlikoField
    /// What it sets.
    var target: Target
    /// What a path is for, if it is one.
    var role: PathRole?
}

extension ContainerField {
    /// The field of a declared parameter.
    ///
    /// - Parameters:
    ///   - parameter: The declaration.
    ///   - name: The field's name, with `-` or `_`.
    ///   - target: What the parameter is called where it is set.
    ///   - text: The value that it has unless another is given; nil for the declared default.
    ///   - help: What it is for; nil for the declared help.
    init(
        _ parameter: ParameterDescription, name: String, target: String, text: String? = nil,
        help: String? = nil
    ) {
        let initial = text ?? parameter.default
        let isRequired = parameter.isRequired && initial == nil
        let kind = Self.kind(parameter, isRequired: isRequired, hasInitial: initial != nil)
        // argparse, which kliko-run hands the texts to, takes a % for the start of a format; a file beside a pipeline
        // file is not one that the caller could name.
        let isShown = initial.map {
            !$0.contains("%") && (parameter.role == nil || ParameterFilePath($0).isName)
        }
        var notes = Self.notes(parameter, kind)
        if let initial, isShown == false { notes.append("default \(initial)") }
        field = KlikoField(
            name: fieldName(name), type: kind, initial: isShown == true ? initial : nil,
            choices: kind == .choice ? parameter.choices : [],
            help: Self.text(help ?? parameter.help, notes), isRequired: isRequired)
        self.target = .value(target)
        role = parameter.role
    }

    /// Kliko 0.8 copies the file of every `file` field, and fails on one that was not given: only required ones can be
    /// of that type. Its `bool` takes every word for true, also `False`: truths are choices between yes and no.
    private static func kind(
        _ parameter: ParameterDescription, isRequired: Bool, hasInitial: Bool
    ) -> KlikoField.Kind {
        switch parameter.role {
        case .input, .parameters: return isRequired ? .file : .str
        case .output: return .str
        case nil: break
        }
        guard !parameter.isRepeated, parameter.dimension == nil else { return .str }
        // A choice that may be left out has no word for that, which Luigi does not take.
        if !parameter.choices.isEmpty { return hasInitial || isRequired ? .choice : .str }
        switch parameter.type {
        case Int.typeName: return .int
        case Double.typeName: return .float
        default: return .str
        }
    }

    private static func notes(_ parameter: ParameterDescription, _ kind: KlikoField.Kind) -> [String] {
        var notes: [String] = []
        switch parameter.role {
        case .output: notes.append("a file name in the output folder")
        case .parameters where kind == .file:
            notes.append("a file; one that holds nothing but a ready name stands for that")
        case .parameters:
            notes.append("a ready name, or the name of a file in the input folder")
        case .input where kind == .str: notes.append("the name of a file in the input folder")
        case .input, nil: break
        }
        if kind != .choice, !parameter.choices.isEmpty {
            notes.append("one of " + parameter.choices.joined(separator: ", "))
        }
        if let unit = parameter.unit {
            notes.append(unit == "%" ? "with a percent sign" : "with its unit: " + unit)
        }
        if let range = parameter.range { notes.append(range) }
        if parameter.isRepeated { notes.append("several with commas") }
        return notes
    }

    /// A help text without the character that argparse would take for a format.
    static func text(_ help: String, _ notes: [String]) -> String {
        let text = notes.isEmpty ? help : help + " (" + notes.joined(separator: "; ") + ")"
        return text.replacing(" %", with: " percent").replacing("%", with: " percent")
    }
}

/// A name as kliko's runners take it: they make options and Python names of it.
func fieldName(_ name: String) -> String {
    String(name.map { $0 == "-" || $0 == "." ? "_" : $0 })
}
