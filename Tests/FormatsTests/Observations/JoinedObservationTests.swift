import Parameters
import Rings
import TestSupport
import Testing
import Visibilities

@testable import Formats

@Suite("Joined observations")
struct JoinedObservationTests {
    /// Reads everything and counts samples that are not the imagined observation's, and lost ones.
    private func read(
        _ view: ObservationView, dumps: Int = 4, channels: Int = 3
    ) async throws -> (wrong: Int, lost: Int, all: Int) {
        let subbands = view.observation.spectralWindows.enumerated().flatMap { window, spectrum in
            stride(from: 0, to: spectrum.frequencies.count, by: channels).map {
                Subband(spectralWindow: window, channels: $0..<min($0 + channels, spectrum.frequencies.count))
            }
        }
        let cut = ObservationCut(
            view.observation, order: .subbandFirst, dumpsPerWindow: dumps, subbands: subbands,
            baselinesPerTile: 4)
        let reader = try ObservationReader(view, cut: cut, threads: 1)
        let pool = SlabPool("test", slabs: cut.tiles.count, byteCount: VisibilityBlock.slabByteCount(cut))
        var (wrong, lost, all) = (0, 0, 0)
        for scan in cut.observation.schedule.indices {
            for subband in cut.subbands.indices {
                for window in cut.windows(dumps: cut.observation.schedule[scan].times.count).indices {
                    let blocks = try await reader.blocks(
                        scheduleIndex: scan, subband: subband, window: window, from: pool)
                    for block in blocks {
                        let seen = Self.count(block, view.observation)
                        (wrong, lost, all) = (wrong + seen.wrong, lost + seen.lost, all + block.sampleCount)
                    }
                }
            }
        }
        return (wrong, lost, all)
    }

    private static func count(_ block: VisibilityBlock, _ observation: Observation) -> (wrong: Int, lost: Int)
    {
        var (index, wrong, lost) = (0, 0, 0)
        for baseline in block.baselines {
            let pair = observation.baselines[baseline]
            let names = (observation.antennas[pair.antenna1].name, observation.antennas[pair.antenna2].name)
            for polarisation in observation.polarisations {
                for time in block.context.times {
                    for frequency in block.context.frequencies {
                        let expected = PartialFile.sample(
                            time: time, frequency: frequency, antennas: names, polarisation)
                        if block.flags[index] == FlagReasons.dataLost.rawValue {
                            lost += 1
                            let isEmpty =
                                block.weights[index] == 0 && block.visibilities[index] == Complex64(0, 0)
                            wrong += isEmpty ? 0 : 1
                        } else if block.visibilities[index] != expected || block.weights[index] != 2 {
                            wrong += 1
                        }
                        index += 1
                    }
                }
            }
        }
        return (wrong, lost)
    }

    /// The imagined observation cut into 2 x 2 x 2 files.
    private var parts: [PartialFile] {
        [0..<2, 2..<6].flatMap { times in
            [0..<5, 5..<8].flatMap { channels in
                [[Polarisation.xx, .yy], [.xy, .yx]].map {
                    PartialFile(
                        path: "\(times)-\(channels)-\($0[0].name)", times: times, channels: channels,
                        polarisations: $0)
                }
            }
        }
    }

    @Test("parts along time, frequency and polarisation, in any order, are the whole", arguments: 0..<4)
    func whole(seed: Int) async throws {
        var random = Seeded(UInt64(seed))
        let joined = try JoinedObservation(parts.shuffled(using: &random))
        let whole = PartialFile(path: "whole").contents
        let contents = joined.contents
        #expect(contents.times == whole.times && contents.polarisations == whole.polarisations)
        #expect(contents.spectralWindows.map(\.frequencies) == whole.spectralWindows.map(\.frequencies))
        #expect(contents.scans.map(\.dumps) == [0..<6], "a scan that goes on in the next file is one scan")
        #expect(contents.antennaUVW == whole.antennaUVW && joined.warnings.isEmpty)
        let seen = try await read(try joined.select())
        #expect(seen == (0, 0, 6 * 6 * 4 * 8))
    }

