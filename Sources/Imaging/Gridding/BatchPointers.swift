// An island of unsafe code: the arrays of a checked batch, lent for the time of a call.

import Visibilities

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
