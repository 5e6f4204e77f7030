// An island of unsafe code: samples that tiles write, each its own.

import Synchronization
import Visibilities

/// Predicted visibilities of a batch, [row][channel], of any contents at first; shared by threads that write disjoint
/// samples.
final class PredictedSamples: @unchecked Sendable {
    private let buffer: LineBuffer
    let samples: UnsafeMutablePointer<Complex64>

    /// - Parameter count: samples; room is made for whole lines of eight.
    init(_ count: Int) {
        buffer = LineBuffer((count + 7) / 8)
        samples = UnsafeMutableRawPointer(buffer.lines).bindMemory(
            to: Complex64.self, capacity: buffer.count * 8)
    }

    /// Samples that there is room for.
    var capacity: Int { buffer.count * 8 }
}

/// Keeps the samples of the last prediction for the next: fresh memory costs as much as a prediction's tenth.
final class PredictionMemory: Sendable {
    private let spare = Mutex<PredictedSamples?>(nil)

    /// Room for so many samples.
    func take(_ count: Int) -> PredictedSamples {
        let kept = spare.withLock { $0.take() }
        if let kept, kept.capacity >= count, kept.capacity / 2 <= count { return kept }
        return PredictedSamples(count)
    }

    func give(_ samples: PredictedSamples) { spare.withLock { $0 = samples } }
}

extension VisibilityBatch {
    /// Takes over the predictions of all samples on the grid, and returns how many there are.
    mutating func take(_ predicted: PredictedSamples, _ how: Prediction, _ axes: GridAxes) -> Int {
        let channels = frequencies.count
        let ends = frequencies.withUnsafeBufferPointer { frequencies in
            uvw.map { axes.channelsOnGrid(axes.rate($0).rate, frequencies) }
        }
        visibilities.withUnsafeMutableBufferPointer { visibilities in
            guard let own = visibilities.baseAddress else { return }
            for (row, end) in ends.enumerated() {
                let (target, source) = (own + row * channels, predicted.samples + row * channels)
                switch how {
                case .replace:
                    target.update(from: source, count: end)
                    (target + end).update(repeating: Complex64(0, 0), count: channels - end)
                case .add: Self.add(source, to: target, count: end, scale: 1)
                case .subtract: Self.add(source, to: target, count: end, scale: -1)
                }
            }
        }
        if how == .replace {
            for (row, end) in ends.enumerated() where end < channels {
                weights.withUnsafeMutableBufferPointer {
                    $0[row * channels + end..<(row + 1) * channels].update(repeating: 0)
                }
            }
        }
        return ends.reduce(0, +)
    }

    private static func add(
        _ source: UnsafeMutablePointer<Complex64>, to target: UnsafeMutablePointer<Complex64>, count: Int,
        scale: Float
    ) {
        for channel in 0..<count {
            target[channel].real += scale * source[channel].real
            target[channel].imaginary += scale * source[channel].imaginary
        }
    }
}
