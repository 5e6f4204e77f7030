import TestSupport
import Testing

@testable import Imaging

@Suite struct ResidualImagesTests {
    /// Noise with neighbours alike, and a point spread function with sidelobes.
    private func images(_ field: CleanField) -> (residuals: [[Float]], psfs: [[Float]]) {
        var random = Seeded(11)
        let residuals = field.channels.map { _ in
            (0..<field.pixels).map { _ in Float(random.normal()) * 0.01 }
        }
        let psfs = field.channels.indices.map { channel in
            (0..<field.pixels).map { pixel -> Float in
                let (x, y) = (
                    Double(pixel % field.width - field.width / 2),
                    Double(pixel / field.width - field.height / 2)
                )
                let square = x * x + y * y + 0.3 * x * y
                return Float((1 - 0.01 * square) / (1 + 0.1 * square) / (1 + 0.1 * square))
                    * (square == 0 ? 1 : 1 - 0.1 * Float(channel))
            }
        }
        return (residuals, psfs)
    }

    @Test(
        "residuals follow components of every scale, as if the model were convolved with the point spread function",
        arguments: [0, 1, 2])
    func follows(_ scale: Int) async throws {
        let field = try CleanField(
            width: 60, height: 52, channels: [.init(weight: 1), .init(frequency: 1.2e9, weight: 3)])
        var settings = CleanSettings()
        settings.scales = .pixels([0, 9, 26])
        let (residuals, psfs) = images(field)
        let weights: [Float] = [0.25, 0.75]
        let set = try await ScaleSet(psfs, weights: weights, field, settings)
        var images = ResidualImages(field, set, weights: weights)
        try await images.begin(residuals)
        let places = set.scales[scale]
        var found = ScaleComponents(channels: 2)
        for (column, row) in [(28, 23), (34, 25)] {
            found.append(row / places.step * places.search.width + column / places.step) { [1, -0.5][$0] }
        }
        images.take(found, at: scale)
        #expect(images.stale == [true, true, true])
        var model = CleanModel(pixels: field.pixels, channels: 2, scales: 3)
        model.add(found, of: places, scale, width: field.width, iterations: 2)
        model.paint(set.scales, width: field.width, height: field.height)
        let exact = try await ImagePlaneCycle(dirty: residuals, psfs: psfs, field: field)
            .residuals(of: model.images)
        try await images.refresh(0)
        #expect(images.stale == [false, true, true])
        for (image, wanted) in zip(images.channels[0], exact) {
            #expect(zip(image, wanted).allSatisfy { abs($0 - $1) < 2e-3 })
        }
        let joint = zip(exact[0], exact[1]).map { 0.25 * $0 + 0.75 * $1 }
        #expect(zip(images.joint[0], joint).allSatisfy { abs($0 - $1) < 2e-3 })
    }

    @Test("large buffers come back from spare memory, smaller ones of the kind are let go of")
    func spareMemory() throws {
        let memory = SpareMemory()
        let lines = SpareMemory.leastBytes / 64
        func address(_ count: Int, zeroed: Bool = false) -> UInt {
            let buffer = LineBuffer<Float>(count, zeroed: zeroed)
            #expect(!zeroed || (buffer.lines[count - 1].real == .zero && buffer.lines[0].imaginary == .zero))
            buffer.lines[0] = ComplexLanes<Float>(.one, .one)
            return UInt(bitPattern: buffer.lines)
        }
        SpareMemory.$current.withValue(memory) {
            let first = address(2 * lines)
            #expect(address(2 * lines, zeroed: true) == first)
            #expect(address(lines, zeroed: true) == first)
            let larger = address(4 * lines)
            #expect(address(2 * lines) == larger)
        }
        #expect(memory.take(32 * SpareMemory.leastBytes) == nil)
        let piece = try #require(memory.take(2 * SpareMemory.leastBytes))
        #expect(piece.bytes == 2 * SpareMemory.leastBytes)
        #expect(memory.take(SpareMemory.leastBytes) == nil)
        memory.give(piece.start, bytes: piece.bytes)
    }

    @Test(
        "of spare memory the smallest piece that fits is taken, without what is more than a quarter too much; what is too small gives way to what is made"
    )
    func smallestFits() throws {
        let memory = SpareMemory()
        func give(_ sizes: [Int]) {
            for size in sizes {
                let bytes = size * SpareMemory.leastBytes
                memory.give(Pages.allocate(bytes), bytes: bytes)
            }
        }
        func take(_ size: Int) -> Int? {
            guard let piece = memory.take(size * SpareMemory.leastBytes) else { return nil }
            Pages.free(piece.start, bytes: piece.bytes)
            return piece.bytes / SpareMemory.leastBytes
        }
        give([5, 2, 3])
        #expect([2, 4, 2].map(take) == [2, 5, 2])
        give([5, 3, 2])
        // 5 is too small for 6, and goes; 3 and 2 stay.
        #expect([6, 3, 2, 2].map(take) == [nil, 3, 2, nil])
        give([1])
        #expect([5, 1].map(take) == [nil, 1])
    }
}