    @Test("halos hold what the blocks beside hold, and count in no checksum", arguments: [1, 4, 8])
    func halos(channels: Int) async throws {
        let view = try JoinedObservation(parts).select()
        var cut = ObservationCut(
            view.observation, order: .subbandFirst, dumpsPerWindow: 4,
            subbands: [0..<3, 3..<6, 6..<8].map { Subband(spectralWindow: 0, channels: $0) },
            baselinesPerTile: 4)
        cut.halo = channels
        let (reader, plain) = (
            try ObservationReader(view, cut: cut, threads: 1),
            try ObservationReader(view, cut: cut, threads: 1)
        )
        let pool = SlabPool("test", slabs: cut.tiles.count, byteCount: VisibilityBlock.slabByteCount(cut))
        let halos = SlabPool(
            "halo", slabs: 2 * cut.tiles.count, byteCount: VisibilityBlock.companionByteCount(cut))
        for subband in cut.subbands.indices {
            _ = try await plain.blocks(scheduleIndex: 0, subband: subband, window: 1, from: pool)
            let blocks = try await reader.blocks(
                scheduleIndex: 0, subband: subband, window: 1, from: pool, halo: halos)
            for block in blocks {
                for side in HaloSide.allCases {
                    let expected = cut.haloChannels(of: subband, side)
                    let halo = block.halo(side)
                    #expect(
                        halo?.context.channels ?? expected == expected && (halo == nil) == expected.isEmpty)
                    #expect(halo?.baselines ?? block.baselines == block.baselines)
                    if let halo { #expect(Self.count(halo, view.observation) == (0, 0)) }
                }
            }
        }
        #expect(reader.checksums == plain.checksums && reader.sampleCount == plain.sampleCount)
        #expect(halos.leased == 0 && pool.leased == 0)
    }

    @Test("where a part is missing, its samples and no others are lost")
    func missingPart() async throws {
        let joined = try JoinedObservation(Array(parts.dropLast()))
        #expect(joined.warnings.count == 1)
        let seen = try await read(try joined.select())
        #expect(seen == (0, 6 * 2 * 4 * 3, 6 * 6 * 4 * 8))
    }

    @Test("a selection reaches through the join")
    func selection() async throws {
        var wanted = ReadSelection()
        wanted.antennas = { $0 != "b" }
        wanted.polarisations = [.yy, .xy]
        wanted.channels = [[1..<3, 4..<7]]
        wanted.times = { $0 > 5e9 + 4 }
        wanted.keepsAutocorrelations = false
        let view = try JoinedObservation(parts).select(wanted)
        #expect(view.observation.polarisations == [.xy, .yy])
        #expect(view.observation.antennas.map(\.name) == ["a", "c"])
        let seen = try await read(view)
        #expect(seen == (0, 0, 1 * 2 * 5 * 5))
        #expect(view.observation.schedule[0].antennaUVW[1] == UVW(250, 1, 0))
    }

    @Test(
        "bands that do not touch stay apart, files with more than 4 dumps missing between them make two scans"
    )
    func gaps() async throws {
        let joined = try JoinedObservation([
            PartialFile(path: "1", times: 0..<2, channels: 0..<3),
            PartialFile(path: "2", times: 0..<2, channels: 4..<8),
            PartialFile(path: "3", times: 7..<9, channels: 0..<3),
            PartialFile(path: "4", times: 7..<9, channels: 4..<8),
        ])
        #expect(joined.contents.spectralWindows.map(\.frequencies.count) == [3, 4])
        #expect(joined.contents.scans.map(\.dumps) == [0..<2, 2..<4])
        #expect(joined.contents.scans.map(\.number) == [0, 1])
        let seen = try await read(try joined.select())
        #expect(seen == (0, 0, 4 * 6 * 4 * 7))
    }

    @Test("files with up to 4 dumps missing between them make one scan, as one file does", arguments: 1...4)
    func fewMissing(_ missing: Int) async throws {
        let joined = try JoinedObservation([
            PartialFile(path: "1", times: 0..<2), PartialFile(path: "2", times: 2 + missing..<4 + missing),
        ])
        #expect(joined.contents.scans.map(\.dumps) == [0..<4] && joined.contents.targets.count == 1)
        let view = try joined.select()
        #expect(view.observation.schedule.map(\.times.count) == [4 + missing])
        let seen = try await read(view)
        #expect(seen == (0, missing * 6 * 4 * 8, (4 + missing) * 6 * 4 * 8))
    }

    @Test("bands of other channel widths that follow one another are spectral windows of one observation")
    func widths() async throws {
        var wide = PartialFile(path: "2", channels: 8..<12)
        wide.contents.spectralWindows[0].frequencies = (0..<4).map { 1.0085e9 + 2e6 * Double($0) }
        wide.contents.spectralWindows[0].widths = [Double](repeating: 2e6, count: 4)
        let narrow = PartialFile(path: "1")
        for files in [[narrow, wide], [wide, narrow]] {
            let joined = try JoinedObservation(files)
            #expect(joined.contents.spectralWindows.map(\.frequencies.count) == [8, 4])
            let seen = try await read(try joined.select())
            #expect(seen == (0, 0, 6 * 6 * 4 * 12))
        }
        wide.contents.spectralWindows[0].frequencies[0] -= 1e6
        #expect(throws: ObservationError.self) { try JoinedObservation([narrow, wide]) }
    }

