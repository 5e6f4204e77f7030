// An island of unsafe code: samples that tiles write, each its own.

import Synchronization
import Visibilities

/// Predicted visibilities of some rows of a batch, [row][channel], of any contents at first; shared by threads that write disjoint
/// samples.
final class PredictedSamples<Scalar: ImagingScalar>: @unchecked Sendable {
    private let buffer: LineBuffer<Scalar>
    let samples: UnsafeMutablePointer<SIMD2<Scalar>>

    /// - Parameter count: samples; room is made for whole lines of eight.
    init(_ count: Int) {
        buffer = LineBuffer((count + 7) / 8)
        samples = UnsafeMutableRawPointer(buffer.lines).bindMemory(
            to: SIMD2<Scalar>.self, capacity: buffer.count * 8)
    }

    /// Samples that there is room for.
    var capacity: Int { buffer.count * 8 }

    /// The samples as gridders read them.
    var pointer: SamplePointer { SamplePointer(UnsafePointer(samples)) }
}

/// Keeps the samples of the last prediction for the next: fresh memory costs as much as a prediction's tenth.
final class PredictionMemory<Scalar: ImagingScalar>: Sendable {
    private let spare = Mutex<PredictedSamples<Scalar>?>(nil)

    /// Room for so many samples.
    func take(_ count: Int) -> PredictedSamples<Scalar> {
        let kept = spare.withLock { $0.take() }
        if let kept, kept.capacity >= count, kept.capacity / 2 <= count { return kept }
        return PredictedSamples(count)
    }

    func give(_ samples: PredictedSamples<Scalar>) { spare.withLock { $0 = samples } }
}

extension VisibilityBatch {
    /// Takes over the predictions of those samples of some rows that are on the grid, and returns how many there are.
    mutating func take<Scalar>(
        _ predicted: PredictedSamples<Scalar>, _ rows: Range<Int>, _ how: Prediction, _ axes: GridAxes
    ) -> Int {
        let (channels, isSingle) = (frequencies.count, doubles.isEmpty)
        let ends = frequencies.withUnsafeBufferPointer { frequencies in
            uvw[rows].map { axes.channelsOnGrid(axes.rate($0).rate, frequencies) }
        }
        visibilities.withUnsafeMutableBufferPointer { own in
            guard isSingle, let own = own.baseAddress else { return }
            // Real and imaginary part; arrays begin on 16 bytes.
            let pairs = UnsafeMutableRawPointer(own + rows.lowerBound * channels)
                .assumingMemoryBound(to: SIMD2<Float>.self)
            Self.take(predicted, how, ends, channels, pairs) { SIMD2(Float($0.x), Float($0.y)) }
        }
        doubles.withUnsafeMutableBufferPointer { own in
            guard !isSingle, let own = own.baseAddress else { return }
            Self.take(predicted, how, ends, channels, own + rows.lowerBound * channels) {
                SIMD2(Double($0.x), Double($0.y))
            }
        }
        if how == .replace {
            for (row, end) in zip(rows, ends) where end < channels {
                weights.withUnsafeMutableBufferPointer {
                    $0[row * channels + end..<(row + 1) * channels].update(repeating: 0)
                }
            }
        }
        return ends.reduce(0, +)
    }

    /// Takes over the first samples of each row, rounded to what the batch holds.
    @inline(__always) private static func take<Scalar, Own>(
        _ predicted: PredictedSamples<Scalar>, _ how: Prediction, _ ends: [Int], _ channels: Int,
        _ own: UnsafeMutablePointer<SIMD2<Own>>, _ rounded: (SIMD2<Scalar>) -> SIMD2<Own>
    ) where Own: ImagingScalar {
        for (row, end) in ends.enumerated() {
            let (target, source) = (own + row * channels, predicted.samples + row * channels)
            switch how {
            case .replace:
                for channel in 0..<end { target[channel] = rounded(source[channel]) }
                for channel in end..<channels { target[channel] = .zero }
            case .add:
                for channel in 0..<end { target[channel] += rounded(source[channel]) }
            case .subtract:
                for channel in 0..<end { target[channel] -= rounded(source[channel]) }
            }
        }
    }
}
