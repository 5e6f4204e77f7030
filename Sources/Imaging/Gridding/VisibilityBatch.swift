import Visibilities

/// Stokes I visibilities that are sorted and gridded together: rows (baseline, time) of the same channels.
///
/// The partition of a stream into batches, and the order of their rows, decide the last bits of an image; the number
/// of threads does not.
public struct VisibilityBatch: Sendable {
    /// Channel centres, Hz, ascending.
    public var frequencies: [Double]
    /// Coordinates of each row, metres (uvw = r(antenna 1) - r(antenna 2)).
    public var uvw: [UVW]
    /// Stokes I, [row][channel].
    public var visibilities: [Complex64]
    /// Stokes I in double precision (real, imaginary), [row][channel], of a batch made of such, whose `visibilities` are
    /// empty.
    public var doubles: [SIMD2<Double>] = []
    /// Imaging weights, [row][channel]; 0 where flagged.
    public var weights: [Float]
    /// Σ w² / ω of imaging weights w and visibility weights ω: the variance of the weighted sum; 0 before `weigh`.
    public internal(set) var variance = 0.0
    /// Σ ω of visibility weights, unflagged; 0 before `weigh`.
    public internal(set) var visibilityWeight = 0.0
    /// Unflagged samples beyond the density's grid, which `weigh` has given no weight.
    public internal(set) var beyond = 0

    /// A batch; more rows of the same channels may be appended.
    public init(
        frequencies: [Double], uvw: [UVW] = [], visibilities: [Complex64] = [], weights: [Float] = []
    ) {
        self.frequencies = frequencies
        self.uvw = uvw
        self.visibilities = visibilities
        self.weights = weights
    }

    /// A batch of visibilities in double precision, for imagers in double precision.
    public init(
        frequencies: [Double], uvw: [UVW], doubles: [SIMD2<Double>], weights: [Float]
    ) {
        self.init(frequencies: frequencies, uvw: uvw, weights: weights)
        self.doubles = doubles
    }

    /// Rows.
    public var rows: Int { uvw.count }

    /// Visibilities, of whichever precision.
    var sampleCount: Int { visibilities.count + doubles.count }

    /// Makes room for so many rows, so that appending them does not move what is there.
    public mutating func reserveCapacity(rows: Int) {
        uvw.reserveCapacity(rows)
        visibilities.reserveCapacity(rows * frequencies.count)
        weights.reserveCapacity(rows * frequencies.count)
    }

    /// Checks that the arrays fit together and that places on the grid can be computed.
    func check() throws(ImagingError) {
        try checkFrequencies(frequencies)
        let samples = uvw.count.multipliedReportingOverflow(by: frequencies.count)
        guard !samples.overflow, samples.partialValue == sampleCount, sampleCount == weights.count,
            visibilities.isEmpty || doubles.isEmpty
        else {
            throw .shape(
                "a batch of \(uvw.count) rows x \(frequencies.count) channels has "
                    + "\(sampleCount) visibilities and \(weights.count) weights")
        }
        guard frequencies.count <= 1 << 16, uvw.count < 1 << 31 else {
            throw .shape(
                "a batch of \(uvw.count) rows x \(frequencies.count) channels; "
                    + "at most 2^31 rows x 65536 channels")
        }
        guard uvw.allSatisfy({ $0.u.isFinite && $0.v.isFinite && $0.w.isFinite }) else {
            throw .values("a batch has uvw that are not finite")
        }
    }
}
