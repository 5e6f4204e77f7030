import ArgumentParser
import Formats
import Foundation
import Pipeline

/// `sluice info`: what observations hold.
struct Info: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what observations hold: antennas, spectral windows, scans, targets, times.")

    @Argument(help: "The observations.", completion: Completions.observations) var files: [String]
    @Flag(help: "Print JSON.") var json = false

    func execute() async throws -> RunExit {
        let walker = try FileWalker()
        try walker.inspect(files, for: .reading)
        let summaries = try files.map {
            try ObservationSummary(ObservationFormats.open($0, memory: walker.memory))
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(summaries), as: UTF8.self))
        } else {
            print(summaries.map(\.text).joined(separator: "\n\n"))
        }
        return .success
    }
}
