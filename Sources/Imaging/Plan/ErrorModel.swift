/// The relative l2 error of an image, and of its faint pixels alone, that kernels and rounding make.
///
/// A kernel lets through, of every axis, the sky that the transform folds onto the image: sample k's share at a pixel is turned
/// by exp(2πi m u_k) and weighed by φ̂(x + m) / φ̂(x). Along u and v that is sky from beyond the image, its sources' sidelobes.
/// Along w it is the image itself out of focus: where w hardly varies, all of it; where it varies by many periods, flux
/// of bright sources spread over the faint pixels around them. The factors are the largest of twenty random arrays, fields
/// of 0.2 to 10 degrees and elevations, whose aliases were imaged one by one; images of eighty others bear them out.
struct ErrorModel: Sendable {
    let precision: Precision
    /// Largest w times half the range of n - 1: turns by which w changes the phases across the image.
    let turns: Double

    /// Rms of an alias along u or v, relative to the faint pixels'.
    private static let sidelobes = 1.4
    /// By how much the corners, a small part of an image, may miss its accuracy.
    private static let corners = 1.25

    /// Rms of an alias along w, relative to the faint pixels'. The wide kernels of double precision keep more of it where w
    /// varies by a period or more.
    private var defocused: Double {
        switch precision {
        case .single: min(max(2.2, 2 + turns / 3), 3)
        case .double: min(max(2.8, 2.5 + 1.5 * turns), 7)
        }
    }

    /// The error over an image; without a kernel along w its term is left out.
    func error(_ uv: KernelEntry, _ w: KernelEntry?) -> Double {
        error(aliasing: uv.error, taper: uv.taper, w)
    }

    /// The part of it that u and v make.
    func error(_ uv: KernelEntry) -> Double { Self.sidelobes * 2.squareRoot() * uv.error }

    /// Whether an image keeps an accuracy, corners included.
    func keeps(_ epsilon: Double, _ uv: KernelEntry, _ w: KernelEntry?) -> Bool {
        error(uv, w) <= epsilon
            && error(aliasing: uv.worstError, taper: uv.edgeTaper, w) <= Self.corners * epsilon
    }

    private func error(aliasing: Double, taper: Double, _ w: KernelEntry?) -> Double {
        // Without w, sources are off by half of their largest phase: the mean over w and the image.
        let depth = w.map { defocused * $0.error } ?? .pi * turns
        let sky = Self.sidelobes * 2.squareRoot() * aliasing
        let rounding = precision.rounding * taper * taper * (w?.taper ?? 1)
        return (sky * sky + depth * depth + rounding * rounding).squareRoot()
    }
}
