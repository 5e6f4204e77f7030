import Imaging
import Simulation
import Tiles
import Visibilities

/// Predicts one field's model into blocks.
struct FieldPredictor {
    private enum Kernel {
        case components(FieldPrediction.Components)
        /// With their channels of each spectral window.
        case images([(degridder: Degridder, channels: [Range<Int>])])
    }

    private let kernel: Kernel
    /// What is known of components in a sub-band.
    private var known: [Int: SkyPrediction] = [:]

    /// Transforms the models, if they are images.
    init(_ plan: FieldPrediction) async throws {
        switch plan.way {
        case .components(let components): kernel = .components(components)
        case .images(let parts):
            var images: [(degridder: Degridder, channels: [Range<Int>])] = []
            var reader = ModelReader()
            for part in parts {
                let pixels = try reader.pixels(of: part.model)
                images.append((try await Degridder(part.grid, model: pixels), part.channels))
            }
            kernel = .images(images)
        }
    }

    /// Predicts into the cross baselines of a block; returns how many samples had to be flagged because the model's grid does not
    /// reach them.
    mutating func predict(
        into block: inout VisibilityBlock, _ mode: Predict.Mode, _ observation: Observation, width: Int
    ) async throws -> Int {
        let shape = block.shape
        let cross = (0..<shape.baselines).filter {
            !observation.baselines[block.firstBaseline + $0].isAutocorrelation
        }
        var uvw: [UVW] = []
        uvw.reserveCapacity(cross.count * shape.times)
        for baseline in cross {
            for row in baseline * shape.times..<(baseline + 1) * shape.times { uvw.append(block.uvw[row]) }
        }
        let window = observation.spectralWindows[block.context.spectralWindow].frequencies
        let predicted = try await visibilities(
            uvw, block.context, middle: window[window.count / 2], width: width)
        var flagged = 0
        for (number, baseline) in cross.enumerated() {
            let samples = number * shape.planeSize..<(number + 1) * shape.planeSize
            for (product, polarisation) in observation.polarisations.enumerated() {
                flagged += block.withMutablePlane(baseline * shape.polarisations + product) { plane in
                    predicted.put(samples, polarisation.seesIntensity, mode, into: &plane)
                }
            }
        }
        return flagged
    }

    /// Stokes I, [row][channel].
    private mutating func visibilities(
        _ uvw: [UVW], _ context: BlockContext, middle: Double, width: Int
    ) async throws -> PredictedRows {
        let frequencies = context.frequencies
        switch kernel {
        case .images(let images):
            return try await Self.visibilities(uvw, context, of: images)
        case .components(let components):
            let prediction = try prediction(of: components, context, middle: middle)
            let channels = frequencies.count
            let rows = 64
            let parts = try await mapTiles((uvw.count + rows - 1) / rows, width: width) { tile in
                let range = tile * rows..<min((tile + 1) * rows, uvw.count)
                return [Complex64](unsafeUninitializedCapacity: range.count * channels) { buffer, count in
                    buffer.initialize(repeating: Complex64(0, 0))
                    for (number, row) in range.enumerated() {
                        var span = UnsafeMutableBufferPointer(
                            rebasing: buffer[number * channels..<(number + 1) * channels]
                        ).mutableSpan
                        prediction.predict(uvw[row], into: &span)
                    }
                    count = range.count * channels
                }
            }
            return PredictedRows(visibilities: Array(parts.joined()), weights: nil)
        }
    }

    /// Components as a sub-band sees them.
    private mutating func prediction(
        of components: FieldPrediction.Components, _ context: BlockContext, middle: Double
    ) throws -> SkyPrediction {
        if let prediction = known[context.subband] { return prediction }
        // Before the next is made, so that there is only one.
        if !components.keepsSubbands { known.removeAll() }
        let prediction = try SkyPrediction(
            components.list, centre: components.centre, frequencies: context.frequencies, middle: middle)
        known[context.subband] = prediction
        return prediction
    }

    /// Stokes I of images, [row][channel], each in its channels.
    private static func visibilities(
        _ uvw: [UVW], _ context: BlockContext, of images: [(degridder: Degridder, channels: [Range<Int>])]
    ) async throws -> PredictedRows {
        let frequencies = context.frequencies
        var rows = PredictedRows(count: uvw.count, channels: frequencies.count)
        for (degridder, channels) in images {
            let own = channels[context.spectralWindow].clamped(to: context.channels)
            guard !own.isEmpty else { continue }
            let inside = own.lowerBound - context.channels.lowerBound
            var batch = VisibilityBatch(
                predicting: uvw,
                frequencies: Array(frequencies[inside..<inside + own.count]))
            try await degridder.predict(into: &batch, .replace)
            rows.take(batch, at: inside, of: frequencies.count)
        }
        return rows
    }
}

extension VisibilityBatch {
    /// Rows of zeros to predict into.
    fileprivate init(predicting uvw: [UVW], frequencies: [Double]) {
        let count = uvw.count * frequencies.count
        self.init(
            frequencies: frequencies, uvw: uvw,
            visibilities: [Complex64](repeating: Complex64(0, 0), count: count),
            weights: [Float](repeating: 1, count: count))
    }
}

/// Stokes I of some rows, [row][channel].
private struct PredictedRows {
    private(set) var visibilities: [Complex64]
    /// 0 where there is no prediction; nil if there is one everywhere.
    private(set) var weights: [Float]?

    init(visibilities: [Complex64], weights: [Float]?) {
        (self.visibilities, self.weights) = (visibilities, weights)
    }

    /// Rows without a prediction.
    init(count: Int, channels: Int) {
        visibilities = [Complex64](repeating: Complex64(0, 0), count: count * channels)
        weights = [Float](repeating: 0, count: count * channels)
    }

    /// Takes a batch's predictions of some channels, from one on.
    mutating func take(_ batch: VisibilityBatch, at first: Int, of channels: Int) {
        let own = batch.frequencies.count
        guard own < channels else {
            (visibilities, weights) = (batch.visibilities, batch.weights)
            return
        }
        for row in 0..<batch.rows {
            let (from, to) = (row * own..<(row + 1) * own, row * channels + first)
            visibilities.replaceSubrange(to..<to + own, with: batch.visibilities[from])
            weights?.replaceSubrange(to..<to + own, with: batch.weights[from])
        }
    }

    /// Puts some samples into a plane; returns how many it flagged for want of a prediction.
    func put(
        _ samples: Range<Int>, _ seesIntensity: Bool, _ mode: Predict.Mode, into plane: inout MutablePlane
    ) -> Int {
        var flagged = 0
        for (place, sample) in samples.enumerated() {
            let model = seesIntensity ? visibilities[sample] : Complex64(0, 0)
            switch mode {
            case .replace: plane.visibilities[place] = model
            case .add:
                plane.visibilities[place].real += model.real
                plane.visibilities[place].imaginary += model.imaginary
            case .subtract:
                plane.visibilities[place].real -= model.real
                plane.visibilities[place].imaginary -= model.imaginary
            }
            if let weights, weights[sample] == 0 {
                flagged += plane.flags[place] == 0 ? 1 : 0
                plane.flags[place] |= FlagReasons.postProcessing.rawValue
            }
        }
        return flagged
    }
}

extension Polarisation {
    /// Whether an unpolarised source of 1 Jy has a visibility of 1 in this product.
    fileprivate var seesIntensity: Bool { [.i, .xx, .yy, .rr, .ll].contains(self) }
}
