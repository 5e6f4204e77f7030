import ArgumentParser
import Foundation
import Pipeline

/// `sluice stages`: what stages there are.
struct ListStages: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "stages", abstract: "List the stages, or describe one.")

    @Argument(help: "The stage to describe.", completion: Completions.stages) var name: String?
    @Flag(help: "Print JSON.") var json = false

    func execute() async throws -> RunExit {
        let registry = Session.registry
        let stages = try name.map { [try registry.description(of: $0)] } ?? registry.descriptions
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(stages), as: UTF8.self))
        } else if name != nil {
            stages.forEach { print($0.text) }
        } else {
            let width = stages.map(\.name.count).max() ?? 0
            for stage in stages {
                print(stage.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + stage.summary)
            }
        }
        return .success
    }
}
