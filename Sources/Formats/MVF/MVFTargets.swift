// An island of unsafe code: pointers into blocks, valid as long as their caller holds the blocks.

import Visibilities

/// The planes of a window's blocks: those that the file holds, in the order of its products, and those it lacks.
struct MVFTargets: Sendable {
    private(set) var found: [MVFDestination] = []
    private(set) var missing: [MVFDestination] = []

    /// Points into all planes; the blocks must outlive the result and stay unshared.
    init(_ blocks: inout [VisibilityBlock], planes: [MVF3View.Plane?]) {
        for index in blocks.indices {
            let (shape, first) = (blocks[index].shape, blocks[index].firstBaseline)
            blocks[index].withMutableArrays { visibilities, weights, flags, _, _ in
                visibilities.withUnsafeMutableBufferPointer { visibilities in
                    weights.withUnsafeMutableBufferPointer { weights in
                        flags.withUnsafeMutableBufferPointer { flags in
                            guard let values = UnsafeMutableRawPointer(visibilities.baseAddress),
                                let weights = weights.baseAddress, let flags = flags.baseAddress
                            else { return }
                            for plane in 0..<shape.planes {
                                let place = planes[first * shape.polarisations + plane]
                                let start = plane * shape.planeSize
                                let destination = MVFDestination(
                                    product: place?.product ?? 0,
                                    conjugation: place?.isConjugated == true ? 1 << 63 : 0,
                                    visibilities: values.assumingMemoryBound(to: UInt64.self) + start,
                                    weights: weights + start, flags: flags + start)
                                if place == nil {
                                    missing.append(destination)
                                } else {
                                    found.append(destination)
                                }
                            }
                        }
                    }
                }
            }
        }
        found.sort { $0.product < $1.product }
    }
}

/// The weights of a window's channels, f4 [dump][channel], made safe.
struct MVFChannelWeights: Sendable {
    /// As they stand in the file.
    let stored: [[Float]]
    /// With 0 in place of what is negative, not finite, or so large that the product with a byte is not.
    let safe: [[Float]]

    /// Reads the rows of a window; all are 1 when the file has no such array.
    init(_ dataset: HDF5Dataset?, rows: [Int?], channels: Range<Int>) throws {
        let ones = [Float](repeating: 1, count: channels.count)
        stored = try rows.map { dump in
            guard let dataset, let dump else { return ones }
            var row = ones
            try row.withUnsafeMutableBufferPointer {
                try dataset.read([dump..<dump + 1, channels], into: $0)
            }
            return row
        }
        safe = stored.map { $0.map { $0 >= 0 && $0 <= .greatestFiniteMagnitude / 255 ? $0 : 0 } }
    }

    /// One row from a channel on: what is stored and what is safe.
    struct Row {
        let stored: UnsafePointer<Float>
        let safe: UnsafePointer<Float>
    }

    /// Lends one row from a channel on.
    func withRow<R>(_ row: Int, from channel: Int, _ body: (Row) throws -> R) rethrows -> R? {
        try stored[row].withUnsafeBufferPointer { stored in
            try safe[row].withUnsafeBufferPointer { safe in
                guard let stored = stored.baseAddress, let safe = safe.baseAddress else { return nil }
                return try body(Row(stored: stored + channel, safe: safe + channel))
            }
        }
    }
}
