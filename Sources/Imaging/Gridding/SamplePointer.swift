// An island of unsafe code: visibilities of a batch or a prediction, lent for the time of a call.

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

    /// Samples of the precision of their type.
    init<Scalar: ImagingScalar>(_ samples: UnsafePointer<SIMD2<Scalar>>) {
        let start = UnsafeRawPointer(samples)
        switch Scalar.precision {
        case .single: self = .single(start.assumingMemoryBound(to: SIMD2<Float>.self))
        case .double: self = .double(start.assumingMemoryBound(to: SIMD2<Double>.self))
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
