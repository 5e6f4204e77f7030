// An island of unsafe code: pointers into blocks and into the file, each used only for the samples it was asked for.

import Synchronization
import Tiles
import Visibilities

/// Reads the samples of a UVH5 file into planes.
final class UVH5Reader: SampleReader {
    private let file: UVH5File
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

    init(_ file: UVH5File, threads: Int) throws {
        self.file = file
        self.threads = max(threads, 1)
        layout = try UVH5Layout(file.file, file.data)
        staging = StagingPool(
            count: self.threads,
            byteCount: layout.stagingBytes(channels: file.data.channels, products: file.data.products))
    }

    var checksum: UInt64 { sum.load(ordering: .relaxed) }
    var sampleCount: Int { samples.load(ordering: .relaxed) }

    func read(_ request: SampleRequest) async throws {
        setTracks(request)
        let planes = UVH5Planes(request, products: file.polarisations.products.count)
        let group = UVH5Layout.baselines(
            dumps: request.dumps.count, channels: request.channels.count, products: planes.products)
        let runs = layout.pieces(
            file.spectrum.runs(window: request.spectralWindow, channels: request.channels))
        let factors = file.factors(request)
        let groups = (planes.baselines.count + group - 1) / group
        try await inTiles(groups, width: threads) { [self] number in
            let baselines = number * group..<min((number + 1) * group, planes.baselines.count)
            makeRoom(request, baselines)
            let counted = try staging.with { staging in
                var filler = UVH5Filler(file, layout, request, planes, factors, staging)
                try filler.fill(baselines, runs)
                return (filler.samples, filler.sum)
            }
            try layout.mapped?.check()
            if request.counts {
                samples.add(counted.0, ordering: .relaxed)
                sum.wrappingAdd(counted.1, ordering: .relaxed)
            }
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
                guard let dump, let row = file.rows.row(dump: dump, baseline: track.baseline) else {
                    continue
                }
                track.uvw[index] = UVH5AntennaUVW.uvw(file.uvw, row)
                if !file.rows.centroids.isEmpty { track.centroids[index] = file.rows.centroids[row.row] }
            }
        }
    }
}

/// The planes of a request by baseline and product.
struct UVH5Planes: @unchecked Sendable {
    /// Products of the file.
    let products: Int
    /// The baselines with planes to fill, in order.
    let baselines: [Int]
    private let destinations: [PlaneDestination?]

    init(_ request: SampleRequest, products: Int) {
        self.products = products
        let found = Set(request.planes.map(\.baseline)).sorted()
        let place = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, $0) })
        var destinations = [PlaneDestination?](repeating: nil, count: found.count * products)
        for plane in request.planes {
            if let place = place[plane.baseline] {
                destinations[place * products + plane.polarisation] = plane
            }
        }
        baselines = found
        self.destinations = destinations
    }

    /// The plane of a baseline (by its place in `baselines`) and product.
    subscript(_ baseline: Int, _ product: Int) -> PlaneDestination? {
        destinations[baseline * products + product]
    }
}

extension UVH5File {
    /// What `nsamples` is multiplied with in each dump and channel of a request; nothing for dumps that it leaves out.
    func factors(_ request: SampleRequest) -> [[Float]] {
        let widths = contents.spectralWindows[request.spectralWindow].widths[request.channels]
        let unit = request.weightUnit.map(UVH5WeightUnit.init) ?? unit
        return request.dumps.map { dump in
            dump.map { dump in
                widths.map { unit.factor(time: contents.intervals[dump], width: $0) }
            } ?? []
        }
    }
}
