import Formats
import Foundation
import Pipeline
import Simulation
import Visibilities

/// Where the truth about a simulation goes: JSON of all that went in, and beside it where interference lies, sample by
/// sample, as arrays of NumPy: NAME-rfi-kind.npy (bits of the kinds) and NAME-rfi-snr.npy (amplitude over noise), both
/// [dump][channel], the dumps of the scans that give data one after the other.
struct TruthFiles: Sendable {
    private let all: PendingOutput
    private let kinds: PendingOutput?
    private let strengths: PendingOutput?

    /// Claims the files; the arrays only where there is interference.
    init(_ path: String, for simulation: SimulatedObservation, _ context: StageContext) throws {
        let mend = "choose another name"
        all = try context.outputs.claim(path, suggesting: mend)
        let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        let hasInterference = !simulation.emitters.isEmpty
        kinds = hasInterference ? try context.outputs.claim(stem + "-rfi-kind.npy", suggesting: mend) : nil
        strengths = hasInterference ? try context.outputs.claim(stem + "-rfi-snr.npy", suggesting: mend) : nil
    }

    /// Writes them.
    func write(_ simulation: SimulatedObservation) throws {
        try Self.make(all, try simulation.truthJSON())
        guard let kinds, let strengths else { return }
        let channels = simulation.parameters.channels
        let shape = [simulation.observation.schedule.reduce(0) { $0 + $1.times.count }, channels]
        try Self.make(kinds, Data(NumPyHeader.bytes(type: "<u2", shape: shape)))
        try Self.make(strengths, Data(NumPyHeader.bytes(type: "<f4", shape: shape)))
        let (kindFile, strengthFile) = (try Self.open(kinds), try Self.open(strengths))
        for (scan, scheduled) in simulation.observation.schedule.enumerated() {
            for first in stride(from: 0, to: scheduled.times.count, by: 64) {
                let truth = simulation.interferenceTruth(
                    scan: scan, dumps: first..<min(first + 64, scheduled.times.count), channels: 0..<channels)
                try Self.append(truth.kinds.map(\.littleEndian), to: kindFile, kinds)
                try Self.append(
                    truth.signalToNoise.map(\.bitPattern.littleEndian), to: strengthFile, strengths)
            }
        }
        for file in [kindFile, strengthFile] { try file.close() }
    }

    private static func make(_ output: PendingOutput, _ contents: Data) throws {
        guard FileManager.default.createFile(atPath: output.temporaryPath, contents: contents) else {
            throw SystemError("cannot write", output.finalPath)
        }
    }

    private static func open(_ output: PendingOutput) throws -> FileHandle {
        guard let file = FileHandle(forWritingAtPath: output.temporaryPath) else {
            throw SystemError("cannot write", output.finalPath)
        }
        try file.seekToEnd()
        return file
    }

    private static func append<T: BitwiseCopyable>(
        _ values: [T], to file: FileHandle, _ output: PendingOutput
    ) throws {
        do {
            try file.write(contentsOf: values.withUnsafeBytes { Data($0) })
        } catch {
            throw SystemError("cannot write", output.finalPath)
        }
    }
}
