// An island of unsafe code: spans over the parts of a block's slab, each within the layout that the block was made with.

import Rings

/// The three arrays of one (baseline, polarisation) plane, each [time][channel].
public struct MutablePlane: ~Copyable, ~Escapable {
    /// Visibilities.
    public var visibilities: MutableSpan<Complex64>
    /// Weights, 1/σ².
    public var weights: MutableSpan<Float>
    /// Flag bits.
    public var flags: MutableSpan<UInt8>

    @_lifetime(copy visibilities, copy weights, copy flags)
    init(
        visibilities: consuming MutableSpan<Complex64>, weights: consuming MutableSpan<Float>,
        flags: consuming MutableSpan<UInt8>
    ) {
        self.visibilities = visibilities
        self.weights = weights
        self.flags = flags
    }
}

extension VisibilityBlock {
    @inlinable func buffer<T>(_ type: T.Type, at offset: Int, count: Int) -> UnsafeMutableBufferPointer<T> {
        let base = slab.bytes.baseAddress.unsafelyUnwrapped + offset
        return UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: T.self), count: count)
    }

    /// All visibilities, [baseline][polarisation][time][channel].
    @inlinable public var visibilities: Span<Complex64> {
        @_lifetime(borrow self) get {
            let span = Span(_unsafeElements: buffer(Complex64.self, at: 0, count: shape.samples))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// All weights (1/σ²), [baseline][polarisation][time][channel].
    @inlinable public var weights: Span<Float> {
        @_lifetime(borrow self) get {
            let span = Span(
                _unsafeElements: buffer(Float.self, at: slab.layout.weights, count: shape.samples))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// All flag bits, [baseline][polarisation][time][channel].
    @inlinable public var flags: Span<UInt8> {
        @_lifetime(borrow self) get {
            let span = Span(_unsafeElements: buffer(UInt8.self, at: slab.layout.flags, count: shape.samples))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// uvw of each row in metres, [baseline][time].
    @inlinable public var uvw: Span<UVW> {
        @_lifetime(borrow self) get {
            let span = Span(_unsafeElements: buffer(UVW.self, at: slab.layout.uvw, count: shape.rows))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// Time centroid of each row, UTC, MJD seconds, [baseline][time].
    @inlinable public var centroids: Span<Double> {
        @_lifetime(borrow self) get {
            let span = Span(
                _unsafeElements: buffer(Double.self, at: slab.layout.centroids, count: shape.rows))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// The sample indices of a plane in the block's arrays.
    @inlinable public func samples(ofPlane plane: Int) -> Range<Int> {
        plane * shape.planeSize..<(plane + 1) * shape.planeSize
    }

    /// Changes all arrays at once, after making this holder the only one.
    public mutating func withMutableArrays<R, E: Error>(
        _ body: (
            inout MutableSpan<Complex64>, inout MutableSpan<Float>, inout MutableSpan<UInt8>,
            inout MutableSpan<UVW>, inout MutableSpan<Double>
        ) throws(E) -> R
    ) throws(E) -> R {
        makeUnique()
        var visibilities = MutableSpan(_unsafeElements: buffer(Complex64.self, at: 0, count: shape.samples))
        var weights = MutableSpan(
            _unsafeElements: buffer(Float.self, at: slab.layout.weights, count: shape.samples))
        var flags = MutableSpan(
            _unsafeElements: buffer(UInt8.self, at: slab.layout.flags, count: shape.samples))
        var uvw = MutableSpan(_unsafeElements: buffer(UVW.self, at: slab.layout.uvw, count: shape.rows))
        var centroids = MutableSpan(
            _unsafeElements: buffer(Double.self, at: slab.layout.centroids, count: shape.rows))
        return try body(&visibilities, &weights, &flags, &uvw, &centroids)
    }

    /// Changes one plane, after making this holder the only one.
    public mutating func withMutablePlane<R, E: Error>(
        _ plane: Int, _ body: (inout MutablePlane) throws(E) -> R
    ) throws(E) -> R {
        makeUnique()
        let range = samples(ofPlane: plane)
        var view = MutablePlane(
            visibilities: MutableSpan(
                _unsafeElements: buffer(Complex64.self, at: 8 * range.lowerBound, count: range.count)),
            weights: MutableSpan(
                _unsafeElements: buffer(
                    Float.self, at: slab.layout.weights + 4 * range.lowerBound, count: range.count)),
            flags: MutableSpan(
                _unsafeElements: buffer(
                    UInt8.self, at: slab.layout.flags + range.lowerBound, count: range.count)))
        return try body(&view)
    }
}
