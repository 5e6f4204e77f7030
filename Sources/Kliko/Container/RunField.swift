/// What a container can be told besides the parameters of its stages.
enum RunField: String, Sendable, Hashable, CaseIterable {
    /// Which of several observations.
    case pattern
    /// Whether existing results may be replaced.
    case overwrite
    /// Threads.
    case threads
    /// A limit of memory.
    case memory

    /// As kliko sees it.
    var field: KlikoField {
        switch self {
        case .pattern:
            KlikoField(
                name: rawValue, type: .str,
                help:
                    "Which observation of the input folder is read, such as *.h5; needed if there are several"
            )
        case .overwrite:
            KlikoField(
                name: rawValue, type: .choice, initial: "no", choices: ["yes", "no"],
                help: "Whether results that are already in the output folder may be replaced")
        case .threads:
            KlikoField(
                name: rawValue, type: .int, help: "Threads; default: the CPUs that the container may use")
        case .memory:
            KlikoField(
                name: rawValue, type: .str,
                help:
                    "Memory that the run may take, such as 4GiB; default: 80 percent of what the container may use"
            )
        }
    }

    /// What a container can be told that reads an observation, or that makes one up.
    static func all(readsObservation: Bool) -> [RunField] {
        allCases.filter { $0 != .pattern || readsObservation }
    }
}
