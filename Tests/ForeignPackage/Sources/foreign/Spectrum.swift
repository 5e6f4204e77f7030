import Parameters
import Pipeline
import Rings
import Visibilities

/// A stage of our own: visibilities in, spectra out.
struct Spectrum: Transform {
    struct Settings: ParameterSet {
        @Parameter("Factor on the amplitudes", range: 0...1000) var gain = 1.0
    }

    static let name = "spectrum"
    static let summary = "mean amplitude of each channel of the unflagged samples"
    static let inPlace = false

    private let gain: Float

    init(_ settings: Settings) throws { gain = Float(settings.gain) }

    mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws -> SpectrumBlock.Header {
        SpectrumBlock.Header(channels: header.observation.spectralWindows.map(\.frequencies.count).max() ?? 0)
    }

    func run(_ input: Reader<VisibilityBlock>, into output: Outlet<SpectrumBlock>) async throws {
        var sums: [Range<Int>: (sum: [Float], count: [Float])] = [:]
        var order: [Range<Int>] = []
        for try await block in input {
            let channels = block.context.channels
            if sums[channels] == nil {
                order.append(channels)
                let zeros = [Float](repeating: 0, count: channels.count)
                sums[channels] = (zeros, zeros)
            }
            for sample in 0..<block.sampleCount where block.flags[sample] == 0 {
                let value = block.visibilities[sample]
                let amplitude = (value.real * value.real + value.imaginary * value.imaginary).squareRoot()
                sums[channels]?.sum[sample % channels.count] += amplitude
                sums[channels]?.count[sample % channels.count] += 1
            }
        }
        for channels in order {
            guard let (sum, count) = sums[channels] else { continue }
            let means = zip(sum, count).map { $1 > 0 ? gain * $0 / $1 : 0 }
            try await output.send(SpectrumBlock(means, channels: channels, from: output.pool))
        }
    }
}

/// A sink of our own.
struct PrintSpectrum: Sink {
    typealias Input = SpectrumBlock

    struct Settings: ParameterSet {
        init() {}
    }

    static let name = "print-spectrum"
    static let summary = "prints spectra, a line a channel"

    init(_ settings: Settings) throws {}

    mutating func prepare(_ header: SpectrumBlock.Header, _ context: StageContext) throws {}

    func run(_ input: Reader<SpectrumBlock>) async throws {
        for try await block in input {
            for channel in 0..<block.channels.count {
                print("channel", block.channels.lowerBound + channel, block[channel])
            }
        }
    }
}
