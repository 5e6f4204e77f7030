import Foundation
import Testing
import Visibilities

@testable import Imaging

@Suite struct GridPlanTests {
    /// Three antennas that turn for four dumps; one channel of five is masked.
    private func cut() -> ObservationCut {
        let antennas = (0..<3).map { Antenna(name: "m00\($0)", position: .zero, diameter: 13.5) }
        let baselines = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)].map { Baseline($0.0, $0.1) }
        let window = SpectralWindow(
            name: "l", frequencies: (0..<5).map { 1e9 + 1e7 * Double($0) },
            widths: [Double](repeating: 1e7, count: 5))
        var uvw = [UVW]()
        for dump in 0..<4 {
            for antenna in 0..<3 {
                uvw.append(
                    UVW(Double(100 * antenna), Double(40 * antenna * antenna + dump), Double(5 * antenna)))
            }
        }
        let scan = ScheduledScan(
            number: 1, field: 0, intent: "track", times: [0, 8, 16, 24], intervals: [8, 8, 8, 8],
            antennaUVW: uvw)
        let direction = Direction(rightAscension: 0, declination: 0)
        var observation = Observation(
            telescope: "MeerKAT", antennas: antennas, baselines: baselines, spectralWindows: [window],
            polarisations: [.xx, .yy], fields: [Field(name: "a", phaseCentre: direction)], schedule: [scan],
            integrationTime: 8)
        observation.maskedChannels[0][2] = true
        return ObservationCut(
            observation, order: .subbandFirst, dumpsPerWindow: 4,
            subbands: [
                Subband(spectralWindow: 0, channels: 0..<2), Subband(spectralWindow: 0, channels: 2..<5),
            ],
            baselinesPerTile: 3)
    }

    @Test("a coverage holds the cross baselines of each dump and the channels that no mask removes")
    func coverage() throws {
        let coverage = try UVCoverage(cut(), field: 0)
        #expect(coverage.rows == 12)
        #expect(coverage.samples == 48)
        #expect(coverage.parts[0].frequencies == [1e9, 1.01e9, 1.03e9, 1.04e9])
        var rows = [UVW]()
        coverage.parts[0].forEachRow { rows.append($0) }
        #expect(rows[0] == UVW(-100, -40, -5) && rows[2] == UVW(-100, -120, -5))
    }

    @Test("a field without dumps, and a schedule that contradicts itself, are refused")
    func refusals() {
        #expect(throws: ImagingError.self) { try UVCoverage(cut(), field: 1) }
        var short = cut()
        short.observation.schedule[0].antennaUVW.removeLast()
        #expect(throws: ImagingError.self) { try UVCoverage(short, field: 0) }
        var foreign = cut()
        foreign.observation.baselines.append(Baseline(0, 9))
        #expect(throws: ImagingError.self) { try UVCoverage(foreign, field: 0) }
        #expect(throws: ImagingError.self) { try UVCoverage(rows: [UVW(.nan, 0, 0)], frequencies: [1e9]) }
        #expect(throws: ImagingError.self) { try UVCoverage(rows: [UVW(1, 0, 0)], frequencies: [2e9, 1e9]) }
    }

    @Test("the memory is that of the touched blocks, twice with a point spread function")
    func memory() throws {
        let coverage = try UVCoverage(cut(), field: 0)
        let image = try ImageGeometry(width: 256, height: 256, cell: 2e-4)
        let with = try GridPlan(ImageSettings(geometry: image), coverage: coverage)
        let without = try GridPlan(ImageSettings(geometry: image, psf: false), coverage: coverage)
        #expect(with.streamingBytes - without.streamingBytes == 2048 * with.blockCount)
        #expect(with.finalBytes > with.streamingBytes + 8 * 256 * 256)
        #expect(with.blockCount > 0 && with.planeCount >= with.support.w)
        // Far below the dense planes.
        #expect(without.streamingBytes < 8 * with.cells.u * with.cells.v * with.planeCount / 2)
    }

    @Test("images are linear in the visibilities")
    func linearity() async throws {
        let sky = SkyCase(rows: 40)
        let (one, other) = (sky.batch(seed: 1), sky.batch(seed: 1))
        var sum = one
        var second = other
        for sample in sum.visibilities.indices {
            second.visibilities[sample] = Complex64(Float(sample % 7) - 3, Float(sample % 5) - 2)
            sum.visibilities[sample].real += 2 * second.visibilities[sample].real
            sum.visibilities[sample].imaginary += 2 * second.visibilities[sample].imaginary
        }
        let images = [
            try await sky.image(one, epsilon: 1e-3).dirty, try await sky.image(second, epsilon: 1e-3).dirty,
            try await sky.image(sum, epsilon: 1e-3).dirty,
        ]
        let peak = images[2].map(abs).max() ?? 0
        for pixel in images[2].indices {
            #expect(abs(images[0][pixel] + 2 * images[1][pixel] - images[2][pixel]) < 1e-5 * peak)
        }
    }
}
