// An island of unsafe code: pieces of several chunks side by side.

extension UVH5Array {
    /// Puts a rectangle of several chunks together.
    func assemble(
        _ rows: Range<Int>, _ channels: Range<Int>, into room: UnsafeMutableRawBufferPointer
    ) throws {
        guard let to = room.baseAddress else { return }
        for first in stride(
            from: channels.lowerBound / chunk.channels * chunk.channels, to: channels.upperBound,
            by: chunk.channels)
        {
            let part = channels.clamped(to: first..<first + chunk.channels)
            for product in stride(from: 0, to: shape.products, by: chunk.products) {
                let width = min(chunk.products, shape.products - product)
                let place =
                    to + ((part.lowerBound - channels.lowerBound) * shape.products + product) * elementSize
                guard let cell = try cell(row: rows.lowerBound, channel: part.lowerBound, product: product)
                else {
                    try copyByLibrary(rows, part, product..<product + width, to: place, channels.count)
                    continue
                }
                let start =
                    rows.lowerBound % chunk.rows * cell.rowStride
                    + (part.lowerBound - first) * chunk.products * elementSize
                for row in 0..<rows.count {
                    copySpectrum(
                        from: cell.start + start + row * cell.rowStride,
                        to: place + row * channels.count * shape.products * elementSize,
                        channels: part.count, products: width)
                }
            }
        }
    }

    /// Copies the channels of a row from a chunk, of so many of its products.
    private func copySpectrum(
        from: UnsafeRawPointer, to: UnsafeMutableRawPointer, channels: Int, products: Int
    ) {
        let run = products * elementSize
        if products == shape.products, products == chunk.products {
            to.copyMemory(from: from, byteCount: channels * run)
            return
        }
        let (step, stride) = (shape.products * elementSize, chunk.products * elementSize)
        switch run {
        case 1: Self.copy(UInt8.self, from, stride, to, step, channels)
        case 4: Self.copy(UInt32.self, from, stride, to, step, channels)
        case 8: Self.copy(UInt64.self, from, stride, to, step, channels)
        default:
            for channel in 0..<channels {
                (to + channel * step).copyMemory(from: from + channel * stride, byteCount: run)
            }
        }
    }

    /// Copies elements from one spacing to another, both in bytes.
    @inline(__always)
    private static func copy<T: BitwiseCopyable>(
        _ type: T.Type, _ from: UnsafeRawPointer, _ stride: Int, _ to: UnsafeMutableRawPointer, _ step: Int,
        _ count: Int
    ) {
        for index in 0..<count {
            let element = (from + index * stride).loadUnaligned(as: T.self)
            (to + index * step).storeBytes(of: element, as: T.self)
        }
    }

    /// Reads part of a rectangle that libhdf5 alone can give.
    private func copyByLibrary(
        _ rows: Range<Int>, _ channels: Range<Int>, _ products: Range<Int>, to place: UnsafeMutableRawPointer,
        _ width: Int
    ) throws {
        let run = products.count * elementSize
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: rows.count * channels.count * run, alignment: 64)
        defer { piece.deallocate() }
        try readByLibrary(rows, channels, products, into: piece)
        for (index, from) in stride(from: 0, to: piece.count, by: run).enumerated() {
            let (row, channel) = (index / channels.count, index % channels.count)
            let into = place + (row * width + channel) * shape.products * elementSize
            into.copyMemory(
                from: UnsafeRawPointer(piece.baseAddress.unsafelyUnwrapped) + from, byteCount: run)
        }
    }
}
