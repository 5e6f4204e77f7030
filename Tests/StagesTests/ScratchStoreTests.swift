import Imaging
import Pipeline
import TestSupport
import Testing
import Visibilities

@testable import Stages

@Suite("Stores of visibilities") struct ScratchStoreTests {
    @Test("a store in a file gives back what one in memory does, bit by bit, in any order")
    func stores() async throws {
        let folder = try Scratch()
        var (memory, scratch) = (MemoryStore(), ScratchStore(try ScratchFile(in: folder.path)))
        var random = Seeded(3)
        for (rows, channels) in [(3, 5), (0, 2), (7, 1)] {
            let samples = rows * channels
            let batch = VisibilityBatch(
                frequencies: (0..<channels).map { 1e9 + Double($0) },
                uvw: (0..<rows).map { _ in UVW(random.normal(), random.normal(), random.normal()) },
                visibilities: (0..<samples).map { _ in
                    Complex64(Float(random.normal()), .nan)
                },
                weights: (0..<samples).map { _ in Float(random.normal()) })
            memory.append(batch)
            try scratch.append(batch)
        }
        #expect(scratch.count == 3 && memory.count == 3)
        for number in [2, 0, 1, 0] {
            let (own, other) = (memory.batch(number), try scratch.batch(number))
            #expect(own.frequencies == other.frequencies && own.uvw == other.uvw)
            #expect(own.weights == other.weights)
            #expect(own.visibilities.map(\.real) == other.visibilities.map(\.real))
            #expect(other.visibilities.allSatisfy { $0.imaginary.isNaN })
        }
    }
}
