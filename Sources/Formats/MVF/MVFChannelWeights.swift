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
