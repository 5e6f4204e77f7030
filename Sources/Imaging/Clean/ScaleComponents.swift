/// Components of one scale, by place: a flux in each channel. Flat arrays, 4 bytes and 4 a channel each.
struct ScaleComponents: Sendable, Equatable {
    let channels: Int
    /// Ascending, each once.
    private(set) var places: [Int32] = []
    /// [component][channel].
    private(set) var fluxes: [Float] = []

    init(channels: Int) { self.channels = channels }

    var count: Int { places.count }

    /// Bytes of so many.
    static func bytes(_ count: Int, channels: Int) -> Int { (4 + 4 * channels) * count }

    /// Adds a component behind the others.
    mutating func append(_ place: Int, _ flux: (Int) -> Float) {
        places.append(Int32(place))
        for channel in 0..<channels { fluxes.append(flux(channel)) }
    }

    /// Adds the fluxes of other components, those at the same place to what is there.
    mutating func add(_ other: ScaleComponents) {
        if count == 0 || other.count == 0 {
            if count == 0 { self = other }
            return
        }
        var sum = ScaleComponents(channels: channels)
        let union = count + other.count - common(other)
        sum.places.reserveCapacity(union)
        sum.fluxes.reserveCapacity(channels * union)
        var (a, b) = (0, 0)
        while a < count || b < other.count {
            let first = a < count ? places[a] : .max
            let second = b < other.count ? other.places[b] : .max
            sum.append(Int(min(first, second))) { channel in
                (first <= second ? fluxes[a * channels + channel] : 0)
                    + (second <= first ? other.fluxes[b * channels + channel] : 0)
            }
            if first <= second { a += 1 }
            if second <= first { b += 1 }
        }
        self = sum
    }

    /// Places that both have.
    private func common(_ other: ScaleComponents) -> Int {
        var (a, b, found) = (0, 0, 0)
        while a < count, b < other.count {
            let (first, second) = (places[a], other.places[b])
            if first == second { found += 1 }
            if first <= second { a += 1 }
            if second <= first { b += 1 }
        }
        return found
    }

    /// The same at other places, of the same order.
    func moved(_ place: (Int) -> Int) -> ScaleComponents {
        var result = self
        for index in result.places.indices { result.places[index] = Int32(place(Int(places[index]))) }
        return result
    }

    /// Flux of a channel by component.
    func fluxes(_ channel: Int) -> some Sequence<(place: Int, flux: Float)> {
        places.indices.lazy.map { (place: Int(places[$0]), flux: fluxes[$0 * channels + channel]) }
    }
}
