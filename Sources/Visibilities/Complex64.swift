/// A complex number of two single-precision floats, as visibilities are stored in files and blocks.
///
/// Plain storage: kernels read it as pairs of floats. (swift-numerics' `Complex` folds all non-finite values into
/// one; a corrupt sample must keep both of its parts.)
public struct Complex64: Sendable, Hashable, BitwiseCopyable {
    /// Real part.
    public var real: Float
    /// Imaginary part.
    public var imaginary: Float

    /// Makes real + i imaginary.
    @inlinable public init(_ real: Float, _ imaginary: Float) {
        self.real = real
        self.imaginary = imaginary
    }

    /// The complex conjugate.
    @inlinable public var conjugate: Complex64 { Complex64(real, -imaginary) }
}
