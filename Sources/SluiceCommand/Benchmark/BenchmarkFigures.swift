import Formats
import Foundation
import Parameters
import Pipeline

/// The files that a benchmark writes its figures to, under the rules of all results: claimed before anything is measured,
/// complete or absent, replacing neither older ones unasked nor what is read.
struct BenchmarkFigures {
    private let ledger: OutputLedger
    private let json: PendingOutput?
    private let picture: PendingOutput?

    /// Claims them.
    ///
    /// - Throws: `OutputError` and `SystemError` for files that cannot be written there.
    init(_ options: BenchmarkOptions) throws {
        ledger = OutputLedger(overwrite: options.overwrite)
        // A setting may name a file that the pipeline reads.
        let values = options.settings.map { String($0.drop { $0 != "=" }.dropFirst()) }
        for path in values + [options.input, options.subject].compactMap({ $0 }) { ledger.protect(path) }
        let ledger = ledger
        func claim(_ path: String?, _ option: String) throws -> PendingOutput? {
            try path.map { try ledger.claim($0, stage: option, suggesting: "use another name") }
        }
        json = try claim(options.json, "--json")
        picture = try claim(options.picture, "--picture")
        do { try ledger.open() } catch {
            ledger.leave()
            throw error
        }
    }

    /// Writes all of them.
    ///
    /// - Throws: `ImageError`, `OutputError` and `SystemError` when they cannot be written.
    func write(_ report: BenchmarkReport) throws {
        if let json {
            let text = try report.json()
            do { try text.write(toFile: json.temporaryPath, atomically: false, encoding: .utf8) } catch {
                throw PipelineError(
                    "the figures cannot be written", at: json.finalPath, mend: "check the disk",
                    fault: .machine)
            }
        }
        if let picture { try BenchmarkPicture(report).canvas().writePNG(to: picture.temporaryPath) }
        try ledger.commit()
    }

    /// Removes what was not finished, and lets others have the names.
    func leave() { ledger.leave() }
}
