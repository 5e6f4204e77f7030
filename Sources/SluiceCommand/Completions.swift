import ArgumentParser
import Foundation
import Parameters
import Pipeline

/// What a shell offers for a word of the command line (`sluice --generate-completion-script bash`, zsh or fish).
enum Completions {
    /// The command that takes a stage and its parameters.
    static let stageCommand = "stage"

    /// The stages of this program.
    static var stages: CompletionKind { .list(Session.registry.names) }

    /// Observations, and the folders that hold them.
    static var observations: CompletionKind { .file(extensions: ["h5", "uvh5", "hdf5"]) }

    /// Pipeline files.
    static var pipelines: CompletionKind { .file(extensions: ["yaml", "yml"]) }

    /// Stages, and the pipeline files in the folder that is being typed.
    static var subjects: CompletionKind {
        .custom { _, _, prefix in
            let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
            let files = (names ?? []).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
            return Session.registry.names + files.map { folder + $0 }
        }
    }

    /// What KEY=VALUE may set in the pipeline file named before.
    static var keys: CompletionKind {
        .custom { words, _, _ in
            let file = words.lazy.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.compactMap {
                try? PipelineFile(path: $0)
            }.first
            return file.map { $0.keys(Session.registry).map { $0 + "=" } } ?? []
        }
    }

    /// A stage, and after one its parameters: shells count words with dashes as none, so the first place asks for both.
    static var stageOrParameters: CompletionKind {
        .custom { words, _, prefix in
            prefix.hasPrefix("-") ? options(after: words) : Session.registry.names
        }
    }

    /// The parameters of the stage named before, and the options of every run.
    static var parameters: CompletionKind { .custom { words, _, _ in options(after: words) } }

    private static func options(after words: [String]) -> [String] {
        let registry = Session.registry
        let after = words.drop { $0 != stageCommand }.dropFirst()
        guard let name = after.first(where: registry.names.contains),
            let stage = try? registry.description(of: name)
        else { return [] }
        let ends = stage.kind == .source ? ["help", "output"] : ["help", "input", "output"]
        let own = stage.parameters.map(\.name).filter { !ends.contains($0) }
        return (ends + own + (RunFlags.switches.union(RunFlags.options)).sorted()).map { "--" + $0 }
    }
}
