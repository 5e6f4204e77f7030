/// What a `kliko.yml` says (schema 3): who a container is, how it takes its data, and which fields it can be given.
///
/// Kliko (Molenaar et al. 2018, *Astronomy and Computing* 25, 1) is the container convention of the radio astronomers
/// of MeerKAT: a runner makes a form or a command line of this file and writes what was filled in to `parameters.json`.
public struct KlikoDocument: Sendable, Hashable {
    /// How data come in and go out.
    public enum Exchange: String, Sendable, Hashable, CaseIterable, Codable {
        /// Read from `/input`, written to `/output`.
        case split
        /// Both in `/work`.
        case join
    }

    /// A group of fields.
    public struct Section: Sendable, Hashable {
        /// Its title.
        public var name: String
        /// What its fields are about.
        public var description: String
        /// Its fields.
        public var fields: [KlikoField]

        /// A group of fields.
        public init(name: String, description: String, fields: [KlikoField]) {
            self.name = name
            self.description = description
            self.fields = fields
        }
    }

    /// The version of the schema that it is written in; kliko 0.8 and later read it.
    public static let schemaVersion = 3

    /// The container's name.
    public var name: String
    /// What it does, in a line.
    public var description: String
    /// The name that the image is expected to have, `sluice/autoflag:0.1.0`.
    public var container: String
    /// How data come in and go out.
    public var exchange: Exchange
    /// Its fields, in groups.
    public var sections: [Section]

    /// All fields, in order.
    public var fields: [KlikoField] { sections.flatMap(\.fields) }

    /// A document of its parts.
    public init(
        name: String, description: String, container: String, exchange: Exchange = .split, sections: [Section]
    ) {
        self.name = name
        self.description = description
        self.container = container
        self.exchange = exchange
        self.sections = sections
    }
}

/// A field of a `kliko.yml`.
public struct KlikoField: Sendable, Hashable {
    /// What a field takes.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// One of some words.
        case choice
        /// Any text.
        case str
        /// A number.
        case float
        /// A file of the caller's, which the runner copies to `/param_files`.
        case file
        /// True or false.
        case bool
        /// A whole number.
        case int
    }

    /// Its name: letters, digits and `_`.
    public var name: String
    /// What it takes.
    public var type: Kind
    /// Its value unless another is given, as text.
    public var initial: String?
    /// The words of a choice.
    public var choices: [String]
    /// What it is for.
    public var help: String
    /// Whether it must be given. Kliko takes `required: false` for true, so that only true is ever written.
    public var isRequired: Bool

    /// A field of its parts.
    public init(
        name: String, type: Kind, initial: String? = nil, choices: [String] = [], help: String,
        isRequired: Bool = false
    ) {
        self.name = name
        self.type = type
        self.initial = initial
        self.choices = choices
        self.help = help
        self.isRequired = isRequired
    }
}
