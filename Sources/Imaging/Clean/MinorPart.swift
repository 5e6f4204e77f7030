// An island of unsafe code: fluxes that one thread owns.

/// What components are taken by.
struct MinorRules {
    /// What a component of unit flux looks like in the images.
    let psf: PSFTable
    /// Share of a peak that components take.
    let gain: MinorGain
    /// Spectra of components.
    let fit: SpectralFit
    /// Most components.
    let budget: Int
    /// Ends at the first component below zero.
    let stopsAtNegative: Bool
}

/// Högbom's loop among the pixels around a peak, in one sweep over them a component, that also finds the next peak.
struct MinorPart {
    /// Pixels to either side of the peak.
    private static let reach = 16
    private(set) var pixels: MinorPixels
    /// Its groups among those of all pixels.
    let groups: [Int]
    /// What components took, [group][channel].
    let fluxes: LaneBuffer<Float>
    private let channels: Int
    /// Of the component at hand, by channel.
    private var brightness: [Double]

    /// The part of pixels around one.
    init(of others: MinorPixels, _ row: Int, _ column: Int) {
        groups = others.groups(
            in: PixelBox(
                columns: column - Self.reach..<column + Self.reach + 1,
                rows: row - Self.reach..<row + Self.reach + 1))
        pixels = MinorPixels(groups, of: others)
        channels = pixels.channels
        fluxes = LaneBuffer<Float>(groups.count * channels)
        fluxes.clear()
        brightness = [Double](repeating: 0, count: channels)
    }

    /// Takes components away until the highest rank is at a limit, or at a ceiling.
    mutating func run(_ rules: MinorRules, limit: Float, ceiling: Float, _ outcome: inout MinorOutcome) {
        while let (group, lane, rank) = pixels.strongest(), rank > limit {
            if rank >= ceiling {
                outcome.end = .rising
            } else if rules.stopsAtNegative, pixels.mean(group, lane) < 0 {
                outcome.end = .negative
            } else if outcome.iterations >= rules.budget {
                outcome.end = .budget
            }
            guard outcome.end == .limit else { break }
            take(rules, group, lane, rules.gain.share(rank))
            outcome.iterations += 1
        }
    }

    /// Takes a share of a pixel's brightness away, as the spectra of components allow.
    private mutating func take(_ rules: MinorRules, _ group: Int, _ lane: Int, _ gain: Double) {
        for channel in 0..<channels {
            brightness[channel] = Double(pixels.value(group, lane, channel))
        }
        rules.fit.apply(&brightness)
        var component = PointComponents()
        let (row, column) = pixels.position(group, lane)
        component.append(row, column, channels) { Float(gain * brightness[$0]) }
        for channel in 0..<channels {
            fluxes.lanes[group * channels + channel][lane] += component.fluxes[channel]
        }
        pixels.subtract(component, rules.psf)
    }
}

/// Components at pixels, for subtraction at others.
struct PointComponents {
    /// Rows and columns.
    private(set) var places: [SIMD2<Int32>] = []
    /// [component][channel].
    private(set) var fluxes: [Float] = []
    /// Least and greatest row and column.
    private(set) var low = SIMD2<Int32>(repeating: .max)
    private(set) var high = SIMD2<Int32>(repeating: .min)

    mutating func append(_ row: Int, _ column: Int, _ channels: Int, _ flux: (Int) -> Float) {
        let place = SIMD2(Int32(row), Int32(column))
        places.append(place)
        for channel in 0..<channels { fluxes.append(flux(channel)) }
        (low, high) = (pointwiseMin(low, place), pointwiseMax(high, place))
    }
}

extension MinorPixels {
    /// Groups with pixels in a box.
    func groups(in box: PixelBox) -> [Int] {
        var found = [Int]()
        for row in box.rows {
            var group = firstGroup(row, from: box.columns.lowerBound - 7)
            while group < groups, places[group].x == row, places[group].y < box.columns.upperBound {
                found.append(group)
                group += 1
            }
        }
        return found
    }

    /// The first group of a row from a column on, or of the rows behind.
    private func firstGroup(_ row: Int, from column: Int) -> Int {
        var (low, high) = (0, groups)
        while low < high {
            let middle = (low + high) / 2
            let place = places[middle]
            if place.x < row || (place.x == row && place.y < column) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Calls a body for each pixel that holds components: group, lane, row, column.
    func eachTaken(
        _ fluxes: LaneBuffer<Float>, _ body: (_ group: Int, _ lane: Int, _ row: Int, _ column: Int) -> Void
    ) {
        for group in 0..<groups {
            for lane in 0..<8
            where (0..<channels).contains(where: { fluxes.lanes[group * channels + $0][lane] != 0 }) {
                let (row, column) = position(group, lane)
                body(group, lane, row, column)
            }
        }
    }
}
