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

    private var field: KlikoField {
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

    /// The fields of a container that reads an observation, or of one that makes it up.
    static func fields(readsObservation: Bool) -> [ContainerField] {
        allCases.filter { $0 != .pattern || readsObservation }.map {
            ContainerField(field: $0.field, target: .option($0))
        }
    }
}
