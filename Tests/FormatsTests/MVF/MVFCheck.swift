import Rings
import Testing
import Visibilities

@testable import Formats

/// Slow and clear comparisons of blocks with what libhdf5 gives sample by sample.
enum MVFCheck {
    /// A cut of a view into blocks of the given sizes.
    static func cut(_ view: ObservationView, dumps: Int, channels: Int, baselines: Int) -> ObservationCut {
        let subbands = view.observation.spectralWindows.enumerated().flatMap { window, spectrum in
            stride(from: 0, to: spectrum.frequencies.count, by: channels).map {
                Subband(spectralWindow: window, channels: $0..<min($0 + channels, spectrum.frequencies.count))
            }
        }
        return ObservationCut(
            view.observation, order: .subbandFirst, dumpsPerWindow: dumps, subbands: subbands,
            baselinesPerTile: baselines)
    }

    /// All blocks of a stream in its order.
    static func blocks(
        of reader: ObservationReader, slabs: Int? = nil, _ body: (VisibilityBlock) throws -> Void
    ) async throws {
        let cut = reader.cut
        let pool = SlabPool(
            "test", slabs: slabs ?? cut.tiles.count, byteCount: VisibilityBlock.slabByteCount(cut))
        for scan in cut.observation.schedule.indices {
            for subband in cut.subbands.indices {
                for window in cut.windows(dumps: cut.observation.schedule[scan].times.count).indices {
                    let blocks = try await reader.blocks(
                        scheduleIndex: scan, subband: subband, window: window, from: pool)
                    for block in blocks { try body(block) }
                }
            }
        }
    }

    /// The blocks of a stream, one after the other; there is room for a changed copy of each.
    static func stream(_ reader: ObservationReader) -> AsyncThrowingStream<VisibilityBlock, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await MVFCheck.blocks(of: reader, slabs: 2 * reader.cut.blockCount) {
                        continuation.yield($0)
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Expects each sample of a stream to be what the file holds; returns how many there were.
    static func expectSamples(of reader: ObservationReader) async throws -> Int {
        let view = reader.view
        let file = try view.mvf
        let (data, planes) = (file.data, try view.mvfPlanes)
        let values: [Float] = try data.visibilities.readAll(as: Float.self)
        let flags = try data.flags?.readAll(as: UInt8.self)
        let weights = try data.weights?.readAll(as: Float.self)
        let channelWeights = try data.channelWeights?.readAll(as: Float.self)
        var samples = 0
        var wrong = 0
        try await blocks(of: reader) { block in
            let context = block.context
            for plane in 0..<block.shape.planes {
                let place = planes[block.firstBaseline * block.shape.polarisations + plane]
                for time in 0..<block.shape.times {
                    let dump = view.rows[context.scheduleIndex][context.dumps.lowerBound + time]
                    for channel in 0..<block.shape.channels {
                        let ascending =
                            view.windows[context.spectralWindow].first + context.channels.lowerBound + channel
                        let stored = file.isReversed ? data.channels - 1 - ascending : ascending
                        var value = Complex64(0, 0)
                        var weight: Float = 0
                        var flag = FlagReasons.dataLost.rawValue
                        if let place, let dump {
                            let spectrum = dump * data.channels + stored
                            let sample = spectrum * data.products + place.product
                            value = Complex64(values[2 * sample], values[2 * sample + 1])
                            if place.isConjugated { value = value.conjugate }
                            flag = flags?[sample] ?? 0
                            let (own, common) = (weights?[sample] ?? 1, channelWeights?[spectrum] ?? 1)
                            weight = own * common
                            if !(own >= 0 && common >= 0 && common <= .greatestFiniteMagnitude / 255) {
                                weight = .nan
                            }
                            if !(value.real.isFinite && value.imaginary.isFinite)
                                || value.real == 0 && value.imaginary == 0
                            {
                                value = Complex64(0, 0)
                                weight = 0
                                flag |= FlagReasons.dataLost.rawValue
                            }
                            if !(weight >= 0 && weight.isFinite) {
                                weight = 0
                                flag |= FlagReasons.dataLost.rawValue
                            }
                        }
                        let index =
                            block.samples(ofPlane: plane).lowerBound + time * block.shape.channels + channel
                        samples += 1
                        if block.visibilities[index] != value || block.weights[index] != weight
                            || block.flags[index] != flag
                        {
                            wrong += 1
                        }
                    }
                }
            }
        }
        #expect(wrong == 0, "\(wrong) of \(samples) samples differ")
        return samples
    }
}

extension MVF3File {
    /// The selected part of this one file.
    func select(_ selection: ReadSelection = ReadSelection()) throws -> ObservationView {
        try JoinedObservation([self]).select(selection)
    }
}

extension ObservationView {
    /// The MVF file that it is made of.
    var mvf: MVF3File {
        get throws { try #require(source.files[0] as? MVF3File) }
    }

    /// For each of its planes, the place in its file.
    var mvfPlanes: [MVFPlane?] {
        get throws {
            let table = try mvf.planeTable
            return baselines.flatMap { baseline in
                polarisations.map { table.planes[baseline * table.polarisations.count + $0] }
            }
        }
    }
}
