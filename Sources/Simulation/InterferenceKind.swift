/// Kinds of radio-frequency interference that can be simulated.
public enum InterferenceKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Always there, in wide bands and single channels.
    case persistent
    /// A dump or two over a wide part of the band.
    case burst
    /// Narrow, moving through the channels and over the sky.
    case drift
    /// Single samples.
    case blips
    /// Narrow lines that come and go.
    case intermittent
    /// Narrow, sweeping ever faster or slower through the channels, and over before the observation is.
    case chirp
    /// A few per cent of the band with soft edges, for long stretches or always.
    case block
    /// Narrow lines below the noise of a sample, for most of the time.
    case weak
    /// Single dumps at regular intervals, some channels wide.
    case radar
    /// Lines at regular distances over the whole band, always.
    case comb
    /// The spectrum of a satellite's code, a hump of a few per cent of the band, always, moving over the sky.
    case satellite

    /// All of them, for messages.
    public static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// The kind's bit in the truth: 1, 2, 4, ... in order.
    public var bit: UInt16 { 1 << UInt16(Self.allCases.firstIndex(of: self) ?? 0) }
}
