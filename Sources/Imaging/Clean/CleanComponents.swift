/// A component of a model.
public struct CleanComponent: Sendable, Equatable {
    /// Column of its centre.
    public let column: Int
    /// Row of its centre.
    public let row: Int
    /// Full width in pixels, 0 for a point.
    public let scale: Double
    /// Brightness in each output channel, Jy.
    public let fluxes: [Float]
}

/// The components of a model by scale, row and column; they are kept in flat arrays and made when they are read.
public struct CleanComponents: RandomAccessCollection, Sendable {
    private let width: Int
    private let scales: [(width: Double, list: ScaleComponents)]
    /// Where each scale's components begin, and the end.
    private let starts: [Int]
    /// Channels with data, of so many.
    private let active: [Int]
    private let channels: Int

    /// - Parameters:
    ///   - width: columns of the image; places are its pixels.
    ///   - active: the output channels that the lists hold, of `channels` ones.
    init(
        _ scales: [(width: Double, list: ScaleComponents)], width: Int, active: [Int] = [],
        of channels: Int = 0
    ) {
        (self.scales, self.width, self.active, self.channels) = (scales, width, active, channels)
        starts = scales.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.list.count) }
    }

    /// The first component's.
    public var startIndex: Int { 0 }
    /// Behind the last component's.
    public var endIndex: Int { starts[scales.count] }

    /// A component, with zeros for channels without data.
    public subscript(position: Int) -> CleanComponent {
        precondition(indices.contains(position), "no component \(position) of \(count)")
        let scale = (starts.firstIndex { $0 > position } ?? 1) - 1
        let (list, index) = (scales[scale].list, position - starts[scale])
        var fluxes = [Float](repeating: 0, count: channels)
        for (place, channel) in active.enumerated() {
            fluxes[channel] = list.fluxes[index * list.channels + place]
        }
        let (row, column) = Int(list.places[index]).quotientAndRemainder(dividingBy: width)
        return CleanComponent(column: column, row: row, scale: scales[scale].width, fluxes: fluxes)
    }
}
