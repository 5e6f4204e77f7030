import Tiles

/// The noise of an image that also holds sources: 1.4826 times the median of its absolute values, exactly, by counting
/// bit patterns in two passes.
func robustNoise(_ image: [Float]) async throws -> Double {
    let middle = image.count / 2
    func histogram(_ key: @escaping @Sendable (UInt32) -> Int?) async throws -> [Int] {
        let parts = try await mapTiles((image.count + 1 << 18 - 1) >> 18) { tile in
            count(image, tile << 18..<min((tile + 1) << 18, image.count), key)
        }
        return parts.dropFirst().reduce(into: parts.first ?? []) { sum, part in
            for bin in sum.indices { sum[bin] += part[bin] }
        }
    }
    guard !image.isEmpty else { return 0 }
    let coarse = try await histogram { Int($0 >> 16) }
    let (high, before) = bin(of: middle, coarse)
    let fine = try await histogram { $0 >> 16 == UInt32(high) ? Int($0 & 0xFFFF) : nil }
    let (low, _) = bin(of: middle - before, fine)
    return 1.4826 * Double(Float(bitPattern: UInt32(high) << 16 | UInt32(low)))
}

/// How often each key of absolute values occurs.
private func count(_ image: [Float], _ pixels: Range<Int>, _ key: (UInt32) -> Int?) -> [Int] {
    var counts = [Int](repeating: 0, count: 1 << 16)
    for pixel in pixels {
        if let key = key(image[pixel].bitPattern & 0x7FFF_FFFF) { counts[key] += 1 }
    }
    return counts
}

/// The bin with the value of some rank, and how many lie in bins below.
private func bin(of rank: Int, _ counts: [Int]) -> (bin: Int, before: Int) {
    var before = 0
    for (bin, count) in counts.enumerated() {
        if before + count > rank { return (bin, before) }
        before += count
    }
    return (0, 0)
}

/// The share of the least local noise in that of each pixel, so that an image times it has the same noise everywhere.
///
/// The noise is taken in windows that overlap by half, and interpolated linearly between their centres.
func localNoiseShare(_ image: [Float], width: Int, height: Int, window: Double) async throws -> [Float] {
    let size = max(Int(min(window, Double(max(width, height)))), 8)
    let step = max(size / 2, 1)
    let (columns, rows) = ((width - 1) / step + 1, (height - 1) / step + 1)
    let noise = try await mapTiles(columns * rows) { tile -> Float in
        let (x, y) = (tile % columns * step, tile / columns * step)
        var values = [Float]()
        for row in max(y - size / 2, 0)..<min(y + size / 2 + 1, height) {
            for column in max(x - size / 2, 0)..<min(x + size / 2 + 1, width) {
                values.append(abs(image[row * width + column]))
            }
        }
        values.sort()
        return values[values.count / 2]
    }
    let least = noise.lazy.filter { $0 > 0 }.min() ?? 1
    let shares = try await mapTiles(height) { row in
        let (top, y) = (row / step, Float(row % step) / Float(step))
        let below = min(top + 1, rows - 1)
        return (0..<width).map { column -> Float in
            let (left, x) = (column / step, Float(column % step) / Float(step))
            let right = min(left + 1, columns - 1)
            let upper = noise[top * columns + left] * (1 - x) + noise[top * columns + right] * x
            let lower = noise[below * columns + left] * (1 - x) + noise[below * columns + right] * x
            return min(least / max(upper * (1 - y) + lower * y, least), 1)
        }
    }
    return shares.flatMap { $0 }
}
