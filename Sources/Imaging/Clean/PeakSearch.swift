// An island of unsafe code: reads of eight pixels at a time.

import Tiles

/// Where the strongest peak is.
struct Peak: Sendable {
    let value: Float
    let pixel: Int
    /// |value| times the pixel's share.
    let rank: Float
}

/// Finds peaks among pixels that count each with a share from 0 (not at all) to 1.
struct PeakSearch: Sendable {
    let width: Int
    let height: Int
    /// Bits of a value that are ranked: all but the sign, or all when only peaks above zero count.
    let rankBits: UInt32

    init(width: Int, height: Int, positiveOnly: Bool) {
        self.width = width
        self.height = height
        rankBits = positiveOnly ? 0xFFFF_FFFF : 0x7FFF_FFFF
    }

    /// The strongest peak; nil when no pixel counts or all are zero. The first of equals.
    func peak(_ image: [Float], _ share: [Float]) async throws -> Peak? {
        let best = try await mapTiles((height + 63) / 64) { tile in
            scan(image, share, 64 * tile * width..<min(64 * (tile + 1), height) * width)
        }
        return best.compactMap { $0 }.reduce(nil) { first, next -> Peak? in
            guard let first else { return next }
            return next.rank > first.rank ? next : first
        }
    }

    /// Groups of eight neighbouring pixels of a row with some above a limit, as row x groups in a row + group.
    func groups(_ image: [Float], _ share: [Float], above limit: Float) async throws -> [Int32] {
        let parts = try await mapTiles((height + 63) / 64) { tile -> [Int32] in
            var found = [Int32]()
            let perRow = (width + 7) / 8
            image.withUnsafeBufferPointer { image in
                share.withUnsafeBufferPointer { share in
                    for row in 64 * tile..<min(64 * (tile + 1), height) {
                        for group in 0..<perRow {
                            let first = row * width + 8 * group
                            let kept = min(8, width - 8 * group)
                            let rank = rank(eight(image, first, kept)) * eight(share, first, kept)
                            if any(rank .> limit) { found.append(Int32(row * perRow + group)) }
                        }
                    }
                }
            }
            return found
        }
        return parts.flatMap { $0 }
    }

    /// What is compared.
    @inline(__always) func rank(_ value: Lanes) -> Lanes {
        Lanes(bitPattern: SIMD8<UInt32>(bitPattern: value) & rankBits)
    }

    private func scan(_ image: [Float], _ share: [Float], _ pixels: Range<Int>) -> Peak? {
        image.withUnsafeBufferPointer { image in
            share.withUnsafeBufferPointer { share in
                var best = Lanes.zero
                for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: 8) {
                    let kept = min(8, pixels.upperBound - first)
                    let rank = rank(eight(image, first, kept)) * eight(share, first, kept)
                    best.replace(with: rank, where: rank .> best)
                }
                let top = best.max()
                guard top > 0 else { return nil }
                for pixel in pixels {
                    let value = Float(bitPattern: image[pixel].bitPattern & rankBits) * share[pixel]
                    if value == top { return Peak(value: image[pixel], pixel: pixel, rank: top) }
                }
                return nil
            }
        }
    }
}

/// Up to eight neighbouring values, zeros behind.
@inline(__always) func eight(_ values: UnsafeBufferPointer<Float>, _ first: Int, _ kept: Int) -> Lanes {
    if kept == 8, let base = values.baseAddress {
        return UnsafeRawPointer(base + first).loadUnaligned(as: Lanes.self)
    }
    var result = Lanes.zero
    for lane in 0..<kept { result[lane] = values[first + lane] }
    return result
}

extension SIMD8<Float> {
    /// The lanes with some bit patterns.
    @inline(__always) init(bitPattern: SIMD8<UInt32>) { self = unsafeBitCast(bitPattern, to: Self.self) }
}

extension SIMD8<UInt32> {
    /// The bit patterns of some lanes.
    @inline(__always) init(bitPattern: SIMD8<Float>) { self = unsafeBitCast(bitPattern, to: Self.self) }
}
