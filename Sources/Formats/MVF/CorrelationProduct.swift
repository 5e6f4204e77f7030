import Visibilities

/// One correlation product as a file labels it: the inputs (antenna and feed) that were multiplied, e₁ e₂*.
public struct CorrelationProduct: Sendable, Hashable {
    /// A linear feed of a dish.
    public enum Feed: String, Sendable, Hashable {
        /// Horizontal: X.
        case h
        /// Vertical: Y.
        case v
    }

    /// Name of the first antenna.
    public let antenna1: String
    /// Feed of the first antenna.
    public let feed1: Feed
    /// Name of the second antenna.
    public let antenna2: String
    /// Feed of the second antenna.
    public let feed2: Feed

    /// A product of two inputs.
    public init(_ antenna1: String, _ feed1: Feed, _ antenna2: String, _ feed2: Feed) {
        self.antenna1 = antenna1
        self.feed1 = feed1
        self.antenna2 = antenna2
        self.feed2 = feed2
    }

    /// Reads a pair of labels such as `m000h`, `m012v`; nil when they are not of that kind.
    init?(_ first: String, _ second: String) {
        guard let one = Self.input(first), let two = Self.input(second) else { return nil }
        self.init(one.antenna, one.feed, two.antenna, two.feed)
    }

    private static func input(_ label: String) -> (antenna: String, feed: Feed)? {
        let label = label.lowercased()
        guard label.count >= 2, let last = label.last, let feed = Feed(rawValue: String(last)) else {
            return nil
        }
        return (String(label.dropLast()), feed)
    }

    /// The labels, such as `m000h`, `m012v`.
    public var labels: (String, String) { (antenna1 + feed1.rawValue, antenna2 + feed2.rawValue) }

    /// The same product the other way round, whose visibilities are conjugated.
    public var reversed: CorrelationProduct { CorrelationProduct(antenna2, feed2, antenna1, feed1) }

    /// The polarisation product.
    public var polarisation: Polarisation {
        switch (feed1, feed2) {
        case (.h, .h): .xx
        case (.h, .v): .xy
        case (.v, .h): .yx
        case (.v, .v): .yy
        }
    }

    /// The feeds of a linear polarisation product; nil for others.
    static func feeds(of polarisation: Polarisation) -> (Feed, Feed)? {
        switch polarisation {
        case .xx: (.h, .h)
        case .xy: (.h, .v)
        case .yx: (.v, .h)
        case .yy: (.v, .v)
        default: nil
        }
    }
}
