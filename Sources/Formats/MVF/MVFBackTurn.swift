// An island of unsafe code: the corner turn back from planes [dump][channel] to a file's [channel][product].

import Visibilities

/// One product of the file and the plane of a held block that its samples come from.
struct MVFOrigin: @unchecked Sendable {
    /// The sign bit of the imaginary part if it has to change, else 0.
    let conjugation: UInt64
    let visibilities: UnsafePointer<UInt64>
    let weights: UnsafePointer<Float>
    let flags: UnsafePointer<UInt8>

    /// The origin of each product of the file; the blocks must outlive the result.
    static func all(_ blocks: [VisibilityBlock], _ layout: MVFOutputLayout) -> [MVFOrigin] {
        let baselines = blocks.reduce(0) { $0 + $1.shape.baselines }
        let planes = PlaneSource.all(blocks, baselines: baselines) ?? []
        return layout.planes.filter { planes.indices.contains($0.plane) }.map { place in
            MVFOrigin(
                conjugation: place.isConjugated ? 1 << 63 : 0, visibilities: planes[place.plane].visibilities,
                weights: planes[place.plane].weights, flags: planes[place.plane].flags)
        }
    }
}

/// Memory for a run of channels of one dump in the order of the file, [channel][product].
struct MVFPage: @unchecked Sendable {
    let visibilities: UnsafeMutableBufferPointer<UInt64>
    let weights: UnsafeMutableBufferPointer<Float>
    let flags: UnsafeMutableBufferPointer<UInt8>
    let bytes: UnsafeMutableBufferPointer<UInt8>

    /// Channels in a page: enough for few products to be worth a call, few enough for many to stay in the cache.
    static func channels(products: Int) -> Int {
        min(max((1 << 18) / byteCount(samples: products), 32), 1024)
    }

    /// Memory for so many samples.
    static func byteCount(samples: Int) -> Int { 14 * samples + 64 }

    /// Divides memory of `byteCount(samples:)` bytes.
    init(_ memory: UnsafeMutableRawBufferPointer, samples: Int) {
        func part<T>(_ type: T.Type, at offset: Int) -> UnsafeMutableBufferPointer<T> {
            UnsafeMutableRawBufferPointer(
                rebasing: memory[offset..<offset + samples * MemoryLayout<T>.stride]
            )
            .bindMemory(to: T.self)
        }
        visibilities = part(UInt64.self, at: 0)
        weights = part(Float.self, at: 8 * samples)
        flags = part(UInt8.self, at: 12 * samples)
        bytes = part(UInt8.self, at: 13 * samples)
    }

    /// Turns a run of channels of a dump.
    ///
    /// - Parameters:
    ///   - offset: the place in each plane of the run's lowest frequency.
    ///   - channels: how many channels.
    ///   - isReversed: whether the file wants the highest frequency first.
    func turn(_ origins: [MVFOrigin], offset: Int, channels: Int, isReversed: Bool) {
        let products = origins.count
        let (first, step) = isReversed ? (offset + channels - 1, -1) : (offset, 1)
        origins.withUnsafeBufferPointer { origins in
            for start in stride(from: 0, to: products, by: 8) {
                let end = min(start + 8, products)
                for channel in 0..<channels {
                    let (from, to) = (first + step * channel, channel * products)
                    for product in start..<end {
                        let origin = origins[product]
                        visibilities[to + product] = origin.visibilities[from] ^ origin.conjugation
                        weights[to + product] = origin.weights[from]
                        flags[to + product] = origin.flags[from]
                    }
                }
            }
        }
        for index in 0..<products * channels where !(weights[index] >= 0 && weights[index] < .infinity) {
            weights[index] = 0
        }
    }
}
