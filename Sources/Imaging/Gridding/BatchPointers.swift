// An island of unsafe code: the arrays of a checked batch, lent for the time of a call.

import CPlatform
import Visibilities

/// Visibilities [row][channel], of either precision.
enum SamplePointer {
    case single(UnsafePointer<SIMD2<Float>>)
    case double(UnsafePointer<SIMD2<Double>>)

    init?(
        _ batch: VisibilityBatch, _ single: UnsafePointer<Complex64>?, _ double: UnsafePointer<SIMD2<Double>>?
    ) {
        if batch.doubles.isEmpty {
            guard let single else { return nil }
            // Real and imaginary part; arrays begin on 16 bytes.
            self = .single(UnsafeRawPointer(single).assumingMemoryBound(to: SIMD2<Float>.self))
        } else {
            guard let double else { return nil }
            self = .double(double)
        }
    }

    /// Asks for the cache lines of two samples that will be read soon.
    @inline(__always) func prefetch(_ one: Int, _ other: Int) {
        switch self {
        case .single(let samples):
            sluice_prefetch(samples + one)
            sluice_prefetch(samples + other)
        case .double(let samples):
            sluice_prefetch(samples + one)
            sluice_prefetch(samples + other)
        }
    }

    /// Calls a body with each of some samples.
    @inline(__always) func forEach<Scalar: ImagingScalar>(
        from first: Int, count: Int, _ body: (_ index: Int, _ value: SIMD2<Scalar>) -> Void
    ) {
        switch self {
        case .single(let samples):
            for index in 0..<count {
                let value = samples[first &+ index]
                body(index, SIMD2(Scalar(value.x), Scalar(value.y)))
            }
        case .double(let samples):
            for index in 0..<count {
                let value = samples[first &+ index]
                body(index, SIMD2(Scalar(value.x), Scalar(value.y)))
            }
        }
    }
}

/// The arrays of a checked batch.
struct BatchPointers {
    let frequencies: UnsafePointer<Double>
    let uvw: UnsafePointer<UVW>
    var visibilities: SamplePointer
    let weights: UnsafePointer<Float>
    let channels: Int
}

extension VisibilityBatch {
    /// Lends the arrays of a batch that has samples.
    func withPointers<Result>(_ body: (BatchPointers) -> Result) -> Result? {
        frequencies.withUnsafeBufferPointer { frequencies in
            uvw.withUnsafeBufferPointer { uvw in
                weights.withUnsafeBufferPointer { weights in
                    withSamples { samples in
                        guard let frequency = frequencies.baseAddress, let uvw = uvw.baseAddress, let samples,
                            let weight = weights.baseAddress
                        else { return nil }
                        return body(
                            BatchPointers(
                                frequencies: frequency, uvw: uvw, visibilities: samples, weights: weight,
                                channels: frequencies.count))
                    }
                }
            }
        }
    }

    /// Lends the visibilities; nil when there are none.
    func withSamples<Result>(_ body: (SamplePointer?) -> Result) -> Result {
        visibilities.withUnsafeBufferPointer { single in
            doubles.withUnsafeBufferPointer { double in
                body(SamplePointer(self, single.baseAddress, double.baseAddress))
            }
        }
    }
}

/// Sums over samples, lane by lane.
struct LaneSums {
    var weight = SIMD8<Double>()
    var weightedFrequency = SIMD8<Double>()
    var squaredWeight = SIMD8<Double>()
    var used = 0
    var flagged = 0

    /// The sums over all lanes.
    var total: GridSums {
        var sums = GridSums()
        sums.weight = weight.sum()
        sums.weightedFrequency = weightedFrequency.sum()
        sums.squaredWeight = squaredWeight.sum()
        sums.used = used
        sums.flagged = flagged
        return sums
    }
}
