import Astrometry
import Foundation
import Visibilities

/// What went into a simulation, for checking what comes out of a reduction.
public struct SimulationTruth: Sendable, Codable {
    /// A component of a field.
    public struct Source: Sendable, Codable {
        /// Its name and its field's.
        public var name, field: String
        /// ICRS, degrees.
        public var rightAscensionDegrees, declinationDegrees: Double
        /// Direction cosines about the phase centre.
        public var l, m: Double
        /// Jy at the reference frequency, and S ∝ ν^spectralIndex there.
        public var flux, spectralIndex: Double
        /// All terms of a spectrum that is no power law, as WSClean writes them, and whether they are of log ν.
        public var spectralTerms: [Double]?, isLogarithmic: Bool?
        /// Full widths at half maximum of a Gaussian, and its position angle, degrees.
        public var majorDegrees, minorDegrees, positionAngleDegrees: Double?
        /// Hz.
        public var referenceFrequency: Double
    }

    /// A scan.
    public struct Scan: Sendable, Codable {
        /// Number in the plan, slews counted.
        public var number: Int
        /// Name of its field.
        public var field: String
        /// Centroid of the first dump, UTC, MJD seconds, and as text.
        public var firstTime: Double, firstTimeUTC: String
        /// How many dumps.
        public var dumps: Int
    }

    /// Telescope and antenna names.
    public var telescope: String, antennas: [String]
    /// Centre of the first channel and channel width, Hz.
    public var firstFrequency, channelWidth: Double
    /// How many channels.
    public var channels: Int
    /// Dump length, seconds.
    public var dumpLength: Double
    /// Start of the plan, UTC, MJD seconds.
    public var start: Double
    /// SEFD and noise of the real and of the imaginary part of a cross-correlation, Jy.
    public var sefd, noise: Double
    /// Seed of all random numbers.
    public var seed: UInt64
    /// Everything in the sky.
    public var sources: [Source]
    /// The scans that give data.
    public var scans: [Scan]
    /// Kind of gains.
    public var gains: GainKind
    /// Gains in closed form, [antenna][hand].
    public var receptors: [ReceptorGain]
    /// Emitters of interference.
    public var emitters: [Emitter]
    /// Bits of the kinds of interference in arrays of the truth.
    public var interferenceBits: [String: UInt16]
}

/// Interference that was put into some dumps and channels of a scan, all arrays [dump][channel].
public struct InterferenceTruth: Sendable {
    /// Bits of `InterferenceKind`; 0 where there is none.
    public var kinds: [UInt16]
    /// Amplitude over noise (real or imaginary part) of the median over cross baselines and products; 0 without noise.
    public var signalToNoise: [Float]
}

extension SimulatedObservation {
    /// All that went in, but for the samples of interference: those are `interferenceTruth`.
    public var truth: SimulationTruth {
        let fields = observation.fields
        return SimulationTruth(
            telescope: observation.telescope, antennas: observation.antennas.map(\.name),
            firstFrequency: axis.start,
            channelWidth: axis.step, channels: parameters.channels, dumpLength: parameters.dumpLength,
            start: start,
            sefd: parameters.sefd, noise: noise, seed: parameters.seed,
            sources: zip(fields, sky).flatMap { field, sources in
                sources.map {
                    SimulationTruth.Source($0, of: field.name, centre: parameters.centreFrequency)
                }
            },
            scans: observation.schedule.map { scan in
                SimulationTruth.Scan(
                    number: scan.number, field: fields[scan.field].name, firstTime: scan.times[0],
                    firstTimeUTC: UTC.text(scan.times[0]), dumps: scan.times.count)
            }, gains: parameters.gains, receptors: gains.receptors, emitters: emitters,
            interferenceBits: Dictionary(
                uniqueKeysWithValues: InterferenceKind.allCases.map { ($0.rawValue, $0.bit) }))
    }

    /// The truth as JSON with sorted keys: equal simulations give equal bytes.
    ///
    /// - Throws: the encoder's error, for numbers that JSON has no name for.
    public func truthJSON() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(truth)
    }

    /// Where interference was put, and how strong.
    ///
    /// - Parameters:
    ///   - scan: index in `Observation.schedule`.
    ///   - dumps: dumps of that scan.
    ///   - channels: channels of the band.
    public func interferenceTruth(scan: Int, dumps: Range<Int>, channels: Range<Int>) -> InterferenceTruth {
        let count = dumps.count * channels.count
        var result = InterferenceTruth(
            kinds: [UInt16](repeating: 0, count: count), signalToNoise: [Float](repeating: 0, count: count))
        let scale = parameters.sefd > 0 ? Float(1 / noise) : 0
        for emitter in emitters {
            let response = medianResponse(of: emitter) * scale
            for (row, dump) in dumps.enumerated() {
                let planDump = visits[scan].firstDump + dump
                let reach = emitter.reach(dump: planDump, of: parameters.channels).clamped(to: channels)
                emitter.amplitudes(dump: planDump, channels: reach) { channel, amplitude in
                    guard amplitude > 0 else { return }
                    let sample = row * channels.count + channel - channels.lowerBound
                    result.kinds[sample] |= emitter.kind.bit
                    result.signalToNoise[sample] += amplitude * response
                }
            }
        }
        return result
    }

    /// The median over cross baselines and products of the product of two receptors' responses; 0 without cross baselines.
    private func medianResponse(of emitter: Emitter) -> Float {
        let values = observation.baselines.filter { !$0.isAutocorrelation }.flatMap { baseline in
            observation.polarisations.map { product in
                let (hand1, hand2) = product.hands
                return emitter.responses[2 * baseline.antenna1 + hand1]
                    * emitter.responses[2 * baseline.antenna2 + hand2]
            }
        }.sorted()
        guard !values.isEmpty else { return 0 }
        return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    }
}

extension SimulationTruth.Source {
    fileprivate init(_ item: SimulatedObservation.FieldSource, of field: String, centre: Double) {
        let source = item.source
        (name, self.field, flux, spectralIndex) = (source.name, field, source.flux, source.spectralIndex)
        rightAscensionDegrees = source.direction.rightAscension / Angle.degree
        declinationDegrees = source.direction.declination / Angle.degree
        (l, m) = (item.cosines.l, item.cosines.m)
        referenceFrequency = source.referenceFrequency ?? centre
        switch source.spectrum {
        case .logarithmic(let terms): if terms.count > 1 { (spectralTerms, isLogarithmic) = (terms, true) }
        case .polynomial(let terms): (spectralTerms, isLogarithmic) = (terms, false)
        }
        majorDegrees = source.shape.map { $0.major / Angle.degree }
        minorDegrees = source.shape.map { $0.minor / Angle.degree }
        positionAngleDegrees = source.shape.map { $0.positionAngle / Angle.degree }
    }
}
