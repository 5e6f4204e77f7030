import Foundation

/// How much of a point source's image amplitude averaging takes away at a distance from the phase centre.
///
/// A visibility averaged over a channel of width Δν and a dump of length Δt loses
/// sinc(Δν τ) sinc(ν Δt dτ/dt) of a source with delay τ = (u l + v m + w (n − 1)) / c (Bridle & Schwab 1999, "Bandwidth
/// and time-average smearing", ASP Conf. Ser. 180, 371); sinc x = sin πx / πx. With natural weights the image at the
/// source is the mean of these over the cross baselines, dumps and channels; the worst position angle counts. The rate of uvw follows from the Earth's
/// rotation about the pole as seen from the phase centre (Thompson, Moran & Swenson 2017, section 4.1).
public struct Smearing: Sendable {
    /// Phases in turns per unit bin at one radian from the centre are linear in l, m, n − 1: one sample's coefficients.
    private struct Sample {
        /// Turns across one channel per unit of l, m, n − 1.
        var channel: SIMD3<Double>
        /// Turns over one dump per unit of l, m, n − 1.
        var time: SIMD3<Double>
    }

    /// Samples of baselines, dumps and frequencies that stand for all of them.
    private static let sampleCount = 4096
    /// Position angles over half a turn at which a loss is predicted; the other half mirrors it but for the tiny n − 1.
    private static let angles = 8

    private let samples: [Sample]
    private let longestScan: Int
    private let channelCounts: [Int]