    @Test("the outermost windows tell where a band ends, in whatever order a file has them")
    func outermostWindows() throws {
        let narrow = PartialFile(path: "1", channels: 0..<4)
        var both = PartialFile(path: "2", channels: 8..<10)
        both.contents.spectralWindows.append(
            SpectralWindow(name: "wide", frequencies: [0.9e9, 0.904e9], widths: [4e6, 4e6]))
        // Channels 10 to 11 follow the narrow window, which is the last in frequency and the first in the file.
        let joined = try JoinedObservation([both, PartialFile(path: "3", channels: 10..<12)])
        #expect(joined.contents.spectralWindows.map(\.frequencies.count) == [2, 4])
        both.contents.spectralWindows[1].frequencies = [1.0055e9, 1.0095e9]
        #expect(throws: ObservationError.self) {
            _ = try JoinedObservation([both, PartialFile(path: "3", channels: 11..<12)])
        }
        #expect(try JoinedObservation([narrow, both]).contents.spectralWindows.count == 3)
    }

    @Test("a drift scan cut into files is one scan, though each file's zenith is elsewhere")
    func drift() throws {
        let files = (0..<3).map { number in
            var file = PartialFile(path: "\(number)", times: 2 * number..<2 * number + 2)
            file.contents.targets[0].field = Field(
                name: "P", phaseCentre: Direction(rightAscension: Double(number), declination: -0.5),
                tracking: .unprojected)
            return file
        }
        let view = try JoinedObservation(files).select()
        #expect(view.observation.schedule.map(\.times.count) == [6] && view.observation.fields.count == 1)
    }

    @Test(
        "scan numbers that go on are kept, numbers that start again are moved up",
        arguments: [
            ([1, 2], [3, 4], [1, 2, 3, 4]), ([0, 1], [0, 1], [0, 1, 2, 3]),
            ([5, 7], [6, 8], [5, 7, 8, 10]),
        ])
    func scanNumbers(one: [Int], two: [Int], expected: [Int]) throws {
        let files = [one, two].enumerated().map { index, numbers in
            var file = PartialFile(path: "\(index)", times: 10 * index..<10 * index + 2)
            file.contents.scans = numbers.enumerated().map {
                FileScan(number: $1, state: "track", isOnSource: true, target: 0, dumps: $0..<$0 + 1)
            }
            return file
        }
        #expect(try JoinedObservation(files).contents.scans.map(\.number) == expected)
    }

    @Test("files that do not go together are refused, both named")
    func refused() throws {
        func error(_ one: PartialFile, _ two: PartialFile) -> ObservationError? {
            #expect(throws: ObservationError.self) { _ = try JoinedObservation([one, two]) }
        }
        let whole = PartialFile(path: "one")
        var others = [
            ("hold the same", PartialFile(path: "two")),
            ("times of two files overlap", PartialFile(path: "two", times: 3..<9)),
            ("frequencies of two files overlap", PartialFile(path: "two", channels: 4..<12)),
            ("polarisations of two files overlap", PartialFile(path: "two", polarisations: [.xx, .rr])),
            ("antennas differ", PartialFile(path: "two", times: 6..<9, antennas: ["a", "b", "d"])),
        ]
        var slower = PartialFile(path: "two", times: 6..<9)
        slower.contents.integrationTime = 16
        others.append(("differ in length", slower))
        others.append(("another order", PartialFile(path: "two", times: 6..<9, antennas: ["b", "a", "c"])))
        var elsewhere = PartialFile(path: "two", channels: 8..<12)
        elsewhere.contents.targets[0].field = Field(
            name: "P", phaseCentre: Direction(rightAscension: 2, declination: -0.5))
        others.append(("look at other targets", elsewhere))
        var halves = PartialFile(path: "two", times: 6..<9)
        let window = halves.contents.spectralWindows[0]
        halves.contents.spectralWindows = [0..<4, 4..<8].map {
            SpectralWindow(
                name: "w", frequencies: Array(window.frequencies[$0]), widths: Array(window.widths[$0]))
        }
        others.append(("into other windows", halves))
        var early = PartialFile(path: "two", times: 6..<9)
        early.contents.times = early.contents.times.map { $0 - 4 }
        others.append(("times of two files overlap", early))
        var heavier = PartialFile(path: "two", times: 6..<9)
        heavier.contents.weightUnit = WeightUnit(time: 8, width: 1e6)
        others.append(("do not compare", heavier))
        var moved = PartialFile(path: "two", times: 6..<9)
        moved.contents.centre.x += 20
        others.append(("places differ by 20.0 m", moved))
        for (what, other) in others {
            let found = error(whole, other)
            #expect(found?.fault == .usage && found?.files == ["one", "two"], "\(what)")
            #expect(found?.what.contains(what) == true, "\(found?.what ?? "")")
        }
    }
}
