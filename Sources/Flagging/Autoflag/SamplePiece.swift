import Visibilities

/// Samples of some channels of one baseline, [polarisation][time][channel], with their flags.
public struct SamplePiece: ~Escapable {
    let visibilities: Span<Complex64>
    let flags: Span<UInt8>

    /// Samples and their flags, of one shape; any bit set takes a sample out of all statistics.
    @_lifetime(copy visibilities, copy flags)
    public init(_ visibilities: Span<Complex64>, flags: Span<UInt8>) {
        self.visibilities = visibilities
        self.flags = flags
    }

    /// A piece of no channels.
    @_lifetime(immortal)
    public init() {
        visibilities = Span()
        flags = Span()
    }
}
