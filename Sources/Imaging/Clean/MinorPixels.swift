// An island of unsafe code: lines of eight pixels that one thread owns.

/// The pixels of a minor loop, by groups of eight neighbours: subtraction reads neither list nor index for each pixel,
/// and finds the highest rank of each chunk of groups on its way.
struct MinorPixels {
    let channels: Int
    let search: PeakSearch
    private let weights: [Float]
    /// Row and first column of each group; groups go by rows.
    let places: [SIMD2<Int32>]
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
        let perRow = (search.width + 7) / 8
        self.init(
            groups.map { SIMD2(Int32(Int($0) / perRow), Int32(Int($0) % perRow * 8)) }, images.count, weights,
            search)
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

    /// Copies some groups of others.
    init(_ groups: [Int], of others: MinorPixels) {
        self.init(groups.map { others.places[$0] }, others.channels, others.weights, others.search)
        for (index, group) in groups.enumerated() { copy(group, of: others, to: index) }
        for (index, group) in groups.enumerated() { shares.lanes[index] = others.shares.lanes[group] }
        for chunk in best.indices { rankChunk(chunk) }
    }

    /// Room for groups.
    private init(_ places: [SIMD2<Int32>], _ channels: Int, _ weights: [Float], _ search: PeakSearch) {
        (self.places, self.channels, self.weights, self.search) = (places, channels, weights, search)
        values = LaneBuffer<Float>(places.count * channels)
        joint = LaneBuffer<Float>(places.count)
        shares = LaneBuffer<Float>(places.count)
        best = [Float](repeating: 0, count: (places.count + Self.chunk - 1) / Self.chunk)
    }

    private func copy(_ group: Int, of others: MinorPixels, to index: Int) {
        for channel in 0..<channels {
            values.lanes[index * channels + channel] = others.values.lanes[group * channels + channel]
        }
        joint.lanes[index] = others.joint.lanes[group]
    }

    /// Takes over what others have left of some groups.
    mutating func restore(_ groups: [Int], from others: MinorPixels) {
        var last = -1
        for (index, group) in groups.enumerated() { copy(index, of: others, to: group) }
        for group in groups where group / Self.chunk != last {
            last = group / Self.chunk
            rankChunk(last)
        }
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

    /// Subtracts components' point spread functions, and ranks the pixels anew.
    mutating func subtract(_ components: PointComponents, _ psf: PSFTable) {
        if components.places.isEmpty { return }
        // A count of channels that the compiler knows saves a loop for each group.
        if channels == 1 {
            subtract(components, psf, channels: 1)
        } else {
            subtract(components, psf, channels: channels)
        }
    }

    @inline(__always) private mutating func subtract(
        _ components: PointComponents, _ psf: PSFTable, channels: Int
    ) {
        let middle = SIMD2(Int32(psf.height / 2), Int32(psf.width / 2))
        for chunk in best.indices {
            var top = Lanes.zero
            for group in chunkRange(chunk) {
                let place = places[group] &+ middle
                // Most groups are in reach of all components.
                if psf.reaches(place &- components.low), psf.reaches(place &- components.high) {
                    update(group, psf, components, place, channels) { _ in true }
                } else {
                    update(group, psf, components, place, channels) { psf.reaches($0) }
                }
                let rank = search.rank(joint.lanes[group]) * shares.lanes[group]
                top.replace(with: rank, where: rank .> top)
            }
            best[chunk] = top.max()
        }
    }

    /// Subtracts components from a group whose place is counted from the table's middle.
    @inline(__always) private func update(
        _ group: Int, _ psf: PSFTable, _ components: PointComponents, _ place: SIMD2<Int32>, _ channels: Int,
        where reaches: (SIMD2<Int32>) -> Bool
    ) {
        var sum = Lanes.zero
        components.places.withUnsafeBufferPointer { places in
            components.fluxes.withUnsafeBufferPointer { fluxes in
                for channel in 0..<channels {
                    var value = values.lanes[group &* channels &+ channel]
                    for index in places.indices where reaches(place &- places[index]) {
                        value -=
                            psf.eight(place &- places[index], channel) * fluxes[index &* channels &+ channel]
                    }
                    values.lanes[group &* channels &+ channel] = value
                    sum += value * weights[channel]
                }
            }
        }
        joint.lanes[group] = sum
    }
}
