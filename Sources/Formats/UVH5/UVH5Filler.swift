// An island of unsafe code: from the file's rows to the planes of some baselines.

import Visibilities

/// Fills the planes of a group of baselines.
///
/// A part of the group that fits in a thread's cache is fetched from the file as it stands, in the file's order, and
/// then turned plane by plane: the blocks, larger than any cache, are written from their beginning to their end.
struct UVH5Filler {
    private let map: UVH5SampleMap
    private let layout: UVH5Layout
    private let request: SampleRequest
    private let planes: UVH5Planes
    private let staging: UnsafeMutableRawBufferPointer
    private var used = 0
    private var digest = UVH5Digest()
    /// Samples of the file that were read.
    private(set) var sampleCount = 0
    /// Their checksum.
    var sum: UInt64 { digest.value }

    init(
        _ map: UVH5SampleMap, _ layout: UVH5Layout, _ request: SampleRequest, _ planes: UVH5Planes,
        _ staging: UnsafeMutableRawBufferPointer
    ) {
        (self.map, self.layout, self.request) = (map, layout, request)
        (self.planes, self.staging) = (planes, staging)
    }

    /// Part of the planes: some baselines (places in `planes.baselines`) in some of the request's dumps.
    private struct Part {
        let baselines: Range<Int>
        let dumps: Range<Int>

        /// The place of a row in a list of all of them, [baseline][dump].
        func place(_ baseline: Int, _ dump: Int) -> Int {
            (baseline - baselines.lowerBound) * dumps.count + dump - dumps.lowerBound
        }
    }

    /// A row of the file as it was fetched.
    private struct FetchedRow {
        let start: UVH5RowStart
        /// Whether its antennas are the other way round.
        let isReversed: Bool
    }

    /// Fills the planes of these baselines.
    ///
    /// - Parameter factors: what `nsamples` of each dump and channel are multiplied with, ascending in frequency.
    mutating func fill(_ baselines: Range<Int>, _ runs: [UVH5Spectrum.Run], factors: [[Float]]) throws {
        for run in runs {
            let extent = layout.partExtent(
                dumps: request.dumps.count, channels: run.stored.count, products: map.data.products)
            let ordered = run.factors(factors)
            for first in stride(from: baselines.lowerBound, to: baselines.upperBound, by: extent.baselines) {
                let some = first..<min(first + extent.baselines, baselines.upperBound)
                for dump in stride(from: 0, to: request.dumps.count, by: extent.dumps) {
                    let dumps = dump..<min(dump + extent.dumps, request.dumps.count)
                    try fill(Part(baselines: some, dumps: dumps), run, ordered)
                }
            }
        }
    }

    private mutating func fill(_ part: Part, _ run: UVH5Spectrum.Run, _ factors: [Float]) throws {
        used = 0
        var rows = [FetchedRow?](repeating: nil, count: part.baselines.count * part.dumps.count)
        for dump in part.dumps { try fetch(dump, part, run, into: &rows) }
        turn(rows, part, run, factors)
    }

    /// Fetches the rows of a dump, as many at once as follow each other in the file.
    private mutating func fetch(
        _ dump: Int, _ part: Part, _ run: UVH5Spectrum.Run, into fetched: inout [FetchedRow?]
    ) throws {
        guard let stored = request.dumps[dump] else { return }
        var baseline = part.baselines.lowerBound
        while baseline < part.baselines.upperBound {
            guard let first = map.rows.row(dump: stored, baseline: planes.baselines[baseline]) else {
                baseline += 1
                continue
            }
            let most = layout.rowsEnd(from: first.row, most: part.baselines.upperBound - baseline)
            var rows = [first]
            while first.row + rows.count < most,
                let next = map.rows.row(dump: stored, baseline: planes.baselines[baseline + rows.count]),
                next.row == first.row + rows.count
            {
                rows.append(next)
            }
            let piece = try fetch(first.row..<first.row + rows.count, run.stored)
            for (index, row) in rows.enumerated() {
                fetched[part.place(baseline + index, dump)] = FetchedRow(
                    start: UVH5RowStart(piece, row: index), isReversed: row.isReversed)
            }
            baseline += rows.count
        }
    }

