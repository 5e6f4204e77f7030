/// A declared parameter of a stage: what it is for, its unit and range, and its value.
///
/// The initial value is the default; without one it is required, unless it is optional:
/// ```swift
/// @Parameter("The observation") var input: InputPath
/// @Parameter("Channels seen on each side of a sub-band", range: 0...512) var halo = 0
/// @Parameter("Pixel size", also: ["scale"], unit: .angle) var cell: Double?
/// ```
/// Reading is reading a stored value: no lock, no look-up. `$halo` tells where the value was written.
@propertyWrapper
public struct Parameter<Value: ParameterValue>: Sendable {
    private var value: Value?
    let declaration: Declaration
    /// Where the value was written, nil for the default.
    public private(set) var origin: Origin?
    /// The names it goes by in messages, once it has been read from somewhere.
    private var place: (name: String, stage: String)?

    final class Declaration: Sendable {
        let help: String
        let name: String?
        let also: [String]
        let dimension: Dimension?
        let decidesBits: Bool
        let limits: Limits<Value.Bound>?

        init(
            _ help: String, _ name: String?, _ also: [String], _ dimension: Dimension?, _ decidesBits: Bool,
            _ limits: Limits<Value.Bound>?
        ) {
            precondition(
                Value.accepts(dimension),
                "a parameter of type \(Value.self) cannot be declared with unit \(dimension.map(\.rawValue) ?? "none")"
            )
            self.help = help
            self.name = name
            self.also = also
            self.dimension = dimension
            self.decidesBits = decidesBits
            self.limits = limits
        }
    }

    /// A parameter with a default. `name` is for pipeline files if it is not the property's; `also` are other names;
    /// what does not decide the bits of any result stays out of FITS HISTORY.
    public init(
        wrappedValue: Value, _ help: String, name: String? = nil, also: [String] = [],
        unit dimension: Dimension? = nil, decidesBits: Bool = true
    ) {
        value = wrappedValue
        declaration = Declaration(help, name, also, dimension, decidesBits, nil)
    }

    /// A parameter with a default and a range, in SI.
    public init<Range: LimitsExpression>(
        wrappedValue: Value, _ help: String, name: String? = nil, also: [String] = [],
        unit dimension: Dimension? = nil, decidesBits: Bool = true,
        range: Range
    ) where Range.Bound == Value.Bound {
        value = wrappedValue
        declaration = Declaration(help, name, also, dimension, decidesBits, range.limits)
    }

    /// A parameter without a default: required, unless it is optional.
    public init(
        _ help: String, name: String? = nil, also: [String] = [], unit dimension: Dimension? = nil,
        decidesBits: Bool = true
    ) {
        value = Value.absent
        declaration = Declaration(help, name, also, dimension, decidesBits, nil)
    }

    /// A parameter without a default, with a range in SI: required, unless it is optional.
    public init<Range: LimitsExpression>(
        _ help: String, name: String? = nil, also: [String] = [], unit dimension: Dimension? = nil,
        decidesBits: Bool = true,
        range: Range
    ) where Range.Bound == Value.Bound {
        value = Value.absent
        declaration = Declaration(help, name, also, dimension, decidesBits, range.limits)
    }

    /// The value. A required one can be read only after it was given: decoding sees to that, a program must set it.
    public var wrappedValue: Value {
        get {
            guard let value else {
                preconditionFailure("a required parameter of type \(Value.self) was read before it was set")
            }
            return value
        }
        set {
            value = newValue
            origin = .program
        }
    }

    /// The parameter itself: where its value came from, and errors about it.
    public var projectedValue: Parameter { self }

    /// Whether nobody gave it and its default stands.
    public var isDefault: Bool { origin == nil }

    /// An error about this parameter's value, with its name and place: for rules between parameters.
    public func error(_ what: String, mend: String? = nil) -> ParameterError {
        ParameterError(
            place.map { "\($0.name): \(what)" } ?? what, at: origin ?? .program, stage: place?.stage,
            mend: mend)
    }
}

/// A parameter whatever its type.
protocol AnyParameter: Sendable {
    func description(property: String) -> ParameterDescription
    /// The value as text, nil if there is none.
    var valueText: String? { get }
    var isDefault: Bool { get }
    var decidesBits: Bool { get }
    func reading(_ raw: [RawParameter], name: String, stage: String) throws -> any AnyParameter
}

extension Parameter: AnyParameter {
    func description(property: String) -> ParameterDescription {
        let dimension = declaration.dimension
        let isOptional = Value.absent != nil
        return ParameterDescription(
            name: declaration.name.map(canonicalName) ?? hyphenated(property),
            also: declaration.also.map(canonicalName),
            help: declaration.help,
            type: dimension.map { "\(Value.typeName) (\($0.title))" } ?? Value.typeName,
            unit: dimension?.unitList, dimension: dimension, default: valueText,
            range: declaration.limits?.text { Value.text(ofBound: $0, dimension) },
            choices: Value.choices, role: Value.role, isRequired: value == nil && !isOptional,
            isRepeated: Value.isRepeated)
    }

    var decidesBits: Bool { declaration.decidesBits }

    var valueText: String? {
        guard let text = value?.text(declaration.dimension), !text.isEmpty else { return nil }
        return text
    }

    func reading(_ raw: [RawParameter], name: String, stage: String) throws -> any AnyParameter {
        guard let first = raw.first else { return self }
        let texts = raw.flatMap(\.texts)
        var read = self
        let origin = raw.count == 1 && !first.isList ? texts.first?.origin ?? first.origin : first.origin
        do throws(ValueError) {
            let value =
                if texts.count == 1, let only = texts.first, !first.isList {
                    try Value(only, declaration.dimension)
                } else {
                    try Value(list: texts, declaration.dimension)
                }
            try check(value, texts.map(\.text).joined(separator: ","))
            read.value = value
        } catch {
            throw ParameterError("\(name): \(error.what)", at: origin, stage: stage, mend: error.mend)
        }
        read.origin = origin
        read.place = (name, stage)
        return read
    }

    private func check(_ value: Value, _ text: String) throws(ValueError) {
        guard let limits = declaration.limits else { return }
        for bound in value.bounded where !limits.contains(bound) {
            let allowed = limits.text { Value.text(ofBound: $0, declaration.dimension) }
            throw ValueError("\(quoted(text)) is out of range", mend: "allowed: \(allowed)")
        }
    }
}
