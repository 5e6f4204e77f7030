import Imaging
import Pipeline
import Visibilities

/// Visibilities that are kept in a scratch file, where memory has no room for them.
struct ScratchStore: VisibilityStore {
    /// Where a batch begins: its coordinates, then its visibilities, then their weights.
    private struct Entry {
        let frequencies: [Double]
        let rows: Int
        let places: (uvw: Int, visibilities: Int, weights: Int)
    }

    private let file: ScratchFile
    private var entries: [Entry] = []

    /// An empty store in a file, which others may use too.
    init(_ file: ScratchFile) { self.file = file }

    var count: Int { entries.count }

    mutating func append(_ batch: VisibilityBatch) throws {
        let places = (
            uvw: try batch.uvw.withUnsafeBytes { try file.append($0) },
            visibilities: try batch.visibilities.withUnsafeBytes { try file.append($0) },
            weights: try batch.weights.withUnsafeBytes { try file.append($0) }
        )
        entries.append(Entry(frequencies: batch.frequencies, rows: batch.rows, places: places))
    }

    func batch(_ number: Int) throws -> VisibilityBatch {
        let entry = entries[number]
        let samples = entry.rows * entry.frequencies.count
        return VisibilityBatch(
            frequencies: entry.frequencies, uvw: try array(entry.rows, from: entry.places.uvw),
            visibilities: try array(samples, from: entry.places.visibilities),
            weights: try array(samples, from: entry.places.weights))
    }

    private func array<T: BitwiseCopyable>(_ count: Int, from place: Int) throws -> [T] {
        try Array(unsafeUninitializedCapacity: count) { buffer, filled in
            try file.read(UnsafeMutableRawBufferPointer(buffer), from: place)
            filled = count
        }
    }
}
