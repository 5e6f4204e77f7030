import Visibilities

/// Planes in which nothing was received: every sample that is not lost is zero, or all have one and the same value.
public enum DeadPlane {
    /// So many samples with the same value are no chance; fewer tell nothing unless they are zero.
    public static let leastSamples = 8

    /// Whether a plane is dead. One that is live is told by its first samples.
    ///
    /// - Parameters:
    ///   - visibilities: the samples.
    ///   - flags: their flags; those that are `dataLost` do not count, other flags do not matter.
    /// - Returns: false where all samples are lost already.
    public static func isDead(_ visibilities: Span<Complex64>, _ flags: Span<UInt8>) -> Bool {
        precondition(visibilities.count == flags.count, "a flag for each sample")
        let lost = FlagReasons.dataLost.rawValue
        var value: Complex64?
        var count = 0
        for index in visibilities.indices where flags[index] & lost == 0 {
            let sample = visibilities[index]
            guard sample == value ?? sample else { return false }
            value = sample
            count += 1
        }
        return value.map { $0 == Complex64(0, 0) || count >= leastSamples } ?? false
    }

    /// Adds a reason to the dead planes of a baseline, each product for itself.
    ///
    /// - Parameters:
    ///   - reason: the bits to add.
    ///   - block: where they are.
    ///   - baseline: index in the block.
    ///   - regions: the dumps and channels to flag; the whole plane is judged.
    /// - Returns: how many samples had no flag before.
    public static func flag(
        _ reason: FlagReasons, in block: inout VisibilityBlock, baseline: Int, regions: [BlockRegion]
    ) -> Int {
        let shape = block.shape
        var fresh = 0
        for polarisation in 0..<shape.polarisations {
            let plane = baseline * shape.polarisations + polarisation
            let samples = block.samples(ofPlane: plane)
            guard isDead(block.visibilities.extracting(samples), block.flags.extracting(samples)) else {
                continue
            }
            block.withMutablePlane(plane) { plane in
                fresh += setFlags(&plane.flags, regions, channels: shape.channels, reason)
            }
        }
        return fresh
    }
}
