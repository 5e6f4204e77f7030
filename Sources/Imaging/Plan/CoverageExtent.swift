import Visibilities

/// Extents of a uv coverage in wavelengths.
struct CoverageExtent: Sendable {
    var u = 0.0
    var v = 0.0
    var w = 0.0
}

extension CoverageExtent {
    init(_ coverage: UVCoverage) {
        for part in coverage.parts {
            let scale = (part.frequencies.last ?? 0) / Conventions.speedOfLight
            part.forEachRow { uvw in
                u = max(u, abs(uvw.u) * scale)
                v = max(v, abs(uvw.v) * scale)
                w = max(w, abs(uvw.w) * scale)
            }
        }
    }
}
