// An island of unsafe code: from the file's rows to the planes of some baselines.

import Visibilities

/// Fills the planes of a group of baselines, dump by dump.
struct UVH5Filler {
    private let file: UVH5File
    private let layout: UVH5Layout
    private let request: SampleRequest
    private let planes: UVH5Planes
    private let factors: [[Float]]
    private let staging: UnsafeMutableRawBufferPointer
    // Looked up once: each is asked for with every row.
    private let products: Int
    private let parts: UVH5Data.Parts
    private let places: (forward: [Int?], reversed: [Int?])
    /// Samples of the file that were read.
    private(set) var samples = 0
    /// Their checksum.
    private(set) var sum: UInt64 = 0

    init(
        _ file: UVH5File, _ layout: UVH5Layout, _ request: SampleRequest, _ planes: UVH5Planes,
        _ factors: [[Float]], _ staging: UnsafeMutableRawBufferPointer
    ) {
        (self.file, self.layout, self.request, self.planes) = (file, layout, request, planes)
        (self.factors, self.staging) = (factors, staging)
        (products, parts) = (file.data.products, file.data.parts)
        places = (file.polarisations.forward, file.polarisations.reversed)
    }

    /// A run of rows that follow each other in the file and belong to baselines that follow each other.
    private struct RowRun {
        var rows: Range<Int>
        /// Place in `planes.baselines` of the first one.
        var baseline: Int
    }

    /// Fills the planes of these baselines (places in `planes.baselines`).
    mutating func fill(_ baselines: Range<Int>, _ runs: [UVH5Spectrum.Run]) throws {
        for (index, dump) in request.dumps.enumerated() {
            guard let dump else { continue }
            var run: RowRun?
            for baseline in baselines {
                guard let row = file.rows.row(dump: dump, baseline: planes.baselines[baseline]) else {
                    lose(baseline, index)
                    continue
                }
                if let last = run, row.row == last.rows.upperBound,
                    baseline == last.baseline + last.rows.count
                {
                    run = RowRun(rows: last.rows.lowerBound..<row.row + 1, baseline: last.baseline)
                } else {
                    if let run { try fill(run, dump, index, runs) }
                    run = RowRun(rows: row.row..<row.row + 1, baseline: baseline)
                }
            }
            if let run { try fill(run, dump, index, runs) }
        }
    }

    private func lose(_ baseline: Int, _ index: Int) {
        for product in 0..<planes.products {
            planes[baseline, product]?.lose(
                from: index * request.width + request.firstChannel, count: request.channels.count)
        }
    }

    /// Fills what a run of rows holds, in pieces that do not leave chunks.
    private mutating func fill(_ run: RowRun, _ dump: Int, _ index: Int, _ runs: [UVH5Spectrum.Run]) throws {
        for channels in runs {
            let most = layout.rows(channels: channels.stored.count, products: products)
            var row = run.rows.lowerBound
            while row < run.rows.upperBound {
                let end = min(layout.rowsEnd(from: row, most: most), run.rows.upperBound)
                try fill(
                    row..<end, channels, dump, index, baseline: run.baseline + row - run.rows.lowerBound)
                row = end
            }
        }
    }

    private mutating func fill(
        _ rows: Range<Int>, _ run: UVH5Spectrum.Run, _ dump: Int, _ index: Int, baseline: Int
    ) throws {
        let elements = run.stored.count * products
        var used = 0
        func room(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
            defer { used += (bytes + 63) & ~63 }
            return UnsafeMutableRawBufferPointer(rebasing: staging[used..<used + bytes])
        }
        func rectangle(_ array: UVH5Array) throws -> UVH5Rectangle {
            try array.rectangle(
                rows: rows, channels: run.stored,
                staging: room(rows.count * elements * array.elementSize))
        }
        let visibilities = try rectangle(layout.visibilities)
        let flags = try rectangle(layout.flags)
        let weights = try rectangle(layout.samples)
        let converted = room(8 * elements)
        for place in 0..<rows.count {
            let values = visibilities.start + place * visibilities.rowStride
            let piece = UVH5RowPiece(
                channels: run.stored.count, products: products,
                visibilities: single(values, elements, converted),
                flags: (flags.start + place * flags.rowStride).assumingMemoryBound(to: UInt8.self),
                samples: (weights.start + place * weights.rowStride).assumingMemoryBound(to: Float.self))
            if request.counts {
                count(values, piece, row: rows.lowerBound + place, first: run.stored.lowerBound)
            }
            turn(piece, run, dump, index, baseline: baseline + place)
        }
        withExtendedLifetime((visibilities.owner, flags.owner, weights.owner)) {}
    }

    /// Visibilities as pairs of floats, where they stand if they are stored so.
    private func single(
        _ values: UnsafeRawPointer, _ count: Int, _ converted: UnsafeMutableRawBufferPointer
    ) -> UnsafePointer<UInt64> {
        let to = converted.baseAddress.unsafelyUnwrapped
        let floats = to.assumingMemoryBound(to: Float.self)
        switch parts {
        case .single: return values.assumingMemoryBound(to: UInt64.self)
        case .double: UVH5Turn.narrow(values.assumingMemoryBound(to: Double.self), floats, count: count)
        case .integer: UVH5Turn.widen(values.assumingMemoryBound(to: Int32.self), floats, count: count)
        }
        return UnsafePointer(to.assumingMemoryBound(to: UInt64.self))
    }

    /// Adds a piece as it stands in the file to checksum and count.
    private mutating func count(_ values: UnsafeRawPointer, _ piece: UVH5RowPiece, row: Int, first: Int) {
        let elements = piece.channels * piece.products
        let words = parts.byteCount / 8
        let place = first * piece.products
        sum &+= UVH5Digest.sum(
            words: values.assumingMemoryBound(to: UInt64.self), count: words * elements, row: row,
            first: words * place)
        sum &+= UVH5Digest.sum(
            flags: piece.flags, samples: piece.samples, count: elements, row: row, first: place)
        samples += elements
    }

    /// Turns a piece of a row into the planes of its baseline.
    private func turn(
        _ piece: UVH5RowPiece, _ run: UVH5Spectrum.Run, _ dump: Int, _ index: Int, baseline: Int
    ) {
        let row = file.rows.row(dump: dump, baseline: planes.baselines[baseline])
        let isReversed = row?.isReversed ?? false
        let places = isReversed ? self.places.reversed : self.places.forward
        let offset = index * request.width + request.firstChannel + run.destination
        for product in 0..<planes.products {
            guard let plane = planes[baseline, product] else { continue }
            guard let place = places[product] else {
                plane.lose(from: offset, count: piece.channels)
                continue
            }
            let to = UVH5PlaneRow(
                visibilities: plane.visibilities + offset, weights: plane.weights + offset,
                flags: plane.flags + offset)
            factors[index].withUnsafeBufferPointer { factors in
                guard let factors = factors.baseAddress else { return }
                UVH5Turn.turn(
                    piece, product: place, sign: isReversed ? 0 : 1 << 63, factors: factors + run.destination,
                    to: to)
            }
            if run.isReversed { UVH5Turn.reverse(to, piece.channels) }
        }
    }
}
