import BenchmarkSupport
import Formats
import Foundation
import Rings
import Tiles
import Visibilities

/// Reading a file into blocks beside reading as many of its bytes as they are; both from the page cache.
struct FileRead: Sendable {
    /// A format whose reader is measured.
    enum Format: String, Sendable {
        case mvf = "MVF3Reader"
        case uvh5 = "UVH5Reader"

        /// Bytes of a sample in the file: visibility, flags, weight.
        fileprivate var sampleBytes: Int { self == .mvf ? 10 : 13 }

        /// A stream to write a file of: 32 of MeerKAT's dishes as it has them, or 64 in short dumps of many channels, as UVH5 often has.
        fileprivate func input() throws -> SimulatedInput {
            switch self {
            case .mvf:
                try SimulatedInput(
                    antennas: 32, dumps: 64, channels: 256, subband: 32, polarisations: [.xx, .yy, .xy, .yx])
            case .uvh5:
                try SimulatedInput(
                    antennas: 64, dumps: 8, channels: 768, subband: 16, polarisations: [.xx, .yy])
            }
        }
    }

    /// A file to read, simulated when none is given.
    struct File: Sendable {
        let path: String
        private let isTemporary: Bool

        /// The file of this name, or a new one: MVF of 32 antennas, 64 dumps, 256 channels, 4 products, 346 MB; UVH5 of 64
        /// antennas, 8 dumps, 768 channels, 2 products, 332 MB.
        init(_ format: Format, given path: String?) async throws {
            isTemporary = path == nil
            let folder = FileManager.default.temporaryDirectory.path
            self.path = path ?? "\(folder)/sluice-benchmark-\(ProcessInfo.processInfo.processIdentifier).h5"
            if path == nil { try await simulate(format) }
        }

        /// Removes the file if it was made for this run.
        func remove() { if isTemporary { try? FileManager.default.removeItem(atPath: path) } }

        private func simulate(_ format: Format) async throws {
            let input = try format.input()
            let pool = input.pool(input.cut.tiles.count)
            let writer: any ObservationWriter =
                format == .mvf
                ? try MVF3Writer(path: path, cut: input.cut, threads: 2)
                : try UVH5Writer(path: path, cut: input.cut, threads: 2)
            for subband in input.cut.subbands.indices {
                var blocks = try await mapTiles(input.cut.tiles.count, width: 2) {
                    try input.block(subband: subband, tile: $0, from: pool)
                }
                blocks.reverse()
                while let block = blocks.popLast() { try await writer.write(block) }
            }
            try writer.finish(history: [])
            // What is still to be written to the disk would disturb what is measured.
            try FileHandle(forUpdating: URL(filePath: path)).synchronize()
        }
    }

    /// A window of a sub-band of a scan.
    private struct Place: Sendable {
        let scan: Int
        let subband: Int
        let window: Int
    }

    /// Bytes of a file that are read at most, so that a round stays short.
    private static let mostBytes = 512 << 20
    private let path: String
    private let format: Format
    private let view: ObservationView
    private let cut: ObservationCut
    private let places: [Place]
    private let bytes: Int
    private let pool: SlabPool

    /// Opens a file; windows from the first one on are read, up to 512 MiB.
    init(_ format: Format, _ file: File) throws {
        (path, self.format) = (file.path, format)
        var view = try JoinedObservation([try ObservationFormats.open(file.path)]).select()
        let antennas = view.observation.antennas.count
        // Any uvw costs the reader as much as the true ones.
        for scan in view.observation.schedule.indices {
            let rows = view.observation.schedule[scan].times.count * antennas
            view.observation.schedule[scan].antennaUVW = [UVW](repeating: UVW(0, 0, 0), count: rows)
        }
        let chunk = max(view.channelsPerChunk, 1)
        let planes = view.observation.baselines.count * view.observation.polarisations.count
        let channelBytes = 64 * planes * 13
        let cut = ObservationCut(
            view.observation, subband: max((128 << 20) / channelBytes / chunk, 1) * chunk)
        var (places, bytes) = ([Place](), 0)
        for (scan, scheduled) in view.observation.schedule.enumerated() {
            for (subband, band) in cut.subbands.enumerated() {
                for (window, dumps) in cut.windows(dumps: scheduled.times.count).enumerated() {
                    let more = dumps.count * band.channels.count * planes * format.sampleBytes
                    guard places.isEmpty || bytes + more <= Self.mostBytes else { continue }
                    bytes += more
                    places.append(Place(scan: scan, subband: subband, window: window))
                }
            }
        }
        pool = SlabPool(
            "read", slabs: cut.tiles.count, byteCount: VisibilityBlock.slabByteCount(cut))
        (self.view, self.cut, self.places, self.bytes) = (view, cut, places, bytes)
    }

    /// Measures all ways of reading in turn, on one thread and on two.
    func measure(into report: inout Report, _ rounds: Rounds) async throws {
        let (raw, copy, bytes) = (try RawRead(path), MachineCopy(), bytes)
        let windowBytes = cut.tiles.count * VisibilityBlock.slabByteCount(cut)
        let memory = RawRead.Memory(byteCount: windowBytes)
        var contenders: [Contender] = []
        for threads in [1, 2] {
            let name = threads == 1 ? "1 thread" : "2 threads"
            contenders += [
                Contender("\(format.rawValue), \(name)") { try await read($0, threads: threads) },
                Contender("pread, reused 1 MiB, \(name)") {
                    try await raw.read($0, bytes: bytes, into: nil, threads: threads)
                },
                Contender("pread, window's memory, \(name)") {
                    try await raw.read($0, bytes: bytes, into: memory, threads: threads)
                },
                Contender("copy of the bytes, \(name)") {
                    try await copy.seconds($0, bytes: bytes, threads: threads)
                },
            ]
        }
        let comparison = try await Comparison(
            "\(format), \(bytes >> 20) MiB of file", unit: "GB/s", rounds: rounds, secondsEach: 0.2,
            leastItems: 1, contenders: contenders
        ) { Double(bytes) / $0 * 1e-9 }
        report.add(comparison)
        note(comparison, into: &report)
    }

    private func note(_ comparison: Comparison, into report: inout Report) {
        for name in ["1 thread", "2 threads"] {
            for raw in ["pread, reused 1 MiB, ", "pread, window's memory, ", "copy of the bytes, "] {
                let (reader, other) = (format.rawValue + ", " + name, raw + name)
                if let ratio = comparison.speed(of: reader, against: other) {
                    report.note("\(format.rawValue) against \(other), times", ratio)
                }
                if let ratio = comparison.speed(of: reader, against: other, by: \.processorSeconds) {
                    report.note("\(format.rawValue) against \(other), by processor time, times", ratio)
                }
            }
        }
        for what in [format.rawValue + ", ", "pread, reused 1 MiB, ", "copy of the bytes, "] {
            if let gain = comparison.speed(of: what + "2 threads", against: what + "1 thread") {
                report.note(what + "two threads against one, times", gain)
            }
        }
    }

    /// Reads all places so many times; blocks are given back window by window.
    private func read(_ items: Int, threads: Int) async throws -> Double {
        let reader = try ObservationReader(view, cut: cut, threads: threads)
        return try await seconds {
            for _ in 0..<items {
                for place in places {
                    let blocks = try await reader.blocks(
                        scheduleIndex: place.scan, subband: place.subband, window: place.window, from: pool)
                    precondition(blocks.count == cut.tiles.count)
                }
            }
        }
    }
}
