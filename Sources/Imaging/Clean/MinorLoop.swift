// An island of unsafe code: lines of eight pixels that one thread owns.

/// What ends a minor loop.
struct MinorOutcome: Sendable {
    enum End: Sendable { case limit, budget, negative, rising }
    var iterations = 0
    var end = End.limit
}

/// What a minor loop took at a place of its scale: a brightness in each channel.
struct MinorComponent: Sendable {
    let place: Int
    let fluxes: [Float]
}

/// Högbom's loop over the few pixels above a limit only (Clark 1980, sect. 2): peak, component, subtraction of the
/// point spread function among them, in one sweep an iteration that also finds the next peak.
///
/// Pixels are kept in groups of eight neighbours, so that subtraction reads neither list nor index for each.
final class MinorLoop {
    private let channels: Int
    private let weights: [Float]
    private let search: PeakSearch
    /// Row and first column of each group; groups go by rows.
    private let places: [SIMD2<Int32>]
    /// [group][channel].
    private let values: LaneBuffer<Float>
    private let fluxes: LaneBuffer<Float>
    /// [group]: weighted mean of the channels, and shares.
    private let joint: LaneBuffer<Float>
    private let shares: LaneBuffer<Float>
    /// Highest rank of each chunk of groups.
    private var best: [Float]
    /// Of the component at hand, by channel.
    private var brightness: [Double]
    private var steps: [Float]
    private static let chunk = 32

    /// Takes the groups' pixels out of images.
    init(
        groups: [Int32], images: [[Float]], weights: [Float], share: [Float], search: PeakSearch
    ) {
        channels = images.count
        self.weights = weights
        self.search = search
        let perRow = (search.width + 7) / 8
        places = groups.map { SIMD2(Int32(Int($0) / perRow), Int32(Int($0) % perRow * 8)) }
        values = LaneBuffer<Float>(groups.count * images.count)
        fluxes = LaneBuffer<Float>(groups.count * images.count)
        joint = LaneBuffer<Float>(groups.count)
        shares = LaneBuffer<Float>(groups.count)
        best = [Float](repeating: 0, count: (groups.count + Self.chunk - 1) / Self.chunk)
        brightness = [Double](repeating: 0, count: images.count)
        steps = [Float](repeating: 0, count: images.count)
        fluxes.clear()
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

    /// Takes components away until the highest rank is at a limit.
    ///
    /// - Parameters:
    ///   - psf: what a component of unit flux looks like in the images.
    ///   - gain: share of a peak that a component takes.
    ///   - fit: spectra of components.
    ///   - budget: most components.
    ///   - stopsAtNegative: ends at the first one below zero.
    func run(
        _ psf: PSFTable, limit: Float, gain: Double, fit: SpectralFit, budget: Int, stopsAtNegative: Bool
    ) -> MinorOutcome {
        var outcome = MinorOutcome()
        let mean = psf.peaks.reduce(0, +) / Float(channels)
        let factors = psf.peaks.map { Double(1 / max($0, mean / 4)) }
        var ceiling = Float.infinity
        while let (group, lane, rank) = strongest(), rank > limit {
            if ceiling == .infinity { ceiling = 2 * rank }
            if rank >= ceiling {
                outcome.end = .rising
            } else if stopsAtNegative, joint.lanes[group][lane] < 0 {
                outcome.end = .negative
            } else if outcome.iterations >= budget {
                outcome.end = .budget
            }
            guard outcome.end == .limit else { break }
            take(psf, group, lane, factors, gain, fit)
            outcome.iterations += 1
        }
        return outcome
    }

    /// Takes a share of a pixel's brightness away, as the spectra of components allow.
    private func take(
        _ psf: PSFTable, _ group: Int, _ lane: Int, _ factors: [Double], _ gain: Double, _ fit: SpectralFit
    ) {
        for channel in 0..<channels {
            brightness[channel] = Double(values.lanes[group * channels + channel][lane]) * factors[channel]
        }
        fit.apply(&brightness)
        for channel in 0..<channels {
            steps[channel] = Float(gain * brightness[channel])
            fluxes.lanes[group * channels + channel][lane] += steps[channel]
        }
        let (row, column) = (Int(places[group].x), Int(places[group].y) + lane)
        if channels == 1 {
            subtract(psf, row, column, steps, channels: 1)
        } else {
            subtract(psf, row, column, steps, channels: channels)
        }
    }

    /// Components found, in order of places.
    func components() -> [MinorComponent] {
        var result = [MinorComponent]()
        for group in places.indices {
            for lane in 0..<8 {
                let flux = (0..<channels).map { fluxes.lanes[group * channels + $0][lane] }
                if flux.contains(where: { $0 != 0 }) {
                    let place = Int(places[group].x) * search.width + Int(places[group].y) + lane
                    result.append(MinorComponent(place: place, fluxes: flux))
                }
            }
        }
        return result
    }

    private func strongest() -> (group: Int, lane: Int, rank: Float)? {
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

    private func rankChunk(_ chunk: Int) {
        var top = Lanes.zero
        for group in chunkRange(chunk) {
            let rank = search.rank(joint.lanes[group]) * shares.lanes[group]
            top.replace(with: rank, where: rank .> top)
        }
        best[chunk] = top.max()
    }

    /// Subtracts a component from all groups in reach and ranks them anew.
    @inline(__always) private func subtract(
        _ psf: PSFTable, _ row: Int, _ column: Int, _ steps: [Float], channels: Int
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
                            group, psf, Int(place.x) &* psf.pitch &+ Int(place.y), steps, channels: channels)
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
        _ group: Int, _ psf: PSFTable, _ offset: Int, _ steps: [Float], channels: Int
    ) {
        let source = psf.values + (offset &+ 8)
        var sum = Lanes.zero
        for channel in 0..<channels {
            let part = UnsafeRawPointer(source + channel &* psf.plane).loadUnaligned(as: Lanes.self)
            let value = values.lanes[group &* channels &+ channel] - part * steps[channel]
            values.lanes[group &* channels &+ channel] = value
            sum += value * weights[channel]
        }
        joint.lanes[group] = sum
    }
}
