import Parameters

/// The size of an observation, as `64x4096x4x8h@8s`: antennas, channels, products, length, length of a dump.
public struct ObservationSize: Sendable, Hashable, Codable {
    /// Antennas; all their baselines count, autocorrelations too.
    public let antennas: Int
    /// Channels.
    public let channels: Int
    /// Correlation products of each baseline.
    public let products: Int
    /// Length of the observation, seconds.
    public let seconds: Double
    /// Length of a dump, seconds.
    public let dumpSeconds: Double

    /// Reads a size.
    ///
    /// - Parameter place: the option that it was given to, for messages.
    /// - Throws: `PipelineError` of usage when it is none or beyond what Sluice could simulate.
    public init(_ text: String, at place: String) throws {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        let parts = halves.first?.split(separator: "x", omittingEmptySubsequences: false) ?? []
        guard halves.count == 2, parts.count == 4, let antennas = Int(parts[0]),
            let channels = Int(parts[1]), let products = Int(parts[2]),
            let seconds = try? Quantity.parse(parts[3], .time).si,
            let dump = try? Quantity.parse(halves[1], .time).si
        else {
            throw PipelineError(
                "\(quoted(text)) is no size of an observation", at: place,
                mend: "write ANTENNASxCHANNELSxPRODUCTSxLENGTH@DUMP, such as 64x4096x4x8h@8s")
        }
        guard (2...4096).contains(antennas), (1...1_048_576).contains(channels),
            [1, 2, 4].contains(products),
            (0.001...100_000).contains(dump), (0.5...1_000_000).contains(seconds / dump)
        else {
            throw PipelineError(
                "\(quoted(text)) is beyond any observation", at: place,
                mend: "use 2 to 4096 antennas, 1 to 1048576 channels, 1, 2 or 4 products, 1 to 1000000 dumps")
        }
        self.antennas = antennas
        self.channels = channels
        self.products = products
        self.seconds = seconds
        dumpSeconds = dump
    }

    /// Dumps, the length rounded to whole ones.
    public var dumps: Int { max(Int((seconds / dumpSeconds).rounded()), 1) }

    /// Complex samples, each product counted.
    public var samples: Double {
        Double(antennas * (antennas + 1) / 2) * Double(channels) * Double(products) * Double(dumps)
    }

    /// The size as it is written.
    public var text: String {
        "\(antennas)x\(channels)x\(products)x\(Quantity.text(seconds, .time))@\(Quantity.text(dumpSeconds, .time))"
    }

    /// The parameters that make `simulate` simulate it, with interference of all kinds.
    var simulation: [RawParameter] {
        let pol = [1: ["XX"], 2: ["XX", "YY"]][products] ?? ["XX", "XY", "YX", "YY"]
        return [
            RawParameter("antennas", "\(antennas)"), RawParameter("channels", "\(channels)"),
            RawParameter("pol", list: pol), RawParameter("plan", "t*\(dumps)"),
            RawParameter("dump", Quantity.text(dumpSeconds, .time)), RawParameter("rfi", "all"),
        ]
    }
}