    /// Takes what it needs from an observation as it is streamed: its schedule, antennas' uvw and channels.
    ///
    /// - Throws: `SmearingError.noSchedule` when there are no cross baselines, channels or scheduled dumps to predict from;
    ///   `.unphased` when a scheduled field follows no place on the sky.
    public init(_ observation: Observation) throws(SmearingError) {
        do { try observation.requirePhased("averaged by their smearing") } catch { throw .unphased(error) }
        let cross = observation.baselines.filter { !$0.isAutocorrelation }
        let scans = observation.schedule.filter {
            !$0.times.isEmpty && $0.antennaUVW.count == $0.times.count * observation.antennas.count
        }
        let channels = observation.spectralWindows.flatMap { Array(zip($0.frequencies, $0.widths)) }
        let dumps = scans.reduce(0) { $0 + $1.times.count }
        guard !cross.isEmpty, !channels.isEmpty, dumps > 0 else { throw .noSchedule }
        longestScan = scans.map(\.times.count).max() ?? 1
        channelCounts = observation.spectralWindows.map(\.frequencies.count)
        let starts = scans.indices.map { scan in scans[..<scan].reduce(0) { $0 + $1.times.count } }
        // Even steps through [baseline][dump]: each baseline is met at other dumps, each with another channel.
        let all = cross.count * dumps
        let count = min(all * min(channels.count, 4), Self.sampleCount)
        samples = (0..<count).map { index in
            let pair = Int((Double(index) + 0.5) * Double(all) / Double(count))
            let (baseline, dump) = (cross[min(pair, all - 1) / dumps], min(pair, all - 1) % dumps)
            let scan = starts.lastIndex { $0 <= dump } ?? 0
            // The golden ratio spreads the channels evenly however many there are (a Weyl sequence).
            let fraction = (Double(index) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
            let (frequency, width) = channels[min(Int(fraction * Double(channels.count)), channels.count - 1)]
            let uvw = observation.uvw(baseline, dump: dump - starts[scan], of: scans[scan])
            let centre = observation.fields[scans[scan].field].phaseCentre
            let interval = scans[scan].intervals[dump - starts[scan]]
            return Sample(
                channel: SIMD3(uvw.u, uvw.v, uvw.w) * (width / Conventions.speedOfLight),
                time: uvw.rate(declination: centre.declination)
                    * (interval * frequency / Conventions.speedOfLight))
        }
    }

    /// Image amplitudes, relative to a source without smearing, of data averaged over bins, at even position angles.
    ///
    /// - Parameter radius: Distance from the phase centre, radians, below π/2.
    private func amplitudes(_ bins: AveragingBins, radius: Double) -> [Double] {
        let (sine, height) = (sin(radius), -2 * pow(sin(radius / 2), 2))
        return (0..<Self.angles).map { angle in
            let turn = Double.pi * Double(angle) / Double(Self.angles)
            let direction = SIMD3(sine * sin(turn), sine * cos(turn), height)
            var sum = 0.0
            for sample in samples {
                sum +=
                    sinc(Double(bins.channels) * (sample.channel * direction).sum())
                    * sinc(Double(bins.times) * (sample.time * direction).sum())
            }
            return sum / Double(samples.count)
        }
    }

    /// The losses at a distance from the phase centre (radians), at the worst position angle, of data averaged over bins.
    public func losses(_ bins: AveragingBins, radius: Double) -> SmearingLosses {
        let before = amplitudes(AveragingBins(), radius: radius)
        func added(_ bins: AveragingBins) -> Double { addedLoss(bins, to: before, radius: radius) }
        return SmearingLosses(
            inData: 1 - (before.min() ?? 1),
            total: 1 - (amplitudes(bins, radius: radius).min() ?? 1), added: added(bins),
            addedByTime: added(AveragingBins(times: bins.times)),
            addedByChannels: added(AveragingBins(channels: bins.channels)))
    }

    private func addedLoss(_ bins: AveragingBins, to before: [Double], radius: Double) -> Double {
        zip(amplitudes(bins, radius: radius), before).map { 1 - $0 / $1 }.max() ?? 0
    }

    /// The largest bins (dumps x channels) whose added loss at a distance stays within a limit at every position angle.
    ///
    /// Channel bins divide the channels of every spectral window, so that none is left over; among equally large bins
    /// the one that loses least is taken. Bins of 1 when the data as they are lose more than the limit already.
    ///
    /// - Parameters:
    ///   - loss: Fraction of the image amplitude that may be added to the loss, such as 0.005.
    ///   - radius: Distance from the phase centre, radians.
    /// - Throws: `SmearingError` when the loss is not in 0 ..< 1 or the radius not in 0 ..< π/2.
    public func largestBins(loss: Double, radius: Double) throws(SmearingError) -> AveragingBins {
        guard loss >= 0, loss < 1 else { throw .loss(loss) }
        guard radius >= 0, radius < .pi / 2 else { throw .radius(radius) }
        let before = amplitudes(AveragingBins(), radius: radius)
        guard 1 - (before.min() ?? 1) <= loss else { return AveragingBins() }
        var best = (bins: AveragingBins(), loss: 0.0)
        let most = channelCounts.max() ?? 1
        for channels in 1...most where channelCounts.allSatisfy({ $0 % channels == 0 }) {
            let bins = mostTimes(channels: channels, loss: loss, before: before, radius: radius)
            let added = addedLoss(bins, to: before, radius: radius)
            guard added <= loss else { break }
            let (size, bestSize) = (bins.times * channels, best.bins.times * best.bins.channels)
            if size > bestSize || (size == bestSize && added < best.loss) { best = (bins, added) }
        }
        return best.bins
    }

    /// As many dumps as a limit allows with bins of so many channels, at least 1.
    private func mostTimes(channels: Int, loss: Double, before: [Double], radius: Double) -> AveragingBins {
        // The loss grows with the dumps until far beyond any sensible limit: bisect between fitting and not.
        var (fits, fails) = (1, longestScan + 1)
        while fails - fits > 1 {
            let middle = (fits + fails) / 2
            let bins = AveragingBins(times: middle, channels: channels)
            if addedLoss(bins, to: before, radius: radius) <= loss { fits = middle } else { fails = middle }
        }
        return AveragingBins(times: fits, channels: channels)
    }
}

/// What smearing costs at one distance from the phase centre, as fractions of the image amplitude, each at the position
/// angle where it is worst.
public struct SmearingLosses: Sendable, Hashable {
    /// Lost already by the channels and dumps of the data as they come.
    public let inData: Double
    /// Lost altogether, by the data's own channels and dumps and by averaging.
    public let total: Double
    /// Lost by averaging, of the amplitude that the data had.
    public let added: Double
    /// What averaging in time alone would take.
    public let addedByTime: Double
    /// What averaging in frequency alone would take.
    public let addedByChannels: Double
}

/// Why bins cannot be found from a loss.
public enum SmearingError: Error, Hashable, CustomStringConvertible {
    /// No schedule with uvw, no cross baselines or no channels: a live stream.
    case noSchedule
    /// Data that follow no place on the sky.
    case unphased(UnphasedError)
    /// A loss outside 0 ..< 1.
    case loss(Double)
    /// A radius outside 0 ..< π/2 radians.
    case radius(Double)

    /// What, where and how to mend, in one line.
    public var description: String {
        switch self {
        case .noSchedule:
            "smearing cannot be predicted: the stream has no schedule with cross baselines: give the bins instead"
        case .unphased(let error): "\(error)"
        case .loss(let loss):
            "a smearing loss of \(loss) is not a fraction: smearing: give 0 to less than 1, as 0.5%"
        case .radius(let radius):
            "a radius of \(radius) rad is not on the sky: smearing: give 0 to less than 90deg"
        }
    }
}

extension UVW {
    /// How fast the coordinates turn with the Earth, metres per second, towards a declination (radians).
    func rate(declination: Double) -> SIMD3<Double> {
        // One turn in a sidereal day: IERS Conventions 2010, table 1.2, rad/s.
        let rotation = 7.292_115e-5
        let (sine, cosine) = (sin(declination), cos(declination))
        return rotation * SIMD3(w * cosine - v * sine, u * sine, -u * cosine)
    }
}

/// sin(πx) / (πx).
private func sinc(_ x: Double) -> Double {
    let angle = Double.pi * x
    return abs(angle) < 1e-4 ? 1 - angle * angle / 6 : sin(angle) / angle
}
