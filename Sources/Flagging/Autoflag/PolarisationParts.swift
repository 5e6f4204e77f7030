/// Real and imaginary part of one polarisation over the rows of a block.
struct PolarisationParts {
    let real: UnsafeMutablePointer<Float>
    let imaginary: UnsafeMutablePointer<Float>
    /// 2, or 1 for real data (parallel hands of an autocorrelation).
    let degrees: Float
    /// The place of its sums in an `EmitterRing`.
    let slot: Int
}
