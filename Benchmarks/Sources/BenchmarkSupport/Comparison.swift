/// Several contenders measured turn by turn in one run, and each compared with the first.
public struct Comparison: Sendable, Codable {
    /// What one contender reached.
    public struct Row: Sendable, Codable {
        /// The contender.
        public let name: String
        /// In the comparison's unit.
        public let value: Spread
        /// How many times better the first contender is, round by round.
        public let firstIsBetter: Spread
        /// The same by processor time of the whole process instead of time, which others' load hardly changes.
        public let firstIsBetterByProcessorTime: Spread
        /// Seconds that an item took, round by round.
        public let seconds: [Double]
        /// Processor time of the whole process that an item took, round by round, seconds.
        public let processorSeconds: [Double]
    }

    /// What is compared.
    public let title: String
    /// Of the values.
    public let unit: String
    /// Rounds that the figures are from.
    public let usedRounds: Int
    /// How many of them began and ended while nothing else ran on the machine.
    public let quietRounds: Int
    /// The first row is the one that all are compared with.
    public let rows: [Row]

    /// Measures all contenders in every round, each round in another order, so that what else the machine does meets
    /// all of them.
    ///
    /// - Parameters:
    ///   - leastItems: the fewest items that a contender does in a round.
    ///   - value: what a number of seconds per item is in the unit.
    public init(
        _ title: String, unit: String, rounds: Rounds, secondsEach: Double = 0.04, leastItems: Int = 16,
        contenders: [Contender], value: (_ secondsPerItem: Double) -> Double
    ) async throws {
        var items: [Int] = []
        for contender in contenders {
            items.append(try await contender.items(lasting: secondsEach, least: leastItems))
        }
        let measured = try await rounds.measure { round in
            var times = contenders.map { _ in Took() }
            for turn in contenders.indices {
                let which = (turn + round) % contenders.count
                let took = try await contenders[which].run(items[which])
                times[which] = Took(
                    wall: took.wall / Double(items[which]), processor: took.processor / Double(items[which]))
            }
            return times
        }
        self.title = title
        self.unit = unit
        quietRounds = measured.quiet
        usedRounds = measured.rounds.count
        rows = contenders.indices.map { which in
            Row(
                name: contenders[which].name,
                value: Spread(measured.rounds.map { value($0[which].wall) }),
                firstIsBetter: Spread(measured.rounds.map { $0[which].wall / $0[0].wall }),
                firstIsBetterByProcessorTime: Spread(
                    measured.rounds.map { $0[which].processor / $0[0].processor }),
                seconds: measured.rounds.map { $0[which].wall },
                processorSeconds: measured.rounds.map { $0[which].processor })
        }
    }

    /// The row of a contender.
    public func row(_ name: String) -> Row? { rows.first { $0.name == name } }

    /// How many times faster one contender is than another, round by round; nil when there is no such contender.
    ///
    /// - Parameter time: which time counts, `seconds` or `processorSeconds`.
    public func speed(
        of name: String, against other: String, by time: KeyPath<Row, [Double]> = \.seconds
    ) -> Spread? {
        guard let row = row(name), let other = self.row(other) else { return nil }
        return Spread(zip(row[keyPath: time], other[keyPath: time]).map { $1 / $0 })
    }
}

/// The middle of a set of values and the range that holds half of them.
public struct Spread: Sendable, Codable {
    /// Half are below.
    public let median: Double
    /// A quarter is below.
    public let low: Double
    /// A quarter is above.
    public let high: Double

    /// The spread of values, at least one.
    public init(_ values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
        }
        median = quantile(0.5)
        low = quantile(0.25)
        high = quantile(0.75)
    }
}
