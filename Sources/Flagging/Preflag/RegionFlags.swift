import Visibilities

/// Flags dumps and channels whatever the samples are.
public enum RegionFlags {
    /// Adds a reason to regions of a baseline, in all its products.
    ///
    /// - Parameters:
    ///   - reason: the bits to add.
    ///   - block: where they are.
    ///   - baseline: index in the block.
    ///   - regions: the dumps and channels.
    /// - Returns: how many samples had no flag before.
    public static func flag(
        _ reason: FlagReasons, in block: inout VisibilityBlock, baseline: Int, regions: [BlockRegion]
    ) -> Int {
        guard !regions.isEmpty else { return 0 }
        let shape = block.shape
        var fresh = 0
        for polarisation in 0..<shape.polarisations {
            block.withMutablePlane(baseline * shape.polarisations + polarisation) { plane in
                fresh += setFlags(&plane.flags, regions, channels: shape.channels, reason)
            }
        }
        return fresh
    }
}

/// Adds a reason to regions of a plane of so many channels; returns how many samples were not flagged.
func setFlags(
    _ flags: inout MutableSpan<UInt8>, _ regions: [BlockRegion], channels: Int, _ reason: FlagReasons
) -> Int {
    var fresh = 0
    for region in regions {
        // Whole rows follow each other without a gap.
        if region.channels == 0..<channels {
            let rows = region.times.lowerBound * channels..<region.times.upperBound * channels
            fresh += setFlags(&flags, rows, reason)
            continue
        }
        for time in region.times {
            let start = time * channels
            let run = start + region.channels.lowerBound..<start + region.channels.upperBound
            fresh += setFlags(&flags, run, reason)
        }
    }
    return fresh
}
