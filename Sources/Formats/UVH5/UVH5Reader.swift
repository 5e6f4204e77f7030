// An island of unsafe code: pointers into blocks and into the file, each used only for the samples it was asked for.

import Synchronization
import Tiles
import Visibilities

/// Reads the samples of a UVH5 file into planes.
final class UVH5Reader: SampleReader {
    private let map: UVH5SampleMap
    private let layout: UVH5Layout
    private let staging: StagingPool
    private let threads: Int
    private let sum = Atomic<UInt64>(0)
    private let samples = Atomic<Int>(0)
    /// What may be mapped of the file, and how many bytes these are.
    private let mapped = Mutex<(parts: Set<MappedPart>, byteCount: Int)>(([], 0))

    /// Rows of some baselines in a window, from a channel on.
    private struct MappedPart: Hashable {
        let dump, baseline, channel: Int
    }

    init(_ map: UVH5SampleMap, threads: Int, limits: UVH5Layout.Limits = UVH5Layout.Limits()) throws {
        self.map = map
        self.threads = max(threads, 1)
        layout = try UVH5Layout(map.file, map.data, limits: limits)
        staging = StagingPool(
            count: self.threads,
            byteCount: layout.stagingBytes(channels: map.data.channels, products: map.data.products))
    }

    var checksum: UInt64 { sum.load(ordering: .relaxed) }
    var sampleCount: Int { samples.load(ordering: .relaxed) }

    func read(_ request: SampleRequest) async throws {
        setTracks(request)
        let planes = UVH5Planes(request, map.polarisations, hasReversedRows: map.rows.hasReversedRows)
        let group = layout.baselines(
            dumps: request.dumps.count, channels: request.channels.count,
            products: map.polarisations.products.count)
        let runs = layout.pieces(
            map.spectrum.runs(window: request.spectralWindow, channels: request.channels))
        let factors = map.factors(request)
        let groups = (planes.baselines.count + group - 1) / group
        try await inTiles(groups, width: threads) { [self] number in
            let baselines = number * group..<min((number + 1) * group, planes.baselines.count)
            makeRoom(request, baselines)
            let (count, part) = try staging.with { staging in
                var filler = UVH5Filler(map, layout, request, planes, staging)
                try filler.fill(baselines, runs, factors: factors)
                return (filler.sampleCount, filler.sum)
            }
            try layout.mapped?.check()
            samples.add(count, ordering: .relaxed)
            sum.wrappingAdd(part, ordering: .relaxed)
        }
    }

    /// Lets go of what is mapped of the file before it becomes more than was declared.
    private func makeRoom(_ request: SampleRequest, _ baselines: Range<Int>) {
        guard let dump = request.dumps.lazy.compactMap({ $0 }).first else { return }
        let byteCount = layout.mappedBytes(
            rows: request.dumps.count * baselines.count, channels: request.channels.count)
        // Rows that are used again and again count once.
        let part = MappedPart(
            dump: dump, baseline: baselines.lowerBound,
            channel: layout.isWide ? 0 : request.channels.lowerBound)
        mapped.withLock { mapped in
            guard mapped.parts.insert(part).inserted else { return }
            if mapped.byteCount + byteCount > layout.mostMapped {
                layout.mapped?.release()
                mapped = ([part], 0)
            }
            mapped.byteCount += byteCount
        }
    }

    /// Puts in each row's own uvw, to the bit but for the sign, and its own time.
    private func setTracks(_ request: SampleRequest) {
        for track in request.tracks {
            for (index, dump) in request.dumps.enumerated() {
                guard let dump, let row = map.rows.row(dump: dump, baseline: track.baseline) else {
                    continue
                }
                track.uvw[index] = UVH5AntennaUVW.uvw(map.uvw, row)
                if !map.rows.centroids.isEmpty { track.centroids[index] = map.rows.centroids[row.row] }
            }
        }
    }
}
