import Parameters
import Synchronization

/// This build of Sluice.
public enum Sluice {
    /// Its version, as written into results.
    public static let version = "0.1.0"
}

/// A parameter as it was given to a stage.
public struct StageParameter: Sendable, Hashable, Codable {
    /// Its name in pipeline files.
    public var name: String
    /// Its value as text.
    public var text: String
    /// Whether the bits of a result depend on its text; false for paths, and for what is declared so.
    public var decidesBits: Bool
    /// Whether nobody gave it.
    public var isDefault: Bool
    /// Whether its text may be the path of a file of parameters, which then stands among the inputs.
    public var mayBeFile: Bool

    /// A parameter and its text.
    public init(
        _ name: String, _ text: String, decidesBits: Bool = true, isDefault: Bool = false,
        mayBeFile: Bool = false
    ) {
        self.name = name
        self.text = text
        self.decidesBits = decidesBits
        self.isDefault = isDefault
        self.mayBeFile = mayBeFile
    }
}

extension StageParameter {
    /// The parameters of a set with their values, defaults included.
    public static func list(of settings: some ParameterSet) -> [StageParameter] {
        settings.values.map {
            StageParameter(
                $0.name, $0.text, decidesBits: $0.decidesBits, isDefault: $0.isDefault,
                mayBeFile: $0.role == .parameters)
        }
    }
}

/// What all stages of a run remember together.
final class RunLedger: Sendable {
    struct Entry {
        let name: String
        let parameters: [StageParameter]
        var inputs: [InputRecord] = []
    }

    let pipeline: String
    private let entries: Mutex<[Entry]>
    /// Samples that each stage has sent so far, by stage; set when the links exist.
    let samples = Mutex<[@Sendable () -> Int?]>([])

    init(pipeline: String, entries: [Entry]) {
        self.pipeline = pipeline
        self.entries = Mutex(entries)
    }

    func addInput(_ input: InputRecord, stage: Int) {
        entries.withLock { entries in
            if let old = entries[stage].inputs.firstIndex(where: { $0.name == input.name }) {
                entries[stage].inputs[old] = input
            } else {
                entries[stage].inputs.append(input)
            }
        }
    }

    var inputs: [InputRecord] { entries.withLock { $0.flatMap(\.inputs) } }

    func history(_ lineage: [Int]) -> [String] {
        let entries = entries.withLock { $0 }
        let samples = samples.withLock { $0 }
        var lines = ["sluice \(Sluice.version)", "pipeline \(pipeline)"]
        for stage in lineage {
            let entry = entries[stage]
            let parameters = entry.parameters.filter(\.decidesBits).map { "\($0.name)=\($0.text)" }
            lines.append((["stage \(entry.name)"] + parameters).joined(separator: " "))
            for input in entry.inputs {
                let checksum =
                    (input.checksum.map { " checksum \($0)" } ?? "")
                    + (input.sha256.map { " sha256 \($0)" } ?? "")
                lines.append("input \(input.name) \(input.bytes) bytes\(checksum)")
            }
            if stage < samples.count, let count = samples[stage]() {
                lines.append("samples \(entry.name) \(count)")
            }
        }
        return lines
    }
}

/// What decides the bits of a stage's results: the stages above it with their parameters, the inputs, the counts.
public struct Record: Sendable {
    let ledger: RunLedger
    let stage: Int
    let lineage: [Int]

    /// Remembers a file that is read; a later record of the same name replaces it (to add the checksum at the end).
    public func addInput(_ input: InputRecord) { ledger.addInput(input, stage: stage) }

    /// Lines for FITS HISTORY, in a fixed order; complete once the stage's stream has ended.
    public func history() -> [String] { ledger.history(lineage) }
}
