import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("UVH5 files, written and read back")
struct UVH5RoundTripTests {
    @Test(
        "what was written is read, but for the reasons of flags and weights that single precision rounds",
        arguments: UVH5Stream.Kind.allCases)
    func samples(_ kind: UVH5Stream.Kind) async throws {
        let folder = try Scratch()
        let stream = try UVH5Stream(kind)
        try await stream.write(to: folder["a.uvh5"])
        let file = try UVH5File.open(folder["a.uvh5"])
        let (contents, observation) = (file.contents, stream.observation)
        #expect(file.warnings == [])
        #expect(contents.baselines == observation.baselines)
        #expect(Set(contents.polarisations) == Set(observation.polarisations))
        #expect(contents.antennas.map(\.name) == observation.antennas.map(\.name))
        #expect(contents.spectralWindows.map(\.frequencies) == observation.spectralWindows.map(\.frequencies))
        #expect(contents.spectralWindows.map(\.widths) == observation.spectralWindows.map(\.widths))
        #expect(contents.intervals == observation.schedule.flatMap(\.intervals))
        let scheduled = observation.schedule.flatMap(\.times)
        #expect(contents.times.count == scheduled.count)
        #expect(zip(contents.times, scheduled).allSatisfy { abs($0 - $1) < 2.1e-5 })
        #expect(contents.scans.map(\.number) == observation.schedule.map(\.number))
        #expect(
            contents.targets.compactMap(\.field?.tracking)
                == contents.targets.map { _ in observation.fields[0].tracking })
        for window in contents.spectralWindows.indices {
            try await expectSamples(
                stream, file, window, precision: kind == .averaged ? Float.ulpOfOne : 0)
        }
    }

    /// Compares values, flags, uvw and, to a relative precision, weights.
    private func expectSamples(
        _ stream: UVH5Stream, _ file: UVH5File, _ window: Int, precision: Float
    ) async throws {
        let read = try await UVH5Samples(file, window: window, dumpsEach: 5, channelsEach: 19)
        let products = stream.observation.polarisations.count
        var (wrong, first) = (0, 0)
        for (scan, scheduled) in stream.observation.schedule.enumerated() {
            for dump in scheduled.times.indices {
                for (baseline, antennas) in file.contents.baselines.enumerated() {
                    let uvw = stream.observation.uvw(antennas, dump: dump, of: scheduled)
                    wrong += read.uvw(baseline, first + dump) == uvw ? 0 : 1
                }
                for plane in 0..<file.contents.baselines.count * products {
                    let product = stream.observation.polarisations[plane % products]
                    let place = try #require(file.contents.polarisations.firstIndex(of: product))
                    for channel in file.contents.spectralWindows[window].frequencies.indices {
                        let sample = stream.sample(
                            scan: scan, dump: dump, plane: plane, window: window, channel: channel)
                        let found = read[plane / products, place, first + dump, channel]
                        let isSame =
                            found.value == sample.value && found.flag == (sample.flag == 0 ? 0 : 1)
                            && abs(found.weight - sample.weight) <= precision * sample.weight
                        wrong += isSame ? 0 : 1
                    }
                }
            }
            first += scheduled.times.count
        }
        #expect(wrong == 0)
    }
}
