import Visibilities

/// Flags the channels that overlap known transmitters, on baselines of chosen lengths.
///
/// A channel is masked when any part of it, as an open interval (centre ± width / 2), lies in a range.
public struct StaticMask: Sendable, Hashable {
    /// What happens to flags that are already there.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// The mask is added to them.
        case or
        /// The mask replaces them, all but `dataLost`.
        case override
    }

    /// How far a mask grows beyond its ranges, on both sides.
    public enum Dilation: Sendable, Hashable {
        /// By so many hertz.
        case frequency(Double)
        /// By so many channels.
        case channels(Int)
    }

    /// The ranges to mask, Hz.
    public var ranges: [Range<Double>]
    /// What happens to flags that are already there.
    public var mode: Mode
    /// How far the mask grows.
    public var dilation: Dilation
    /// Distances between antennas (in three dimensions, metres) of the baselines that are masked.
    public var distances: ClosedRange<Double>

    /// A mask of ranges in Hz.
    public init(
        ranges: [Range<Double>], mode: Mode = .or, dilation: Dilation = .channels(0),
        distances: ClosedRange<Double> = 0 ... .infinity
    ) {
        self.ranges = ranges
        self.mode = mode
        self.dilation = dilation
        self.distances = distances
    }

    /// Which channels of a spectral window are masked.
    public func channels(of window: SpectralWindow) -> [Bool] {
        var (growth, steps) = (0.0, 0)
        switch dilation {
        case .frequency(let hertz): growth = max(hertz, 0)
        case .channels(let channels): steps = max(channels, 0)
        }
        let masked = zip(window.frequencies, window.widths).map { frequency, width in
            // Channels that only touch a range must not be caught by rounding: a millionth of their width is no overlap.
            let half = width / 2 * (1 - 1e-6)
            return ranges.contains {
                frequency - half < $0.upperBound + growth && frequency + half > $0.lowerBound - growth
            }
        }
        return steps == 0 ? masked : Self.grown(masked, by: steps)
    }

    /// Which baselines of an observation are masked.
    public func baselines(of observation: Observation) -> [Bool] {
        observation.baselines.map { baseline in
            let apart =
                observation.antennas[baseline.antenna1].position
                - observation.antennas[baseline.antenna2].position
            return distances.contains((apart * apart).sum().squareRoot())
        }
    }

    /// Works out the mask for a stream.
    public func bound(to observation: Observation) -> BoundStaticMask { BoundStaticMask(self, observation) }

    /// True wherever an element within so many steps is true.
    private static func grown(_ masked: [Bool], by steps: Int) -> [Bool] {
        var grown = masked
        for (index, value) in masked.enumerated() where value {
            let first = index - min(steps, index)
            let last = index + min(steps, masked.count - 1 - index)
            for neighbour in first...last { grown[neighbour] = true }
        }
        return grown
    }
}

/// A static mask worked out for the channels and baselines of a stream.
public struct BoundStaticMask: Sendable, Hashable {
    /// Masked channels of each spectral window.
    public let channels: [[Bool]]
    /// Masked baselines of the stream.
    public let baselines: [Bool]
    /// What happens to flags that are already there.
    public let mode: StaticMask.Mode
    /// Runs of masked channels of each spectral window, ascending.
    private let runs: [[Range<Int>]]

    init(_ mask: StaticMask, _ observation: Observation) {
        channels = observation.spectralWindows.map { mask.channels(of: $0) }
        baselines = mask.baselines(of: observation)
        mode = mask.mode
        runs = channels.map(\.trueRuns)
    }

    /// The observation with its masked channels added, if the mask takes them from all cross baselines.
    public func header(_ observation: Observation) -> Observation {
        let all = zip(observation.baselines, baselines).allSatisfy { $0.isAutocorrelation || $1 }
        guard all, mode == .or || observation.maskedChannels.allSatisfy({ !$0.contains(true) }) else {
            return observation
        }
        var masked = observation
        for (window, mask) in channels.enumerated() {
            masked.maskedChannels[window] = zip(observation.maskedChannels[window], mask).map { $0 || $1 }
        }
        return masked
    }

    /// Flags a block with `FlagReasons.staticMask`.
    ///
    /// - Returns: How many samples were not flagged before and are now.
    public func apply(to block: inout VisibilityBlock) -> Int {
        let (shape, context) = (block.shape, block.context)
        let inBlock = runs[context.spectralWindow].compactMap { run in
            let part = run.clamped(to: context.channels)
            return part.isEmpty
                ? nil
                : part.lowerBound - context.channels.lowerBound..<part.upperBound
                    - context.channels.lowerBound
        }
        guard mode == .override || !inBlock.isEmpty else { return 0 }
        let first = block.firstBaseline
        return block.withMutableArrays { _, _, flags, _, _ in
            var newly = 0
            for baseline in 0..<shape.baselines where baselines[first + baseline] {
                let rows = baseline * shape.polarisations * shape.times
                for row in rows..<rows + shape.polarisations * shape.times {
                    let start = row * shape.channels
                    switch mode {
                    case .or:
                        for run in inBlock {
                            newly += setFlags(
                                &flags, start + run.lowerBound..<start + run.upperBound, .staticMask)
                        }
                    case .override:
                        newly += replaceFlags(
                            &flags, start..<start + shape.channels, masked: inBlock, by: .staticMask,
                            keeping: .dataLost)
                    }
                }
            }
            return newly
        }
    }
}
