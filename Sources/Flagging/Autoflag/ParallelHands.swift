/// The two parallel hands among four products of a cross baseline.
struct ParallelHands {
    let first: Int
    let second: Int
    /// The cross hands.
    let others: [Int]
    /// Noise powers of the parallel hands over those of the cross hands, products of two.
    private let excesses: [Float]

    /// Nil for other numbers of products and autocorrelations.
    init?(_ measured: [MeasuredPart]) {
        guard measured.count == 4, measured.allSatisfy({ $0.part.degrees > 1 }) else { return nil }
        let totals = measured.map { $0.level.reduce(0) { $1.isFinite ? $0 + $1 : $0 } }
        let order = measured.indices.sorted { totals[$0] > totals[$1] }
        (first, second) = (min(order[0], order[1]), max(order[0], order[1]))
        others = order[2...].sorted()
        let noises = order.map { measured[$0].noise }
        excesses = noises[0].indices.map { channel in
            (noises[0][channel] / noises[2][channel]) * (noises[1][channel] / noises[3][channel])
        }
    }

    /// Whether residuals of the parallel hands have more power than noise can have, in half of the channels at least.
    ///
    /// Whatever the feeds' gains are, the noise powers of the parallel hands have the same product as those of the cross hands;
    /// sky is in the parallel hands only, as far as it is not polarised.
    func haveExcess(_ least: Float) -> Bool {
        let middle = ChannelQuantiles.median(excesses)
        return middle < .infinity && middle > least
    }
}
