/// How to deconvolve; the names in brackets are wsclean's.
public struct CleanSettings: Sendable, Equatable {
    /// What becomes of components below zero.
    public enum Negative: String, Sendable, CaseIterable {
        /// They are components like others.
        case allowed
        /// The first one ends the deconvolution (stop-negative).
        case stops
        /// Only peaks above zero are looked for (no-negative).
        case forbidden
    }

    /// Which sizes components have.
    public enum Scales: Sendable, Equatable {
        /// Points only (Högbom 1974).
        case points
        /// Points, and sizes that double from three beams up to half of the image (multiscale).
        case automatic
        /// Full widths in pixels, 0 for points (multiscale-scales).
        case pixels([Double])
    }

    /// How the brightness of a component may change with frequency.
    public enum Spectrum: Sendable, Equatable {
        /// Every channel for itself.
        case free
        /// A polynomial of frequency with so many terms (fit-spectral-pol).
        case polynomial(terms: Int)
        /// A polynomial of log frequency for the log of the brightness, with so many terms (fit-spectral-log-pol).
        case logarithmic(terms: Int)
    }

    /// Most components (niter).
    public var iterations = 1_000_000
    /// Most major cycles (nmiter).
    public var majors = 40
    /// Share of a peak that a component takes, up to 0.4 in the automatic mask (gain).
    public var gain = 0.1
    /// Share of the peak that the minor cycles between two exact residuals take away (mgain).
    public var majorGain = 0.8
    /// Peak at which to end, Jy/beam (threshold).
    public var threshold = 0.0
    /// Peak at which to end, in noise of the residual (auto-threshold).
    public var automaticThreshold: Double?
    /// Peak down to which components may be anywhere; below, only where some are already (auto-mask).
    public var automaticMask: Double?
    /// Pixels that may hold components, [row][column] (fits-mask).
    public var mask: [Bool]?
    /// Columns and rows that may hold components.
    public var box: PixelBox?
    /// Pixels along the edges that may not.
    public var border = 0
    /// Components below zero.
    public var negative = Negative.allowed
    /// Sizes of components.
    public var scales = Scales.points
    /// Factor by which a scale twice as large must be weaker to be chosen all the same (multiscale-scale-bias).
    public var scaleBias = 0.6
    /// Share of a scale's peak that is taken before the scale is chosen anew (multiscale-gain).
    public var scaleGain = 0.2
    /// Spectra of components of joined channels.
    public var spectrum = Spectrum.free
    /// Width of the window of the local noise, in beams; nil: one noise for the image (local-rms-window).
    public var localNoise: Double?

    /// Points down to no threshold.
    public init() {}

    /// Finds numbers that make no deconvolution of a field.
    ///
    /// - Throws: `ImagingError.setting` or `.shape`, which names the setting.
    public func check(_ field: CleanField) throws(ImagingError) {
        func inside(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws(ImagingError) {
            guard range.contains(value) else {
                throw .setting(
                    name, reason: "\(value); must be from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        try inside("niter", Double(iterations), 1...1e12)
        try inside("nmiter", Double(majors), 1...1e6)
        try inside("gain", gain, 1e-6...1)
        try inside("mgain", majorGain, 1e-3...1)
        try inside("threshold", threshold, 0...1e30)
        try inside("auto-threshold", automaticThreshold ?? 1, 1e-3...1e6)
        try inside("auto-mask", automaticMask ?? 1, 1e-3...1e6)
        try inside("multiscale-scale-bias", scaleBias, 0.01...1)
        try inside("multiscale-gain", scaleGain, 0.01...0.99)
        try inside("local-rms-window", localNoise ?? 25, 3...1e4)
        try inside("border", Double(border), 0...Double(min(field.width, field.height)))
        if let mask, mask.count != field.pixels {
            throw .shape("a mask of \(mask.count) pixels for \(field.width) x \(field.height)")
        }
        if case .pixels(let widths) = scales {
            guard !widths.isEmpty else {
                throw .setting("multiscale-scales", reason: "none; write 0 for points")
            }
            for width in widths {
                try inside("multiscale-scales", width, 0...Double(min(field.width, field.height)))
            }
        }
        let terms =
            switch spectrum {
            case .free: 1
            case .polynomial(let terms), .logarithmic(let terms): terms
            }
        let channels = field.channels.count { $0.weight > 0 }
        guard terms >= 1, terms <= max(channels, 1) else {
            throw .setting("fit-spectral-pol", reason: "\(terms) terms for \(channels) channels with data")
        }
    }
}

/// Columns and rows of an image.
public struct PixelBox: Sendable, Equatable {
    /// Columns, from 0.
    public let columns: Range<Int>
    /// Rows, from 0 at the south.
    public let rows: Range<Int>

    /// A box; what lies outside the image has no effect.
    public init(columns: Range<Int>, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
    }
}
