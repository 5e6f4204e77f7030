// An island of unsafe code: runs of flag bytes, each checked to lie within its span, eight bytes at a time.

import Visibilities

/// Adds reasons to a run of flags.
///
/// - Returns: How many of them were not flagged.
func setFlags(_ flags: inout MutableSpan<UInt8>, _ run: Range<Int>, _ reasons: FlagReasons) -> Int {
    precondition(run.lowerBound >= 0 && run.upperBound <= flags.count)
    let bits = reasons.rawValue
    let word = UInt64(bits) &* 0x0101_0101_0101_0101
    return flags.withUnsafeMutableBytes { bytes in
        var (index, newly) = (run.lowerBound, 0)
        while index + 8 <= run.upperBound {
            let old = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            newly += zeroBytes(old)
            bytes.storeBytes(of: old | word, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < run.upperBound {
            if bytes[index] == 0 { newly += 1 }
            bytes[index] |= bits
            index += 1
        }
        return newly
    }
}

/// Replaces a row of flags: reasons on masked runs (ascending, relative to the row), nothing elsewhere, but for bits kept.
///
/// - Returns: How many were not flagged before and are now.
func replaceFlags(
    _ flags: inout MutableSpan<UInt8>, _ row: Range<Int>, masked: [Range<Int>], by reasons: FlagReasons,
    keeping kept: FlagReasons
) -> Int {
    var (end, newly) = (row.lowerBound, 0)
    for run in masked {
        keepFlags(&flags, end..<row.lowerBound + run.lowerBound, kept)
        let run = row.lowerBound + run.lowerBound..<row.lowerBound + run.upperBound
        newly += setFlags(&flags, run, reasons)
        keepFlags(&flags, run, kept.union(reasons))
        end = run.upperBound
    }
    keepFlags(&flags, end..<row.upperBound, kept)
    return newly
}

/// Clears all but some reasons in a run of flags.
func keepFlags(_ flags: inout MutableSpan<UInt8>, _ run: Range<Int>, _ kept: FlagReasons) {
    precondition(run.lowerBound >= 0 && run.upperBound <= flags.count)
    let word = UInt64(kept.rawValue) &* 0x0101_0101_0101_0101
    flags.withUnsafeMutableBytes { bytes in
        var index = run.lowerBound
        while index + 8 <= run.upperBound {
            let old = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            bytes.storeBytes(of: old & word, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < run.upperBound {
            bytes[index] &= kept.rawValue
            index += 1
        }
    }
}

/// How many of a word's eight bytes are 0 (Warren, Hacker's Delight, section 6-1).
private func zeroBytes(_ word: UInt64) -> Int {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return (~((word & low) &+ low | word | low)).nonzeroBitCount
}
