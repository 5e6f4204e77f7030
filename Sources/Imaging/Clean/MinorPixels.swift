// An island of unsafe code: lines of eight pixels that one thread owns.

/// The pixels of a minor loop, by groups of eight neighbours: subtraction reads neither list nor index for each pixel,
/// and finds the highest rank of each chunk of groups on its way.
struct MinorPixels {
    let channels: Int
    let search: PeakSearch
    private let weights: [Float]
    /// Row and first column of each group; groups go by rows.
    private let places: [SIMD2<Int32>]
    /// [group][channel].
    private let values: LaneBuffer<Float>
    /// [group]: weighted mean of the channels, and shares.
    private let joint: LaneBuffer<Float>
    private let shares: LaneBuffer<Float>
    /// Highest rank of each chunk of groups.
    private var best: [Float]
    private static let chunk = 32

    /// Takes the groups' pixels out of images.
    init(groups: [Int32], images: [[Float]], weights: [Float], share: [Float], search: PeakSearch) {
        channels = images.count
        self.weights = weights
        self.search = search
        let perRow = (search.width + 7) / 8
        places = groups.map { SIMD2(Int32(Int($0) / perRow), Int32(Int($0) % perRow * 8)) }
        values = LaneBuffer<Float>(groups.count * images.count)
        joint = LaneBuffer<Float>(groups.count)
        shares = LaneBuffer<Float>(groups.count)
        best = [Float](repeating: 0, count: (groups.count + Self.chunk - 1) / Self.chunk)
        for (channel, image) in images.enumerated() {
            image.withUnsafeBufferPointer { gather($0, into: values.lanes + channel, step: channels) }
        }
        share.withUnsafeBufferPointer { gather($0, into: shares.lanes, step: 1) }
        for group in places.indices {
            joint.lanes[group] = (0..<channels).reduce(Lanes.zero) {
                $0 + values.lanes[group * channels + $1] * weights[$1]
            }
        }
        for chunk in best.indices { rankChunk(chunk) }
    }

    private func gather(
        _ image: UnsafeBufferPointer<Float>, into lanes: UnsafeMutablePointer<Lanes>, step: Int
    ) {
        for group in places.indices {
            let (row, column) = (Int(places[group].x), Int(places[group].y))
            lanes[group * step] = eight(image, row * search.width + column, min(8, search.width - column))
        }
    }

    /// Groups of eight pixels.
    var groups: Int { places.count }

    /// Row and column of a pixel.
    @inline(__always) func position(_ group: Int, _ lane: Int) -> (row: Int, column: Int) {
        (Int(places[group].x), Int(places[group].y) + lane)
    }

    /// A pixel of a channel.
    @inline(__always) func value(_ group: Int, _ lane: Int, _ channel: Int) -> Float {
        values.lanes[group * channels + channel][lane]
    }

    /// The channels' weighted mean at a pixel.
    @inline(__always) func mean(_ group: Int, _ lane: Int) -> Float { joint.lanes[group][lane] }

    /// The pixel of highest rank; nil when all are zero. The first of equals.
    func strongest() -> (group: Int, lane: Int, rank: Float)? {
        var (top, place) = (Float(0), 0)
        for chunk in best.indices where best[chunk] > top { (top, place) = (best[chunk], chunk) }
        guard top > 0 else { return nil }
        for group in chunkRange(place) {
            let rank = search.rank(joint.lanes[group]) * shares.lanes[group]
            if any(rank .== top) {
                for lane in 0..<8 where rank[lane] == top { return (group, lane, top) }
            }
        }
        return nil
    }

    @inline(__always) private func chunkRange(_ chunk: Int) -> Range<Int> {
        chunk * Self.chunk..<min((chunk + 1) * Self.chunk, places.count)
    }

    private mutating func rankChunk(_ chunk: Int) {
        var top = Lanes.zero
        for group in chunkRange(chunk) {
            let rank = search.rank(joint.lanes[group]) * shares.lanes[group]
            top.replace(with: rank, where: rank .> top)
        }
        best[chunk] = top.max()
    }

    /// Subtracts the point spread functions times a flux of each channel, and ranks what they reach anew.
    mutating func subtract(_ psf: PSFTable, _ row: Int, _ column: Int, _ fluxes: [Float]) {
        // A count of channels that the compiler knows saves a loop for each group.
        if channels == 1 {
            subtract(psf, row, column, fluxes, channels: 1)
        } else {
            subtract(psf, row, column, fluxes, channels: channels)
        }
    }

    @inline(__always) private mutating func subtract(
        _ psf: PSFTable, _ row: Int, _ column: Int, _ fluxes: [Float], channels: Int
    ) {
        let origin = SIMD2(Int32(psf.height / 2 - row), Int32(psf.width / 2 - column))
        places.withUnsafeBufferPointer { places in
            for chunk in best.indices {
                let range = chunkRange(chunk)
                // Chunks out of the function's reach keep their rank.
                guard places[range.upperBound - 1].x &+ origin.x >= 0,
                    places[range.lowerBound].x &+ origin.x < psf.height
                else { continue }
                var top = Lanes.zero
                for group in range {
                    let place = places[group] &+ origin
                    if place.x >= 0, place.x < psf.height, place.y > -8, place.y < psf.width {
                        update(
                            group, psf, Int(place.x) &* psf.pitch &+ Int(place.y), fluxes, channels: channels)
                    }
                    let rank = search.rank(joint.lanes[group]) * shares.lanes[group]
                    top.replace(with: rank, where: rank .> top)
                }
                best[chunk] = top.max()
            }
        }
    }

    /// Subtracts eight values of the point spread functions from a group.
    @inline(__always) private func update(
        _ group: Int, _ psf: PSFTable, _ offset: Int, _ fluxes: [Float], channels: Int
    ) {
        let source = psf.values + (offset &+ 8)
        var sum = Lanes.zero
        for channel in 0..<channels {
            let part = UnsafeRawPointer(source + channel &* psf.plane).loadUnaligned(as: Lanes.self)
            let value = values.lanes[group &* channels &+ channel] - part * fluxes[channel]
            values.lanes[group &* channels &+ channel] = value
            sum += value * weights[channel]
        }
        joint.lanes[group] = sum
    }
}
