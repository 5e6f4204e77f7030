import Parameters
import Visibilities

/// How much of a spectral window counts as its edge: `8` channels, `5%` of it or `2MHz`.
enum BandEdge: ParameterValue, Hashable {
    /// So many channels.
    case channels(Int)
    /// Such a share of the window's width.
    case share(Double)
    /// So many hertz.
    case width(Double)

    static var typeName: String { "band edge" }

    init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        if let count = try? Int(text, nil) {
            self = .channels(count)
        } else if text.text.hasSuffix("%") {
            self = .share(try Quantity.parse(text.text, .fraction).si)
        } else {
            do { self = .width(try Quantity.parse(text.text, .frequency).si) } catch {
                throw ValueError(
                    "\(quoted(text.text)) is no width of a band's edge",
                    mend: "write a number of channels such as 8, a share such as 5%, or 2MHz")
            }
        }
        guard amount >= 0, amount <= most else {
            throw ValueError("\(quoted(text.text)) is out of range", mend: "an edge is at most 50%")
        }
    }

    func text(_ dimension: Dimension?) -> String {
        switch self {
        case .channels(let count): String(count)
        case .share(let share): Quantity.text(share, .fraction)
        case .width(let hertz): Quantity.text(hertz, .frequency)
        }
    }

    private var amount: Double {
        switch self {
        case .channels(let count): Double(count)
        case .share(let share): share
        case .width(let hertz): hertz
        }
    }

    private var most: Double {
        if case .share = self { 0.5 } else { .infinity }
    }

    /// Which channels lie at the lower or the upper end of a window: any part of them, for shares and hertz.
    func channels(of window: SpectralWindow, upper: Bool) -> [Bool] {
        let count = window.frequencies.count
        guard let first = window.frequencies.first, let firstWidth = window.widths.first,
            let last = window.frequencies.last, let lastWidth = window.widths.last
        else { return [] }
        let (low, high) = (first - firstWidth / 2, last + lastWidth / 2)
        let extent: Double
        switch self {
        case .channels(let edge): return (0..<count).map { upper ? count - 1 - $0 < edge : $0 < edge }
        case .share(let share): extent = share * (high - low)
        case .width(let hertz): extent = hertz
        }
        let range = upper ? Interval(high - extent, nil) : Interval(nil, low + extent)
        return window.channels(touching: Ranges([range]))
    }
}

extension SpectralWindow {
    /// The channels of which any part lies in ranges of frequency (Hz) and none is excluded.
    func channels(touching ranges: Ranges<Double>) -> [Bool] {
        zip(frequencies, widths).map { frequency, width in
            // Channels that only touch a range must not be caught by rounding: a millionth of their width is no overlap.
            let half = width / 2 * (1 - 1e-6)
            return ranges.overlaps(frequency - half, frequency + half)
        }
    }
}