    /// Fetches a piece that does not leave chunks.
    private mutating func fetch(_ rows: Range<Int>, _ channels: Range<Int>) throws -> UVH5Piece {
        let (width, parts) = (channels.count * map.data.products, map.data.parts)
        let visibilities = try rectangle(layout.visibilities, rows, channels)
        let piece = UVH5Piece(
            rows: rows.count, channels: channels.count, products: map.data.products,
            visibilities: single(visibilities, rows.count, width),
            flags: try rectangle(layout.flags, rows, channels),
            samples: try rectangle(layout.samples, rows, channels))
        if request.counts {
            digest.add(
                piece, words: visibilities, wordsPerSample: parts.byteCount / 8, row: rows.lowerBound,
                channel: channels.lowerBound)
            sampleCount += rows.count * width
        }
        return piece
    }

    private mutating func rectangle(
        _ array: UVH5Array, _ rows: Range<Int>, _ channels: Range<Int>
    ) throws -> UVH5Piece.Part {
        let rowBytes = channels.count * map.data.products * array.elementSize
        let room = room(rows.count * rowBytes)
        let rectangle = try array.rectangle(rows: rows, channels: channels, staging: room)
        guard let owner = rectangle.owner, let copy = room.baseAddress else { return rectangle.part }
        // Decoded chunks are copied: a part has rows of many, which together may be larger than what is kept of them.
        for row in 0..<rows.count {
            (copy + row * rowBytes).copyMemory(
                from: rectangle.start + row * rectangle.rowStride, byteCount: rowBytes)
        }
        withExtendedLifetime(owner) {}
        return UVH5Piece.Part(start: UnsafeRawPointer(copy), rowStride: rowBytes)
    }

    private mutating func room(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        defer { used += (bytes + 15) & ~15 }
        return UnsafeMutableRawBufferPointer(rebasing: staging[used..<used + bytes])
    }

    /// Visibilities as pairs of floats, where they stand if they are stored so.
    private mutating func single(_ values: UVH5Piece.Part, _ rows: Int, _ count: Int) -> UVH5Piece.Part {
        if map.data.parts == .single { return values }
        let start = room(8 * rows * count).baseAddress.unsafelyUnwrapped
        for row in 0..<rows {
            let (from, to) = (values.start + row * values.rowStride, start + row * 8 * count)
            switch map.data.parts {
            case .single, .double: UVH5Data.narrow(from, to, count: 2 * count)
            case .integer: UVH5Data.widen(from, to, count: 2 * count)
            }
        }
        return UVH5Piece.Part(start: UnsafeRawPointer(start), rowStride: 8 * count)
    }

    /// Turns fetched rows into the planes of their baselines; what has none is marked as lost.
    private func turn(_ rows: [FetchedRow?], _ part: Part, _ run: UVH5Spectrum.Run, _ factors: [Float]) {
        let channels = run.stored.count
        let kernel = UVH5Turn(channels: channels, products: map.data.products)
        factors.withUnsafeBufferPointer { factors in
            guard let factors = factors.baseAddress else { return }
            for baseline in part.baselines {
                for dump in part.dumps where request.dumps[dump] != nil {
                    let offset = dump * request.width + request.firstChannel + run.destination
                    guard let row = rows[part.place(baseline, dump)] else {
                        for plane in planes.all(baseline) { plane.advanced(by: offset).lose(channels) }
                        continue
                    }
                    planes.withPlanes(of: baseline, isReversed: row.isReversed) { planes in
                        // The file's visibilities are those of the opposite baseline.
                        kernel.turn(
                            row.start, sign: row.isReversed ? 0 : 1 << 63, factors: factors + dump * channels,
                            to: planes, offset: offset)
                    }
                    if run.isReversed {
                        for plane in planes.filled(baseline, isReversed: row.isReversed) {
                            plane.advanced(by: offset).reverse(channels)
                        }
                    }
                    if !planes.isWhole {
                        for plane in planes.unfilled(baseline, isReversed: row.isReversed) {
                            plane.advanced(by: offset).lose(channels)
                        }
                    }
                }
            }
        }
    }
}

extension UVH5Spectrum.Run {
    /// What belongs to its channels, in the file's order, of values of each dump and channel, ascending in frequency;
    /// [dump][channel], 1 in dumps without values.
    fileprivate func factors(_ values: [[Float]]) -> [Float] {
        values.flatMap { values in
            if values.isEmpty { return [Float](repeating: 1, count: stored.count) }
            let own = values[destination..<destination + stored.count]
            return isReversed ? own.reversed() : Array(own)
        }
    }
}
